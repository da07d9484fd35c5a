"""One task at a time makes and reads a file, and not for ever."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from apps.core.objects import store
from apps.core.tenancy import tenant_transaction
from apps.datasets.errors import FileNotReady
from apps.datasets.models import File, FileStatus
from apps.datasets.selectors import live_files

MAX_ATTEMPTS = 3
LEASE = timedelta(minutes=3)  # renewed while the doctor works; longer than its rows take to write
_GIVEN_UP = (
    "We could not read this file: our reader failed on it three times. The file is kept as it is; "
    "upload it again, or in another format."
)


@tenant_transaction
def claim_file(tenant_id: str, file_id: str) -> File | None:
    """A file that waits to be read, now this task's. None: there is none, or another task has it.

    One that failed us three times is given up instead.
    """
    now = timezone.now()
    waiting = live_files(tenant_id).filter(id=file_id, status=FileStatus.UPLOADED)
    is_free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    file = waiting.filter(is_free).select_for_update().first()
    if file is None:
        return None
    if file.attempts >= MAX_ATTEMPTS:
        _give_up(file)
        return None
    file.attempts, file.leased_until = file.attempts + 1, now + LEASE
    file.save(update_fields=["attempts", "leased_until"])
    return file


@tenant_transaction
def renew_lease(tenant_id: str, file_id: str) -> None:
    """Keep a file that is taking its time."""
    waiting = live_files(tenant_id).filter(id=file_id, status=FileStatus.UPLOADED)
    waiting.update(leased_until=timezone.now() + LEASE)


@tenant_transaction
def release_file(tenant_id: str, file_id: str) -> None:
    """Let the sweeper ring for it again."""
    live_files(tenant_id).filter(id=file_id).update(leased_until=None)


@tenant_transaction
def end_reading(tenant_id: str, file_id: str, outcome: dict[str, Any]) -> bool:
    """Write down what came of it, once. False: it was deleted, or somebody else wrote already."""
    waiting = live_files(tenant_id).filter(id=file_id, status=FileStatus.UPLOADED)
    return bool(waiting.update(**outcome, leased_until=None))


@tenant_transaction
def is_live(tenant_id: str, file_id: str) -> bool:
    return live_files(tenant_id).filter(id=file_id).exists()


def keep_found(tenant_id: str, file_id: str, key: str, chunks: Iterable[bytes]) -> None:
    """Keep what was found of a file, unless it was deleted meanwhile: nobody would delete that any more."""
    store.save(key, chunks)
    if not is_live(tenant_id, file_id):
        store.delete(key)


def require_read(file: File, *, param: str) -> None:
    """Raises FileNotReady."""
    if file.status == FileStatus.UPLOADED:
        raise FileNotReady(f"File {file.id} is still being read.", param=param)


def _give_up(file: File) -> None:
    file.status, file.status_details = FileStatus.ERROR, _GIVEN_UP
    file.report = error_report("could_not_be_read", _GIVEN_UP)
    file.save(update_fields=["status", "status_details", "report"])


def error_report(code: str, message: str) -> dict[str, Any]:
    """A report that says one thing, about the whole file."""
    finding = {"line": None, "param": None, "code": code, "message": message, "fix": None}
    return {"errors": [finding], "error_count": 1}
