"""Make the person with this address a member of staff, who may enter the console with a second factor."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.staff.errors import UnknownPerson
from apps.staff.services import set_staff


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            is_changed = set_staff(options["email"], is_staff=True)
        except UnknownPerson as error:
            raise CommandError(error.message) from error
        self.stdout.write("Now staff." if is_changed else "Is staff already.")
