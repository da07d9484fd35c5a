"""Each fine-tune file is a version of one dataset."""

from typing import Any

from apps.core.tenancy import tenant_transaction
from apps.datasets.models import Dataset, File
from apps.datasets.selectors import lock_dataset


@tenant_transaction
def attach_version(
    tenant_id: str, file: File, *, dataset_id: str | None, operation: dict[str, Any], parents: list[str]
) -> None:
    """Make a file, not saved yet, the next version of a dataset; of one of its own, named like it, if None.

    Belongs in the transaction that saves the file: the dataset stays locked until its end.

    Raises:
        NotFound: the file's project has no such dataset.
    """
    if dataset_id is None:
        dataset = Dataset(tenant_id=tenant_id, project_id=file.project_id, name=file.filename)
    else:
        dataset = lock_dataset(tenant_id, dataset_id, project_id=file.project_id)
    dataset.latest_version += 1
    dataset.save()
    file.dataset, file.version = dataset, dataset.latest_version
    file.operation, file.parents = operation, parents
