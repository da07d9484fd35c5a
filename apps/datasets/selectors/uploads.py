"""Reads on uploads and their parts."""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from apps.core.objects import store
from apps.core.tenancy import tenant_transaction
from apps.datasets.models import File, Upload, UploadPart, UploadStatus, uploads_folder
from apps.datasets.selectors.files import live_files
from kernel.errors import NotFound


class UploadView(NamedTuple):
    """An upload with the file that it became, and the parts that are here."""

    upload: Upload
    file: File | None
    parts: list[UploadPart]


def uploads(tenant_id: str, *, project_id: str) -> QuerySet[Upload]:
    """A project's uploads; to be read within the tenant's scope."""
    return Upload.objects.for_tenant(tenant_id).filter(project_id=project_id)


def open_uploads(tenant_id: str, *, project_id: str) -> QuerySet[Upload]:
    """Those that still take parts."""
    rows = uploads(tenant_id, project_id=project_id)
    return rows.filter(status=UploadStatus.PENDING, expires_at__gt=timezone.now())


@tenant_transaction
def get_upload(tenant_id: str, upload_id: str, *, project_id: str) -> Upload:
    """Raises NotFound."""
    return _found(uploads(tenant_id, project_id=project_id), upload_id)


@tenant_transaction
def lock_upload(tenant_id: str, upload_id: str, *, project_id: str) -> Upload:
    """As `get_upload`; nobody else changes it or its parts until the end of the transaction."""
    return _found(uploads(tenant_id, project_id=project_id).select_for_update(), upload_id)


def _found(rows: QuerySet[Upload], upload_id: str) -> Upload:
    upload = rows.filter(id=upload_id).first()
    if upload is None:
        raise NotFound(f"No such Upload object: {upload_id}", param="upload_id")
    return upload


def parts_of(tenant_id: str, upload_ids: Collection[str]) -> QuerySet[UploadPart]:
    """Parts by their number, then as they came; to be read within the tenant's scope."""
    return UploadPart.objects.for_tenant(tenant_id).filter(upload_id__in=upload_ids).order_by("number", "id")


@tenant_transaction
def list_open_uploads(
    tenant_id: str,
    *,
    project_id: str,
    page: Callable[[QuerySet[Upload]], tuple[list[Upload], bool]],
) -> tuple[list[Upload], bool]:
    """A page of what was begun and neither ended nor expired, and whether more follow."""
    return page(open_uploads(tenant_id, project_id=project_id))


def with_parts(tenant_id: str, found: list[Upload]) -> list[UploadView]:
    """Uploads with their files, and with those parts of open ones whose bytes are here."""
    parts, files = _parts_and_files(tenant_id, found)
    return [
        UploadView(upload, files.get(upload.file_id or ""), arrived(upload, parts[upload.id]))
        for upload in found
    ]


@tenant_transaction
def _parts_and_files(
    tenant_id: str, found: list[Upload]
) -> tuple[dict[str, list[UploadPart]], dict[str, File]]:
    parts = defaultdict(list)
    is_open = [upload.id for upload in found if upload.status == UploadStatus.PENDING]
    for part in parts_of(tenant_id, is_open):
        parts[part.upload_id].append(part)
    files = live_files(tenant_id).in_bulk([upload.file_id for upload in found if upload.file_id])
    return parts, files


def arrived(upload: Upload, parts: list[UploadPart]) -> list[UploadPart]:
    """Those whose bytes are here; what clients put by links is looked up, and is of the size they said."""
    if all(part.is_stored for part in parts):
        return parts
    sizes = {each.key: each.bytes for each in store.objects_in(uploads_folder(upload.tenant_id, upload.id))}
    return [part for part in parts if part.is_stored or sizes.get(part.object_key) == part.bytes]
