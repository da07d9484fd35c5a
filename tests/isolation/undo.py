"""Requests that leave nothing behind."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from apps.core.redis import client
from kernel.redis_names import invitations


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is rolled back, and no mail was counted."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    if counted := list(client().scan_iter(match=invitations("*", "*"))):
        client().delete(*counted)
