"""Take a file in."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NotRequired, TypedDict, Unpack

from django.conf import settings
from django.utils import timezone

from apps.audit.services import record
from apps.core.dispatch import TaskName, send_on_commit
from apps.core.objects import Stored, store
from apps.core.tenancy import tenant_transaction
from apps.datasets.errors import EmptyFile
from apps.datasets.models import File, FileStatus, Purpose, object_key
from apps.datasets.services.quota import require_room
from apps.datasets.services.versions import attach_version
from kernel.errors import FineryError, InvalidRequest, PayloadTooLarge
from kernel.ids import new_id


class NewFile(TypedDict):
    """What is said of a file before its bytes come. `dataset_id`: it becomes that dataset's next version."""

    project_id: str
    filename: str
    purpose: str
    expires_after_seconds: NotRequired[int | None]
    dataset_id: NotRequired[str | None]


def upload_file(tenant_id: str, *, chunks: Iterable[bytes], **new: Unpack[NewFile]) -> File:
    """Store the bytes as they come, then record the file and ask for its validation.

    Raises:
        EmptyFile: no byte came.
        PayloadTooLarge: more than the limit came.
        ProjectFull, NotFound: there is no room, or no such dataset. In all cases nothing is kept.
    """
    if dataset_id := new.get("dataset_id"):
        require_fine_tune(new["purpose"])
    is_ours = new["purpose"] == Purpose.FINE_TUNE_RESULTS  # what a job made is kept in any case
    if not is_ours:
        require_room(tenant_id, project_id=new["project_id"], size=1)
    file_id = new_id("file-")
    key = object_key(tenant_id, file_id)
    try:
        stored = store.save(key, chunks, max_bytes=settings.MAX_FILE_BYTES)
        if stored.bytes == 0:
            raise EmptyFile("The file is empty. Upload a file with at least one row.", param="file")
        file = File(
            id=file_id,
            tenant_id=tenant_id,
            project_id=new["project_id"],
            filename=clean_filename(new["filename"]),
            purpose=new["purpose"],
            expires_at=expiry(new.get("expires_after_seconds")),
        )
        return _record(tenant_id, file, stored, dataset_id=dataset_id, needs_room=not is_ours)
    except OverflowError as error:
        raise too_large_file() from error
    except FineryError:  # after any other failure the row may be there: the sweeper looks
        store.delete(key)
        raise


def save_result_file(tenant_id: str, *, project_id: str, filename: str, chunks: Iterable[bytes]) -> str:
    """Keep a file that a job made for the customer. Returns its id."""
    file = upload_file(
        tenant_id,
        project_id=project_id,
        filename=filename,
        purpose=Purpose.FINE_TUNE_RESULTS,
        chunks=chunks,
    )
    return file.id


@tenant_transaction
def _record(tenant_id: str, file: File, stored: Stored, *, dataset_id: str | None, needs_room: bool) -> File:
    if needs_room:
        require_room(tenant_id, project_id=file.project_id, size=stored.bytes)
    return record_file(tenant_id, file, stored, dataset_id=dataset_id)


@tenant_transaction
def record_file(tenant_id: str, file: File, stored: Stored, *, dataset_id: str | None) -> File:
    """Save the row of a file whose bytes are stored, and ask for its validation.

    Raises NotFound: there is no such dataset.
    """
    file.bytes, file.sha256 = stored.bytes, stored.sha256
    if file.purpose == Purpose.FINE_TUNE:
        attach_version(tenant_id, file, dataset_id=dataset_id, operation={"type": "upload"}, parents=[])
        send_on_commit(TaskName.VALIDATE_FILE, tenant_id=tenant_id, file_id=file.id)
    else:
        file.status = FileStatus.PROCESSED
    file.save(force_insert=True)
    record(
        tenant_id,
        "file.created",
        resource_id=file.id,
        project_id=file.project_id,
        after={"purpose": file.purpose, "bytes": file.bytes, "sha256": file.sha256},
    )
    return file


def require_fine_tune(purpose: str) -> None:
    """Raises InvalidRequest: only fine-tune files are versions of datasets."""
    if purpose != Purpose.FINE_TUNE:
        raise InvalidRequest("A dataset has fine-tune files only.", param="dataset_id")


def too_large_file() -> PayloadTooLarge:
    megabytes = settings.MAX_FILE_BYTES // 1024**2
    return PayloadTooLarge(f"The file is larger than the limit of {megabytes} MB.", param="file")


def expiry(seconds: int | None) -> datetime | None:
    """When a file that begins now ends."""
    return timezone.now() + timedelta(seconds=seconds) if seconds else None


def clean_filename(name: str) -> str:
    """The last part of a path, without what could break a header or a terminal."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(character for character in last if unicodedata.category(character)[0] != "C").strip(" .")
    return kept[:255] or "upload"
