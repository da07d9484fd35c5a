"""Uploads that nobody completed, and objects that a crash left without a row."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import TypeVar

from django.utils import timezone

from apps.core.objects import Found, store
from apps.core.tenancy import system_scope
from apps.datasets.models import File, Upload, UploadPart, UploadStatus
from apps.datasets.services.uploads import discard_parts

# An upload ends for its clients at once; its parts stay until a completion that began in time has read them.
_COMPLETING = timedelta(minutes=15)
_YOUNG = timedelta(hours=2)  # a row comes seconds after its object
_UNFINISHED = timedelta(hours=24)  # longer than writing any object takes
_BATCH = 200
_KEYS = 500

T = TypeVar("T")


def sweep_uploads() -> int:
    """End uploads whose time is over and remove the parts of all that ended. Returns how many. Repeatable."""
    now = timezone.now()
    with system_scope():
        late = Upload.all_tenants.filter(status=UploadStatus.PENDING, expires_at__lt=now - _COMPLETING)
        ids = [each.id for each in late.select_for_update(skip_locked=True)[:_BATCH]]
        Upload.all_tenants.filter(id__in=ids).update(status=UploadStatus.EXPIRED)
        ended = Upload.all_tenants.filter(is_swept=False).exclude(status=UploadStatus.PENDING)
        doomed = list(ended.order_by("expires_at").values_list("tenant_id", "id")[:_BATCH])
    for tenant_id, upload_id in doomed:
        discard_parts(tenant_id, upload_id)
    return len(doomed)


def sweep_objects() -> int:
    """Remove old objects of files and uploads that no row speaks of. Returns how many. Repeatable."""
    now = timezone.now()
    removed = store.remove_unfinished(now - _UNFINISHED)
    for folder, find_owned in (("files", _owned_files), ("uploads", _owned_parts)):
        old = (found for found in store.objects_in(folder) if found.modified_at < now - _YOUNG)
        for batch in _batches(old, _KEYS):
            removed += _remove_orphans(batch, find_owned)
    return removed


def _remove_orphans(batch: list[Found], find_owned: Callable[[set[str]], set[tuple[str, str]]]) -> int:
    owners = {found.key: _owner(found.key) for found in batch}
    owned = find_owned({row_id for _, row_id in owners.values()})
    orphans = [key for key, owner in owners.items() if owner not in owned]
    for key in orphans:
        store.delete(key)
    return len(orphans)


def _owner(key: str) -> tuple[str, str]:
    """The tenant and the row that a key names: what is made of a file has its id and an ending."""
    kind, tenant_id, *names = key.split("/")
    return tenant_id, (names[-1] if kind == "uploads" else names[0]).partition(".")[0]


def _owned_files(ids: set[str]) -> set[tuple[str, str]]:
    with system_scope():
        rows = File.all_tenants.filter(id__in=ids, is_stored=True)
        return set(rows.values_list("tenant_id", "id"))


def _owned_parts(ids: set[str]) -> set[tuple[str, str]]:
    with system_scope():
        rows = UploadPart.all_tenants.filter(id__in=ids, upload__is_swept=False)
        return set(rows.values_list("tenant_id", "id"))


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
