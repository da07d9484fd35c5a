"""An export from its request to its end: queued, built by a task, kept for a week."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import BinaryIO, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.audit.services import record
from apps.core.dispatch import TaskName, send_on_commit
from apps.core.objects import store
from apps.core.tenancy import system_scope, tenant_transaction
from apps.privacy.models import Export, ExportStatus
from apps.privacy.selectors import exports, get_ready_export, is_free
from apps.privacy.services.archive import archive_entries
from apps.privacy.zipping import zip_chunks
from apps.tenants.selectors import get_organization, lock_organization

LIFETIME = timedelta(days=7)
MAX_ATTEMPTS = 3
_LEASE = timedelta(minutes=10)
_RENEW_AFTER = timedelta(minutes=1)
_RETRY_AFTER = timedelta(minutes=1)
_PATIENCE = timedelta(seconds=30)  # with the bell of a request


class BuilderReplaced(RuntimeError):
    """The export is another builder's by now, or gone."""


class Download(NamedTuple):
    export: Export
    content: BinaryIO


@tenant_transaction
def request_export(tenant_id: str, *, user_id: str) -> Export:
    """Queue an archive of everything; one that is queued already is returned instead."""
    lock_organization(tenant_id)
    if waiting := exports(tenant_id).filter(status=ExportStatus.QUEUED).first():
        return waiting
    export = exports(tenant_id).create(tenant_id=tenant_id, requested_by=user_id)
    send_on_commit(TaskName.BUILD_EXPORT, tenant_id=tenant_id, export_id=export.id)
    record(tenant_id, "organization.exported", resource_id=export.id)
    return export


@tenant_transaction
def open_export(tenant_id: str, export_id: str) -> Download:
    """A ready archive, opened to be sent; the audit log says who took it. Raises ExportNotFound."""
    export = get_ready_export(tenant_id, export_id)
    record(tenant_id, "organization.export_downloaded", resource_id=export.id)
    return Download(export, store.open(export.object_key))


def build_export(tenant_id: str, export_id: str) -> bool:
    """Write the archive, unless somebody else does. Returns whether this call did.

    Raises:
        BuilderReplaced: it took so long that another builder took over, or the organization is gone.
    """
    export = _claim(tenant_id, export_id)
    if export is None:
        return False
    try:
        about = {"version": 1, "organization": tenant_id, "created_at": timezone.now().isoformat()}
        chunks = _holding(export, zip_chunks(archive_entries(tenant_id), about))
        stored = store.save(export.object_key, chunks)
        _finish(tenant_id, export, size_bytes=stored.bytes)
    except BaseException:
        _put_off(tenant_id, export)
        raise
    return True


@tenant_transaction
def _claim(tenant_id: str, export_id: str) -> Export | None:
    now = timezone.now()
    waiting = exports(tenant_id).filter(is_free(now), id=export_id, status=ExportStatus.QUEUED)
    export = waiting.select_for_update().first()
    if export is None or get_organization(tenant_id).deleted_at:
        return None
    if export.attempts >= MAX_ATTEMPTS:
        export.status, export.finished_at = ExportStatus.FAILED, now
        export.save(update_fields=["status", "finished_at"])
        return None
    export.attempts, export.leased_until = export.attempts + 1, now + _LEASE
    export.save(update_fields=["attempts", "leased_until"])
    return export


def _holding(export: Export, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks, while the lease is renewed; the last time just before the archive appears."""
    renewed_at = timezone.now()
    for chunk in chunks:
        yield chunk
        if timezone.now() - renewed_at > _RENEW_AFTER:
            renewed_at = timezone.now()
            _renew(export.tenant_id, export, until=renewed_at + _LEASE)
    _renew(export.tenant_id, export, until=timezone.now() + _LEASE)


def _held(tenant_id: str, export: Export) -> QuerySet[Export]:
    """The export, while it is still this builder's."""
    return exports(tenant_id).filter(id=export.id, status=ExportStatus.QUEUED, attempts=export.attempts)


@tenant_transaction
def _renew(tenant_id: str, export: Export, *, until: datetime) -> None:
    if get_organization(tenant_id).deleted_at or not _held(tenant_id, export).update(leased_until=until):
        raise BuilderReplaced(export.id)


@tenant_transaction
def _finish(tenant_id: str, export: Export, *, size_bytes: int) -> None:
    now = timezone.now()
    _held(tenant_id, export).update(
        status=ExportStatus.READY,
        bytes=size_bytes,
        finished_at=now,
        expires_at=now + LIFETIME,
        leased_until=None,
    )


@tenant_transaction
def _put_off(tenant_id: str, export: Export) -> None:
    _held(tenant_id, export).update(leased_until=timezone.now() + _RETRY_AFTER)


def sweep_exports() -> None:
    """Ring again for what waits, and remove archives whose time is over."""
    now = timezone.now()
    is_unheard = Q(leased_until__lt=now) | Q(leased_until__isnull=True, created_at__lt=now - _PATIENCE)
    with system_scope():
        live = Export.all_tenants.filter(tenant__deleted_at__isnull=True)
        for row in live.filter(is_unheard, status=ExportStatus.QUEUED):
            send_on_commit(TaskName.BUILD_EXPORT, tenant_id=row.tenant_id, export_id=row.id)
        over = list(live.filter(status=ExportStatus.READY, expires_at__lte=now))
    for row in over:
        store.delete(row.object_key)
        _expire(row.tenant_id, row.id)


@tenant_transaction
def _expire(tenant_id: str, export_id: str) -> None:
    found = exports(tenant_id).filter(id=export_id, expires_at__lte=timezone.now())
    found.update(status=ExportStatus.EXPIRED)
