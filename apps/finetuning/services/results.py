"""The files that a job leaves for the customer: OpenAI's loss curve, and what the recipe wrote."""

import csv
import io
from collections.abc import Iterable

from apps.core.commit import after_commit
from apps.core.links import signed_link
from apps.core.objects import read_chunks, store
from apps.core.tenancy import tenant_transaction
from apps.datasets.services import save_result_file
from apps.finetuning.errors import UploadIncomplete
from apps.finetuning.models import FineTuneJob, JobMetric
from apps.finetuning.services.leases import LINK_LIFETIME, fenced_job
from kernel.contracts import RESULT_FILES

CURVE_FILE = "step_metrics.csv"
_COLUMNS = {
    "step": "step",
    "train_loss": "train_loss",
    "train_accuracy": "train_accuracy",
    "valid_loss": "valid_loss",
    "valid_mean_token_accuracy": "valid_accuracy",
}


def result_csv(metrics: list[JobMetric]) -> bytes:
    """One row a step; cells without a value are empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for metric in metrics:
        values = [metric.values.get(name) for name in _COLUMNS.values()]
        writer.writerow(["" if value is None else value for value in values])
    return text.getvalue().encode()


@tenant_transaction
def result_links(tenant_id: str, job_id: str, *, fencing_token: int, names: list[str]) -> dict[str, str]:
    """Where the runner puts what the recipe wrote for the customer, by name.

    Raises:
        LeaseLost: the runner does not hold the job any more.
        UploadIncomplete: no recipe writes a file of that name.
    """
    fenced_job(tenant_id, job_id, fencing_token)
    _require_known(names)
    return {name: signed_link(_key(job_id, name), "PUT", LINK_LIFETIME) for name in names}


def keep_results(job: FineTuneJob, names: tuple[str, ...]) -> list[dict[str, str]]:
    """Make files of the customer's of what the runner uploaded. Runs within the tenant's transaction.

    Raises:
        UploadIncomplete: a file is not there.
    """
    _require_known(names)
    return [{"id": _kept(job, name), "filename": name} for name in RESULT_FILES if name in names]


def _kept(job: FineTuneJob, name: str) -> str:
    content = store.open_if_there(_key(job.id, name))
    if content is None:
        raise UploadIncomplete(f"The result file {name} is missing.")
    after_commit(store.delete, _key(job.id, name))
    return save_result_file(
        job.tenant_id, project_id=job.project_id, filename=name, chunks=read_chunks(content)
    )


def _require_known(names: Iterable[str]) -> None:
    if unknown := set(names) - set(RESULT_FILES):
        raise UploadIncomplete(f"{min(unknown)} is no result file.")


def _key(job_id: str, name: str) -> str:
    return f"checkpoints/{job_id}/{name}"
