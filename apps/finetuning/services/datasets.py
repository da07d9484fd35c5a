"""Deleting data that no job needs."""

from apps.core.tenancy import tenant_transaction
from apps.datasets.selectors import lock_dataset
from apps.datasets.services import delete_dataset as delete
from apps.finetuning.selectors import find_active_job
from kernel.errors import Conflict


@tenant_transaction
def delete_dataset(tenant_id: str, dataset_id: str, *, project_id: str) -> None:
    """Delete a dataset with its versions' files, unless a job waits for or trains on one of them.

    Raises:
        NotFound: there is no such dataset.
        Conflict: names the job.
    """
    lock_dataset(tenant_id, dataset_id, project_id=project_id)
    if job := find_active_job(tenant_id, dataset_id):
        raise Conflict(
            f"The fine-tuning job {job.id} needs a file of this dataset. "
            "Wait until it ends, or cancel it, and delete the dataset then.",
            param="dataset_id",
        )
    delete(tenant_id, dataset_id, project_id=project_id)
