"""A file in parts: begun, sent part by part in any order, put together."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple, Unpack

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from apps.audit.services import record
from apps.core.commit import after_commit
from apps.core.objects import DirectStore, SignedPut, store
from apps.core.tenancy import tenant_transaction
from apps.datasets.errors import EmptyFile, TooManyUploads, UploadClosed, UploadExpired
from apps.datasets.models import Upload, UploadPart, UploadStatus, uploads_folder
from apps.datasets.selectors.datasets import get_dataset
from apps.datasets.selectors.uploads import get_upload, lock_upload, open_uploads, parts_of
from apps.datasets.services.quota import require_room
from apps.datasets.services.upload import NewFile, clean_filename, require_fine_tune
from kernel.errors import FineryError, InvalidRequest, PayloadTooLarge
from kernel.ids import new_id

LIFETIME = timedelta(hours=1)
PART_BYTES = 16 * 1024**2  # what a browser is told to send at once: not much is lost when one breaks
MAX_PARTS = 10_000
_MEGABYTE = 1024**2


class PartPlan(NamedTuple):
    """A part that a client means to put into the object store by itself. `md5`, in hex, is optional."""

    number: int
    bytes: int
    md5: str


class PartLink(NamedTuple):
    part: UploadPart
    link: SignedPut


@tenant_transaction
def create_upload(tenant_id: str, *, size: int, mime_type: str, **new: Unpack[NewFile]) -> Upload:
    """Begin an upload of exactly `size` bytes, for which room is kept until it ends.

    Raises:
        InvalidRequest: more than an upload may have, or a dataset for what is no fine-tune file.
        NotFound: there is no such dataset.
        ProjectFull, TooManyUploads: something must end first.
    """
    if size > settings.MAX_UPLOAD_BYTES:
        gigabytes = settings.MAX_UPLOAD_BYTES / 1024**3
        raise InvalidRequest(f"An upload has at most {gigabytes:g} GB.", param="bytes")
    project_id, dataset_id = new["project_id"], new.get("dataset_id")
    if dataset_id:
        require_fine_tune(new["purpose"])
        get_dataset(tenant_id, dataset_id, project_id=project_id)
    require_room(tenant_id, project_id=project_id, size=size)
    if open_uploads(tenant_id, project_id=project_id).count() >= settings.MAX_PENDING_UPLOADS:
        raise TooManyUploads(
            f"This project has {settings.MAX_PENDING_UPLOADS} open uploads. Complete or cancel some first."
        )
    upload = Upload.objects.for_tenant(tenant_id).create(
        tenant_id=tenant_id,
        project_id=project_id,
        filename=clean_filename(new["filename"]),
        purpose=new["purpose"],
        bytes=size,
        mime_type=mime_type,
        expires_at=timezone.now() + LIFETIME,
        file_expires_after_seconds=new.get("expires_after_seconds"),
        dataset_id=dataset_id,
    )
    after = {"purpose": upload.purpose, "bytes": size}
    record(tenant_id, "upload.created", resource_id=upload.id, project_id=project_id, after=after)
    return upload


def add_part(
    tenant_id: str, upload_id: str, *, project_id: str, chunks: Iterable[bytes], number: int | None = None
) -> UploadPart:
    """Store one part as it comes. Sent again with the same `number`, it takes the place of the earlier one.

    Raises:
        NotFound, UploadClosed, UploadExpired: there is no such open upload.
        EmptyFile, PayloadTooLarge: no byte came, or more than a part, or all of them, may have.
    """
    require_open(get_upload(tenant_id, upload_id, project_id=project_id))
    part = UploadPart(tenant_id=tenant_id, id=new_id("part_"), upload_id=upload_id, number=number)
    try:
        stored = store.save(part.object_key, chunks, max_bytes=settings.MAX_PART_BYTES)
        if stored.bytes == 0:
            raise EmptyFile("The part is empty.", param="data")
        part.bytes, part.md5 = stored.bytes, stored.md5
        _keep_parts(tenant_id, upload_id, [part], project_id=project_id)
    except OverflowError as error:
        raise too_large_part() from error
    except FineryError:  # after any other failure the row may be there: the sweeper looks
        store.delete(part.object_key)
        raise
    return part


def link_parts(tenant_id: str, upload_id: str, plans: list[PartPlan], *, project_id: str) -> list[PartLink]:
    """Links with which a client puts parts into the object store by itself, until the upload expires.

    A part is there once its bytes are. Asked again, a number gets a new part in place of the earlier one.

    Raises:
        InvalidRequest: this object store gives no links, or a number is named twice.
        NotFound, UploadClosed, UploadExpired, PayloadTooLarge: as for `add_part`.
    """
    require_open(get_upload(tenant_id, upload_id, project_id=project_id))
    if not isinstance(store, DirectStore):
        raise InvalidRequest("Send the parts of this upload to /parts: is_direct is false.")
    if len({plan.number for plan in plans}) < len(plans):
        raise InvalidRequest("A part number is named twice.", param="parts")
    if any(plan.bytes > settings.MAX_PART_BYTES for plan in plans):
        raise too_large_part()
    parts = [
        UploadPart(
            tenant_id=tenant_id, upload_id=upload_id, is_stored=False, id=new_id("part_"), **plan._asdict()
        )
        for plan in plans
    ]
    upload = _keep_parts(tenant_id, upload_id, parts, project_id=project_id)
    left = upload.expires_at - timezone.now()
    return [
        PartLink(part, store.signed_put(part.object_key, size=part.bytes, md5=part.md5, lifetime=left))
        for part in parts
    ]


@tenant_transaction
def _keep_parts(tenant_id: str, upload_id: str, parts: list[UploadPart], *, project_id: str) -> Upload:
    upload = lock_upload(tenant_id, upload_id, project_id=project_id)
    require_open(upload)
    known = parts_of(tenant_id, [upload_id])
    replaced = list(known.filter(number__in=[part.number for part in parts]))
    known.filter(id__in=[part.id for part in replaced]).delete()
    size = sum(part.bytes for part in parts) + known.aggregate(total=Sum("bytes", default=0))["total"]
    if size > 2 * upload.bytes + settings.MAX_PART_BYTES:  # leaves room for parts sent twice without a number
        raise PayloadTooLarge(f"The parts exceed the {upload.bytes} bytes of this upload.", param="data")
    if known.count() + len(parts) > MAX_PARTS:
        raise PayloadTooLarge(f"An upload has at most {MAX_PARTS} parts.", param="data")
    UploadPart.objects.for_tenant(tenant_id).bulk_create(parts)
    for part in replaced:
        after_commit(store.delete, part.object_key)
    return upload


@tenant_transaction
def cancel_upload(tenant_id: str, upload_id: str, *, project_id: str) -> Upload:
    """End an upload; its parts go on commit. Cancelling twice is as good as once.

    Raises:
        NotFound, UploadClosed, UploadExpired: there is none, or it became a file, or it ended by itself.
    """
    upload = lock_upload(tenant_id, upload_id, project_id=project_id)
    if upload.status != UploadStatus.CANCELLED:
        require_open(upload)
        upload.status = UploadStatus.CANCELLED
        upload.save(update_fields=["status"])
        after_commit(discard_parts, tenant_id, upload_id)
        record(tenant_id, "upload.cancelled", resource_id=upload_id, project_id=project_id)
    return upload


def discard_parts(tenant_id: str, upload_id: str) -> None:
    """Remove the parts of an upload that ended, and note it. The sweeper does it again until it is noted."""
    store.remove_folder(uploads_folder(tenant_id, upload_id))
    _note_discarded(tenant_id, upload_id)


@tenant_transaction
def _note_discarded(tenant_id: str, upload_id: str) -> None:
    parts_of(tenant_id, [upload_id]).delete()
    Upload.objects.for_tenant(tenant_id).filter(id=upload_id).update(is_swept=True)


def require_open(upload: Upload) -> None:
    """Raises UploadClosed or UploadExpired."""
    if upload.has_expired or upload.status == UploadStatus.EXPIRED:
        raise UploadExpired(f"Upload {upload.id} has expired.", param="upload_id")
    if upload.status != UploadStatus.PENDING:
        raise UploadClosed(f"Upload {upload.id} is {upload.status}.", param="upload_id")


def too_large_part() -> PayloadTooLarge:
    megabytes = settings.MAX_PART_BYTES // _MEGABYTE
    return PayloadTooLarge(f"The part is larger than the limit of {megabytes} MB.", param="data")
