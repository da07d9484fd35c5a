"""Remove a file for good."""

from django.utils import timezone

from apps.audit.services import record
from apps.core.commit import after_commit
from apps.core.dispatch import TaskName, send_on_commit
from apps.core.objects import store
from apps.core.tenancy import tenant_transaction
from apps.datasets.models import Dataset, File, derived_folder, object_key, training_key
from apps.datasets.selectors import get_file
from apps.datasets.services.file_rows import remove_rows

_ROWS_AT_ONCE = 20_000  # what a request may wait for
_FORGOTTEN = [
    "deleted_at",
    "filename",
    "status_details",
    "mapping",
    "operation",
    "report",
    "token_counts",
]


@tenant_transaction
def delete_file(tenant_id: str, file_id: str, *, project_id: str | None = None) -> None:
    """Forget what the file said and, on commit, its bytes. The row stays, so that jobs keep their reference.

    Raises:
        NotFound: there is no such file.
    """
    file = get_file(tenant_id, file_id, project_id=project_id)
    forget(file)
    remove_soon(tenant_id, [file])
    record(tenant_id, "file.deleted", resource_id=file_id, project_id=file.project_id)


def forget(file: File) -> None:
    """Mark a row as deleted and empty what it holds of the customer's text.

    A dataset that is nothing but this file's name goes with it.
    """
    alone = Dataset.objects.for_tenant(file.tenant_id).filter(id=file.dataset_id, latest_version=1)
    alone.filter(name=file.filename).update(deleted_at=timezone.now(), name="")
    file.deleted_at = timezone.now()
    file.filename, file.status_details, file.mapping = "", None, None
    file.operation, file.report, file.token_counts = {}, {}, {}
    file.save(update_fields=_FORGOTTEN)


def remove_soon(tenant_id: str, files: list[File]) -> None:
    """Delete what deleted files hold, on commit; of many rows only the objects, and ring for the sweeper."""
    are_many = sum(file.rows or 0 for file in files) > _ROWS_AT_ONCE
    for file in files:
        after_commit(_remove_objects if are_many else remove_bytes, tenant_id, file.id)
    if are_many:
        send_on_commit(TaskName.SWEEP_FILES)


def _remove_objects(tenant_id: str, file_id: str) -> None:
    store.delete(object_key(tenant_id, file_id))
    store.delete(training_key(tenant_id, file_id))
    store.remove_folder(derived_folder(tenant_id, file_id))


def remove_bytes(tenant_id: str, file_id: str) -> None:
    """Delete a deleted file's objects and rows, and note it. The sweeper repeats it until it is noted."""
    _remove_objects(tenant_id, file_id)
    remove_rows(tenant_id, file_id)
    _note_removal(tenant_id, file_id)


@tenant_transaction
def _note_removal(tenant_id: str, file_id: str) -> None:
    File.objects.for_tenant(tenant_id).filter(id=file_id, deleted_at__isnull=False).update(is_stored=False)
