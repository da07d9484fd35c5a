"""What was promised and did not happen: lost messages, expired files, bytes that outlived their row."""

from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from apps.core.dispatch import TaskName, send_on_commit
from apps.core.tenancy import system_scope
from apps.datasets.models import File, FileStatus
from apps.datasets.services.delete import forget, remove_bytes

_PATIENCE = timedelta(minutes=1)
_BATCH = 200


class Swept(NamedTuple):
    rung: int
    expired: int
    removed: int


def sweep_files() -> Swept:
    """Ring again for files that wait long, delete expired ones, remove bytes of deleted ones. Repeatable."""
    with system_scope():
        rung = _ring_again()
        expired = _expire()
        doomed = list(
            File.all_tenants.filter(deleted_at__isnull=False, is_stored=True).values_list("tenant_id", "id")[
                :_BATCH
            ]
        )
    for tenant_id, file_id in doomed:
        remove_bytes(tenant_id, file_id)
    return Swept(rung, expired, len(doomed))


def _ring_again() -> int:
    waiting = File.all_tenants.filter(
        status=FileStatus.UPLOADED, deleted_at__isnull=True, created_at__lt=timezone.now() - _PATIENCE
    )
    found = list(waiting.order_by("created_at").values_list("tenant_id", "id")[:_BATCH])
    for tenant_id, file_id in found:
        send_on_commit(TaskName.VALIDATE_FILE, tenant_id=tenant_id, file_id=file_id)
    return len(found)


def _expire() -> int:
    expired = File.all_tenants.filter(deleted_at__isnull=True, expires_at__lte=timezone.now())
    found = list(expired.select_for_update(skip_locked=True)[:_BATCH])
    for file in found:
        forget(file)
    return len(found)
