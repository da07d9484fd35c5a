"""Bring the price book up to the catalogue's files and publish everything to gateways."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.catalog.services import sync_price_book
from apps.serving.services import reconcile_snapshot


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        sync_price_book()
        self.stdout.write(f"{reconcile_snapshot()} snapshot entries changed")
