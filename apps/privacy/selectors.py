"""Reads on exports, and which rows nobody works on."""

from datetime import datetime

from django.db.models import Q, QuerySet

from apps.core.objects import store
from apps.core.tenancy import tenant_transaction
from apps.privacy.errors import ExportNotFound
from apps.privacy.models import Export, ExportStatus


def is_free(now: datetime) -> Q:
    """Of an export or an erasure: nobody is at it."""
    return Q(leased_until__isnull=True) | Q(leased_until__lt=now)


def exports(tenant_id: str) -> QuerySet[Export]:
    """A tenant's exports; to be read within its scope."""
    return Export.objects.for_tenant(tenant_id)


@tenant_transaction
def get_ready_export(tenant_id: str, export_id: str) -> Export:
    """Raises ExportNotFound when it is missing or has no content."""
    found = exports(tenant_id).filter(id=export_id, status=ExportStatus.READY).first()
    if found is None or not store.exists(found.object_key):
        raise ExportNotFound("No such export.", param="export_id")
    return found
