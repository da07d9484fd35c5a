"""Remove a file for good."""

from django.utils import timezone

from apps.audit.services import record
from apps.core.commit import after_commit
from apps.core.objects import store
from apps.core.tenancy import tenant_transaction
from apps.datasets.models import File, object_key, training_key
from apps.datasets.selectors import get_file


@tenant_transaction
def delete_file(tenant_id: str, file_id: str, *, project_id: str | None = None) -> None:
    """Forget what the file said and, on commit, its bytes. The row stays, so that jobs keep their reference.

    Raises:
        NotFound: there is no such file.
    """
    file = get_file(tenant_id, file_id, project_id=project_id)
    forget(file)
    after_commit(remove_bytes, tenant_id, file_id)
    record(tenant_id, "file.deleted", resource_id=file_id, project_id=file.project_id)


def forget(file: File) -> None:
    """Mark a row as deleted and empty what it holds of the customer's text."""
    file.deleted_at = timezone.now()
    file.filename, file.status_details, file.report, file.token_counts = "", None, {}, {}
    file.save(update_fields=["deleted_at", "filename", "status_details", "report", "token_counts"])


def remove_bytes(tenant_id: str, file_id: str) -> None:
    """Delete the objects of a deleted file, and note it. The sweeper does it again until it is noted."""
    store.delete(object_key(tenant_id, file_id))
    store.delete(training_key(tenant_id, file_id))
    _note_removal(tenant_id, file_id)


@tenant_transaction
def _note_removal(tenant_id: str, file_id: str) -> None:
    File.objects.for_tenant(tenant_id).filter(id=file_id, deleted_at__isnull=False).update(is_stored=False)
