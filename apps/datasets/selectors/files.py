"""Reads on files. Deleted and expired ones, and other tenants', are not found."""

from collections.abc import Callable
from typing import BinaryIO

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.core.objects import store
from apps.core.tenancy import tenant_transaction
from apps.datasets.models import File
from kernel.errors import NotFound


def live_files(tenant_id: str) -> QuerySet[File]:
    """A tenant's files that are there; to be read within its scope."""
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    return File.objects.for_tenant(tenant_id).filter(unexpired, deleted_at__isnull=True)


@tenant_transaction
def get_file(tenant_id: str, file_id: str, *, project_id: str | None = None, param: str = "id") -> File:
    """One file; of this project only, when one is named. Raises NotFound."""
    rows = live_files(tenant_id).filter(id=file_id)
    file = (rows.filter(project_id=project_id) if project_id else rows).first()
    if file is None:
        raise NotFound(f"No such File object: {file_id}", param=param)
    return file


@tenant_transaction
def list_files(
    tenant_id: str,
    *,
    project_id: str,
    purpose: str | None,
    page: Callable[[QuerySet[File]], tuple[list[File], bool]],
) -> tuple[list[File], bool]:
    """A page of a project's files, and whether more follow."""
    rows = live_files(tenant_id).filter(project_id=project_id).defer("report", "token_counts")
    return page(rows.filter(purpose=purpose) if purpose else rows)


def open_content(tenant_id: str, file_id: str, *, project_id: str) -> tuple[File, BinaryIO]:
    """A file with its bytes, opened. Raises NotFound."""
    file = get_file(tenant_id, file_id, project_id=project_id)
    try:
        return file, store.open(file.object_key)
    except FileNotFoundError as error:  # deleted a moment ago
        raise NotFound(f"No such File object: {file_id}", param="id") from error
