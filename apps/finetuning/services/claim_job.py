"""Hand the next job to a runner."""

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.catalog.selectors import get_base
from apps.core.links import signed_link
from apps.core.tenancy import system_scope, tenant_transaction
from apps.datasets.selectors import get_file
from apps.finetuning.models import FineTuneJob, JobStatus
from apps.finetuning.services.end_job import fail_job
from apps.finetuning.services.events import add_event
from apps.finetuning.services.leases import LEASE, LINK_LIFETIME, resume_key
from kernel.contracts import Lease, TrainFailure, TrainSpec
from kernel.errors import NotFound

_PLAIN_FORM = "train.jsonl"  # datasets writes it at validation, line for line


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
        job.claimed_at, job.first_step, job.first_step_at, job.last_step_at = now, None, None, None
        job.save()
        add_event(
            job,
            "Fine-tuning job started" if first else f"Fine-tuning job resumed (attempt {job.attempts})",
            code="job_started" if first else "job_resumed",
            values={"attempt": job.attempts},
        )
    try:
        return _lease(job.tenant_id, job)
    except NotFound as error:
        failure = TrainFailure(blame="customer", code="file_not_found", message=error.message)
        fail_job(job.tenant_id, job.id, fencing_token=job.fencing_token, failure=failure)
        return claim_job(runner)


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
    """Raises NotFound when a file was deleted while the job waited."""

    def link(file_id: str) -> str:
        return signed_link(get_file(tenant_id, file_id).training_key, "GET", LINK_LIFETIME)

    return Lease(
        spec=train_spec(job),
        fencing_token=job.fencing_token,
        lease_seconds=int(LEASE.total_seconds()),
        training_file_url=link(job.training_file_id),
        training_file_name=_PLAIN_FORM,
        validation_file_url=link(job.validation_file_id) if job.validation_file_id else None,
        validation_file_name=_PLAIN_FORM if job.validation_file_id else None,
        resume_url=signed_link(resume_key(job.id, job.resume_step), "GET", LINK_LIFETIME)
        if job.resume_step
        else None,
    )


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
        long_rows=chosen.get("long_rows", "refuse"),  # a job from before there was a choice
        seed=job.seed,
    )
