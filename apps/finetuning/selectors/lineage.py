"""Row -> version -> job -> model, both ways, each by one query."""

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from apps.core.tenancy import tenant_transaction
from apps.datasets.selectors import family_of, files_behind, versions_of, versions_with_row
from apps.finetuning.models import ACTIVE, Adapter, FineTuneJob
from kernel.errors import ModelNotFound, NotFound

if TYPE_CHECKING:
    from apps.datasets.models import File

_FILES = ("training_file_id", "validation_file_id")


def _with_jobs(tenant_id: str, files: "QuerySet[File]") -> "QuerySet[Any]":
    """Files, each with the jobs that trained or were validated on it."""
    is_on_it = Q(training_file_id=OuterRef("pk")) | Q(validation_file_id=OuterRef("pk"))
    jobs = FineTuneJob.objects.for_tenant(tenant_id).filter(is_on_it)
    said = JSONObject(id="id", model="base_model", status="status", fine_tuned_model="fine_tuned_model")
    return files.annotate(jobs=ArraySubquery(jobs.order_by("id").values(json=said)))


@tenant_transaction
def get_file_lineage(tenant_id: str, file_id: str, *, project_id: str) -> "list[Any]":
    """A file first, then its parents and children, each with its `jobs`. Raises NotFound."""
    kin = family_of(tenant_id, file_id, project_id=project_id)
    found = list(_with_jobs(tenant_id, kin).defer("report", "token_counts").order_by("id"))
    if all(file.id != file_id for file in found):
        raise NotFound(f"No such File object: {file_id}", param="id")
    return sorted(found, key=lambda file: file.id != file_id)


@tenant_transaction
def get_row_lineage(tenant_id: str, row_hash: str, *, project_id: str) -> "list[Any]":
    """Versions that hold a row, or one made from it: each with the row's `line` and its `jobs`.

    Raises NotFound.
    """
    is_hash = len(row_hash) == 32 and all(letter in "0123456789abcdef" for letter in row_hash)
    digest = bytes.fromhex(row_hash) if is_hash else b""
    files = versions_with_row(tenant_id, digest, project_id=project_id)
    found = list(_with_jobs(tenant_id, files).defer("report", "token_counts"))
    if not found:
        raise NotFound(f"No such row: {row_hash}", param="hash")
    return found


@tenant_transaction
def get_model_lineage(tenant_id: str, name: str, *, project_id: str) -> Any:
    """The job that made a model, with its `files` and what those were made of. Raises ModelNotFound."""
    adapters = Adapter.objects.for_tenant(tenant_id).filter(public_name=name, deleted_at__isnull=True)
    jobs = FineTuneJob.objects.for_tenant(tenant_id).filter(
        project_id=project_id, id__in=adapters.values("job_id")
    )
    job = jobs.annotate(files=ArraySubquery(files_behind(tenant_id, *_FILES))).first()
    if job is None:
        raise ModelNotFound(
            f"The model `{name}` does not exist or you do not have access to it.", param="model"
        )
    return job


@tenant_transaction
def find_active_job(tenant_id: str, dataset_id: str) -> FineTuneJob | None:
    """A job that waits for, or trains on, a version of a dataset."""
    ids = versions_of(tenant_id, dataset_id).values("id")
    is_on_one = Q(training_file_id__in=ids) | Q(validation_file_id__in=ids)
    jobs = FineTuneJob.objects.for_tenant(tenant_id).filter(is_on_one, status__in=ACTIVE)
    return jobs.order_by("id").first()
