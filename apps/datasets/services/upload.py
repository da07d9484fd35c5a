"""Take a file in."""

import unicodedata
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from apps.audit.services import record
from apps.core.dispatch import TaskName, send_on_commit
from apps.core.objects import Stored, store
from apps.core.tenancy import tenant_transaction
from apps.datasets.errors import EmptyFile
from apps.datasets.models import File, FileStatus, Purpose, object_key
from kernel.errors import PayloadTooLarge
from kernel.ids import new_id


def upload_file(
    tenant_id: str,
    *,
    project_id: str,
    filename: str,
    purpose: str,
    chunks: Iterable[bytes],
    expires_after_seconds: int | None = None,
) -> File:
    """Store the bytes as they come, then record the file and ask for its validation.

    Raises:
        EmptyFile: no byte came.
        PayloadTooLarge: more than the limit came. In both cases nothing is kept.
    """
    file_id = new_id("file-")
    key = object_key(tenant_id, file_id)
    try:
        stored = store.save(key, chunks, max_bytes=settings.MAX_FILE_BYTES)
    except OverflowError as error:
        megabytes = settings.MAX_FILE_BYTES // 1024**2
        raise PayloadTooLarge(
            f"The file is larger than the limit of {megabytes} MB.", param="file"
        ) from error
    try:
        if stored.bytes == 0:
            raise EmptyFile("The file is empty. Upload a file with at least one row.", param="file")
        expires_at = (
            timezone.now() + timedelta(seconds=expires_after_seconds) if expires_after_seconds else None
        )
        file = File(
            id=file_id,
            tenant_id=tenant_id,
            project_id=project_id,
            filename=clean_filename(filename),
            purpose=purpose,
            expires_at=expires_at,
        )
        return _record(tenant_id, file, stored)
    except BaseException:
        store.delete(key)
        raise


def save_result_file(tenant_id: str, *, project_id: str, filename: str, content: bytes) -> str:
    """Keep a file that a job made for the customer. Returns its id."""
    file = upload_file(
        tenant_id,
        project_id=project_id,
        filename=filename,
        purpose=Purpose.FINE_TUNE_RESULTS,
        chunks=[content],
    )
    return file.id


@tenant_transaction
def _record(tenant_id: str, file: File, stored: Stored) -> File:
    file.bytes, file.sha256 = stored.bytes, stored.sha256
    if file.purpose == Purpose.FINE_TUNE:
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


def clean_filename(name: str) -> str:
    """The last part of a path, without what could break a header or a terminal."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(character for character in last if unicodedata.category(character)[0] != "C").strip(" .")
    return kept[:255] or "upload"
