"""Claims, leases and fencing tokens."""

from datetime import timedelta

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.catalog.selectors import get_base
from apps.core.links import signed_link
from apps.core.tenancy import system_scope, tenant_transaction
from apps.datasets.selectors import get_file
from apps.finetuning.errors import LeaseLost
from apps.finetuning.models import FineTuneJob, JobStatus
from apps.finetuning.services.events import add_event
from kernel.contracts import Directive, Lease, TrainSpec

LEASE = timedelta(seconds=30)
LINK_LIFETIME = timedelta(hours=24)


def claim_job(runner: str) -> Lease | None:
    """Give the runner the next job by fair share, or None when nothing waits.

    The organization with the fewest running jobs comes first, then the one whose last start is longest ago.
    """
    with system_scope():
        job = _next_in_turn()
        if job is None:
            return None
        now = timezone.now()
        first = job.started_at is None
        job.status = JobStatus.RUNNING
        job.runner = runner[:100]
        job.attempts += 1
        job.fencing_token += 1
        job.lease_expires_at = now + LEASE
        job.started_at = job.started_at or now
        job.save()
        add_event(
            job, "Fine-tuning job started" if first else f"Fine-tuning job resumed (attempt {job.attempts})"
        )
    return _lease(job.tenant_id, job)


def _next_in_turn() -> FineTuneJob | None:
    same_tenant = FineTuneJob.all_tenants.filter(tenant_id=OuterRef("tenant_id"))
    running = (
        same_tenant.filter(status=JobStatus.RUNNING)
        .order_by()
        .values("tenant_id")
        .annotate(n=Count("id"))
        .values("n")
    )
    last_start = same_tenant.filter(started_at__isnull=False).order_by("-started_at").values("started_at")[:1]
    queued: QuerySet[FineTuneJob] = FineTuneJob.all_tenants.filter(status=JobStatus.QUEUED)
    return (
        queued.annotate(running=Coalesce(Subquery(running), 0), last_start=Subquery(last_start))
        .order_by("running", F("last_start").asc(nulls_first=True), "created_at")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )


@tenant_transaction
def _lease(tenant_id: str, job: FineTuneJob) -> Lease:
    def download(file_id: str) -> tuple[str, str]:
        file = get_file(tenant_id, file_id)
        return signed_link(file.object_key, "GET", LINK_LIFETIME), file.filename

    training = download(job.training_file_id)
    validation = download(job.validation_file_id) if job.validation_file_id else (None, None)
    return Lease(
        spec=train_spec(job),
        fencing_token=job.fencing_token,
        lease_seconds=int(LEASE.total_seconds()),
        training_file_url=training[0],
        training_file_name=training[1],
        validation_file_url=validation[0],
        validation_file_name=validation[1],
        resume_url=signed_link(resume_key(job.id, job.resume_step), "GET", LINK_LIFETIME)
        if job.resume_step
        else None,
    )


def resume_key(job_id: str, step: int) -> str:
    """Where a checkpoint's tar is kept."""
    return f"checkpoints/{job_id}/step-{step}.tar"


def train_spec(job: FineTuneJob) -> TrainSpec:
    chosen = job.settings
    return TrainSpec(
        job_id=job.id,
        method=job.method,  # type: ignore[arg-type]  # checked when it was created
        base_model=job.base_model,
        base_source=get_base(job.base_model).source,
        n_epochs=chosen["n_epochs"],
        batch_size=chosen["batch_size"],
        learning_rate=chosen["learning_rate"],
        lora_rank=chosen["lora_rank"],
        lora_alpha=chosen["lora_alpha"],
        max_length=chosen["max_length"],
        seed=job.seed,
    )


def fenced_job(
    tenant_id: str, job_id: str, fencing_token: int, *, repeat_of: JobStatus | None = None
) -> FineTuneJob:
    """The job, locked, if this token still rules it; the ending it asks for may have happened already.

    Raises:
        LeaseLost: it does not.
    """
    job = FineTuneJob.objects.for_tenant(tenant_id).select_for_update().filter(id=job_id).first()
    allowed = {JobStatus.RUNNING, repeat_of}
    if job is None or job.fencing_token != fencing_token or job.status not in allowed:
        raise LeaseLost("The lease on this job is lost.")
    return job


def renew(job: FineTuneJob) -> Directive:
    """Extend the lease; the answer tells the runner whether to stop. The caller saves the job."""
    job.lease_expires_at = timezone.now() + LEASE
    return Directive(stop="cancel" if job.cancel_requested_at else "")


@tenant_transaction
def heartbeat(tenant_id: str, job_id: str, *, fencing_token: int) -> Directive:
    """Raises LeaseLost."""
    job = fenced_job(tenant_id, job_id, fencing_token)
    directive = renew(job)
    job.save(update_fields=["lease_expires_at"])
    return directive
