"""Reads on jobs and models."""

from django.db.models import Q, QuerySet

from apps.core.tenancy import system_scope, tenant_transaction
from apps.finetuning.errors import JobNotFound
from apps.finetuning.models import ACTIVE, Adapter, Checkpoint, FineTuneJob, JobEvent, JobMetric, JobStatus
from kernel.contracts import RouteEntry
from kernel.errors import ModelNotFound


@tenant_transaction
def get_job(tenant_id: str, job_id: str, *, project_id: str | None = None) -> FineTuneJob:
    """Raises JobNotFound when it is missing or in another project."""
    rows = FineTuneJob.objects.for_tenant(tenant_id).filter(id=job_id)
    job = (rows.filter(project_id=project_id) if project_id else rows).first()
    if job is None:
        raise JobNotFound(f"Could not find fine tune: {job_id}", param="fine_tuning_job_id")
    return job


def jobs_of_project(tenant_id: str, project_id: str) -> QuerySet[FineTuneJob]:
    """To be evaluated within the tenant's scope."""
    return FineTuneJob.objects.for_tenant(tenant_id).filter(project_id=project_id)


def with_metadata(rows: QuerySet[FineTuneJob], wanted: dict[str, str] | None) -> QuerySet[FineTuneJob]:
    """Jobs that carry each of these pairs; with None, those that carry none at all."""
    if wanted is None:
        return rows.filter(Q(metadata__isnull=True) | Q(metadata={}))
    return rows.filter(metadata__contains=wanted)


def events_of_job(tenant_id: str, job_id: str) -> QuerySet[JobEvent]:
    return JobEvent.objects.for_tenant(tenant_id).filter(job_id=job_id)


def checkpoints_of_job(tenant_id: str, job_id: str) -> QuerySet[Checkpoint]:
    return Checkpoint.objects.for_tenant(tenant_id).filter(job_id=job_id).select_related("adapter")


@tenant_transaction
def list_metrics(tenant_id: str, job_id: str) -> list[JobMetric]:
    """The whole loss curve, oldest first."""
    return list(JobMetric.objects.for_tenant(tenant_id).filter(job_id=job_id).order_by("step"))


@tenant_transaction
def count_active_jobs(tenant_id: str) -> int:
    return FineTuneJob.objects.for_tenant(tenant_id).filter(status__in=ACTIVE).count()


def queue_position(job: FineTuneJob) -> int | None:
    """1 for the next to start, None when it does not wait. An estimate: the claim is by fair share."""
    if job.status != JobStatus.QUEUED:
        return None
    with system_scope():
        earlier = FineTuneJob.all_tenants.filter(status=JobStatus.QUEUED, created_at__lt=job.created_at)
        return earlier.count() + 1


def find_tenant_of_job(job_id: str) -> str | None:
    """Whose job it is; runners know jobs by id only."""
    with system_scope():
        return FineTuneJob.all_tenants.filter(id=job_id).values_list("tenant_id", flat=True).first()


def _published(rows: QuerySet[Adapter]) -> QuerySet[Adapter]:
    return rows.exclude(public_name="").filter(deleted_at__isnull=True).select_related("job")


@tenant_transaction
def list_models(tenant_id: str, *, project_id: str) -> list[Adapter]:
    """The project's published models, oldest first."""
    rows = _published(Adapter.objects.for_tenant(tenant_id))
    return list(rows.filter(job__project_id=project_id).order_by("id"))


@tenant_transaction
def get_model(tenant_id: str, name: str, *, project_id: str) -> Adapter:
    """Raises ModelNotFound, the same for a missing and a foreign one."""
    rows = _published(Adapter.objects.for_tenant(tenant_id))
    adapter = rows.filter(job__project_id=project_id, public_name=name).first()
    if adapter is None:
        raise ModelNotFound(
            f"The model `{name}` does not exist or you do not have access to it.", param="model"
        )
    return adapter


def list_all_routes() -> dict[str, RouteEntry]:
    """Every tenant's published models as gateways know them, by `{project_id}/{model}`."""
    with system_scope():
        rows = _published(Adapter.all_tenants.all())
        return {f"{row.job.project_id}/{row.public_name}": route_entry(row) for row in rows}


def route_entry(adapter: Adapter) -> RouteEntry:
    return RouteEntry(
        base_model=adapter.base_model,
        adapter=adapter.engine_name,
        kind=adapter.kind,  # type: ignore[arg-type]  # checked against the manifest at upload
        created_at=int(adapter.created_at.timestamp()),
    )
