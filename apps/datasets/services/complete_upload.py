"""Put the parts of an upload together."""

from apps.audit.services import record
from apps.core.commit import after_commit
from apps.core.objects import Stored, store
from apps.core.tenancy import tenant_transaction
from apps.datasets.errors import ChecksumMismatch, PartMissing
from apps.datasets.models import File, Upload, UploadPart, UploadStatus, object_key
from apps.datasets.selectors.uploads import arrived, get_upload, lock_upload, parts_of
from apps.datasets.services.upload import expiry, record_file
from apps.datasets.services.uploads import discard_parts, require_open
from kernel.errors import FineryError, InvalidRequest
from kernel.ids import new_id


def complete_upload(
    tenant_id: str, upload_id: str, *, project_id: str, part_ids: list[str], md5: str | None = None
) -> Upload:
    """Make a file of the parts in the order given; they go on commit. Completing again changes nothing.

    Raises:
        NotFound, UploadClosed, UploadExpired: there is no such open upload.
        InvalidRequest, PartMissing: a part is named twice, unknown or not here, or the sum is another.
        ChecksumMismatch: the whole has another MD5.
    """
    upload = get_upload(tenant_id, upload_id, project_id=project_id)
    if upload.status == UploadStatus.COMPLETED:
        return upload
    require_open(upload)
    parts = _chosen(tenant_id, upload, part_ids)
    _require_arrived(upload, parts)
    file_id = new_id("file-")
    key = object_key(tenant_id, file_id)
    try:
        stored = _put_together(upload, key, parts, md5)
        upload = _record(tenant_id, upload_id, file_id, stored, project_id=project_id)
    except FineryError:  # after any other failure the row may be there: the sweeper looks
        store.delete(key)
        raise
    if upload.file_id != file_id:  # another call was quicker
        store.delete(key)
    return upload


@tenant_transaction
def _chosen(tenant_id: str, upload: Upload, part_ids: list[str]) -> list[UploadPart]:
    known = {part.id: part for part in parts_of(tenant_id, [upload.id])}
    if len(set(part_ids)) < len(part_ids):
        raise InvalidRequest("A part is listed twice.", param="part_ids")
    if unknown := [part_id for part_id in part_ids if part_id not in known]:
        raise InvalidRequest(f"No such part of this upload: {unknown[0]}", param="part_ids")
    parts = [known[part_id] for part_id in part_ids]
    _require_promised(upload, sum(part.bytes for part in parts))
    return parts


def _require_promised(upload: Upload, size: int) -> None:
    if size != upload.bytes:
        raise InvalidRequest(
            f"The parts have {size} bytes together, and the upload was created for {upload.bytes}.",
            param="part_ids",
        )


def _require_arrived(upload: Upload, parts: list[UploadPart]) -> None:
    here = {part.id for part in arrived(upload, parts)}
    if missing := [part.id for part in parts if part.id not in here]:
        raise PartMissing(f"The bytes of {missing[0]} have not arrived.", param="part_ids")


def _put_together(upload: Upload, key: str, parts: list[UploadPart], md5: str | None) -> Stored:
    try:
        stored = store.compose(key, [part.object_key for part in parts])
    except FileNotFoundError as error:  # replaced, or the upload ended, while this was reading
        raise PartMissing(f"A part of {upload.id} is gone.", param="part_ids") from error
    _require_promised(upload, stored.bytes)
    if md5 and md5.lower() != stored.md5:
        raise ChecksumMismatch(f"The MD5 of the parts together is {stored.md5}, not {md5}.", param="md5")
    return stored


@tenant_transaction
def _record(tenant_id: str, upload_id: str, file_id: str, stored: Stored, *, project_id: str) -> Upload:
    upload = lock_upload(tenant_id, upload_id, project_id=project_id)
    if upload.status == UploadStatus.COMPLETED:
        return upload
    if upload.status != UploadStatus.PENDING:  # one whose time ran out meanwhile began in time
        require_open(upload)
    file = File(
        id=file_id,
        tenant_id=tenant_id,
        project_id=project_id,
        filename=upload.filename,
        purpose=upload.purpose,
        expires_at=expiry(upload.file_expires_after_seconds),
    )
    upload.status, upload.file_id = UploadStatus.COMPLETED, file_id
    upload.save(update_fields=["status", "file_id"])
    after_commit(discard_parts, tenant_id, upload_id)
    record_file(tenant_id, file, stored, dataset_id=upload.dataset_id)
    after = {"file_id": file_id}
    record(tenant_id, "upload.completed", resource_id=upload_id, project_id=project_id, after=after)
    return upload
