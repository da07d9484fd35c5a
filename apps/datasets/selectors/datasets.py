"""Reads on datasets and their versions."""

from typing import NamedTuple

from django.db.models import Count, F, QuerySet, Window

from apps.core.tenancy import tenant_transaction
from apps.datasets.models import Dataset, File
from apps.datasets.selectors.files import live_files
from kernel.errors import NotFound


class Summary(NamedTuple):
    latest: File | None
    versions: int


def live_datasets(tenant_id: str, *, project_id: str) -> QuerySet[Dataset]:
    """A project's datasets that are there; to be read within the tenant's scope."""
    return Dataset.objects.for_tenant(tenant_id).filter(project_id=project_id, deleted_at__isnull=True)


@tenant_transaction
def get_dataset(tenant_id: str, dataset_id: str, *, project_id: str) -> Dataset:
    """Raises NotFound."""
    return _found(live_datasets(tenant_id, project_id=project_id), dataset_id)


@tenant_transaction
def lock_dataset(tenant_id: str, dataset_id: str, *, project_id: str) -> Dataset:
    """As `get_dataset`; nobody else adds a version or deletes it until the end of the transaction."""
    return _found(live_datasets(tenant_id, project_id=project_id).select_for_update(), dataset_id)


def _found(rows: QuerySet[Dataset], dataset_id: str) -> Dataset:
    dataset = rows.filter(id=dataset_id).first()
    if dataset is None:
        raise NotFound(f"No such Dataset object: {dataset_id}", param="dataset_id")
    return dataset


def versions_of(tenant_id: str, dataset_id: str) -> QuerySet[File]:
    """A dataset's files that are there; to be read within the tenant's scope."""
    return live_files(tenant_id).filter(dataset_id=dataset_id)


@tenant_transaction
def summarize(tenant_id: str, datasets: list[Dataset]) -> list[tuple[Dataset, Summary]]:
    """Each dataset with its newest version and the number of its versions, by one query."""
    rows = live_files(tenant_id).filter(dataset__in=datasets).defer("report", "token_counts")
    counted = rows.annotate(siblings=Window(Count("id"), partition_by=F("dataset_id")))
    newest = counted.order_by("dataset_id", "-version").distinct("dataset_id")
    found = {file.dataset_id: Summary(file, file.siblings) for file in newest}
    return [(dataset, found.get(dataset.id, Summary(None, 0))) for dataset in datasets]
