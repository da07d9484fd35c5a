"""Names over files."""

from django.utils import timezone

from apps.audit.services import record
from apps.core.tenancy import tenant_transaction
from apps.datasets.models import Dataset
from apps.datasets.selectors import lock_dataset, versions_of
from apps.datasets.services.delete import forget, remove_soon


@tenant_transaction
def create_dataset(tenant_id: str, *, project_id: str, name: str) -> Dataset:
    """A dataset without versions; uploads and operations add them."""
    dataset = Dataset(tenant_id=tenant_id, project_id=project_id, name=name)
    dataset.save(force_insert=True)
    record(tenant_id, "dataset.created", resource_id=dataset.id, project_id=project_id)
    return dataset


@tenant_transaction
def rename_dataset(tenant_id: str, dataset_id: str, *, project_id: str, name: str) -> Dataset:
    """Raises NotFound."""
    dataset = lock_dataset(tenant_id, dataset_id, project_id=project_id)
    dataset.name = name
    dataset.save(update_fields=["name"])
    record(tenant_id, "dataset.updated", resource_id=dataset.id, project_id=project_id)
    return dataset


@tenant_transaction
def delete_dataset(tenant_id: str, dataset_id: str, *, project_id: str) -> None:
    """Delete a dataset and the files that are its versions. Who may be using them is the caller's to ask.

    Raises:
        NotFound: there is no such dataset.
    """
    dataset = lock_dataset(tenant_id, dataset_id, project_id=project_id)
    files = list(versions_of(tenant_id, dataset_id))
    for file in files:
        forget(file)
    remove_soon(tenant_id, files)
    dataset.deleted_at, dataset.name = timezone.now(), ""
    dataset.save(update_fields=["deleted_at", "name"])
    after = {"files": [file.id for file in files]}
    record(tenant_id, "dataset.deleted", resource_id=dataset_id, project_id=project_id, after=after)
