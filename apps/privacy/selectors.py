"""Reads on exports."""

from django.db.models import QuerySet

from apps.core.objects import store
from apps.core.tenancy import tenant_transaction
from apps.privacy.errors import ExportNotFound
from apps.privacy.models import Export, ExportStatus


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
