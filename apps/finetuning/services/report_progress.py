"""What a running job reports."""

from typing import Any

from django.utils import timezone

from apps.core.tenancy import tenant_transaction
from apps.finetuning.models import Checkpoint, FineTuneJob, JobMetric
from apps.finetuning.services.adapters import check_upload
from apps.finetuning.services.events import add_event
from apps.finetuning.services.leases import fenced_job, renew
from kernel import wire
from kernel.contracts import Directive, Progress

_WRITTEN = (
    "lease_expires_at",
    "step",
    "total_steps",
    "trained_tokens",
    "first_step",
    "first_step_at",
    "last_step_at",
)
_EVENTS_PER_JOB = 60  # the loss curve has every step; the log need not


@tenant_transaction
def report_progress(
    tenant_id: str, job_id: str, *, fencing_token: int, progress: list[Progress]
) -> Directive:
    """Note optimizer steps and renew the lease. Repeating a step replaces it.

    Raises:
        LeaseLost: the runner does not hold the job any more.
    """
    job = fenced_job(tenant_id, job_id, fencing_token)
    directive = renew(job)
    if progress:
        JobMetric.objects.for_tenant(tenant_id).bulk_create(
            [
                JobMetric(tenant_id=tenant_id, job=job, step=p.step, values=wire.fields_of(p))
                for p in progress
            ],
            update_conflicts=True,
            unique_fields=["job", "step"],
            update_fields=["values"],
        )
        _note_steps(job, progress)
        latest = progress[-1]
        job.step, job.total_steps = latest.step, latest.total_steps
        job.trained_tokens = max(job.trained_tokens, latest.trained_tokens)
        job.last_step_at = timezone.now()
        if job.first_step is None:
            job.first_step, job.first_step_at = latest.step, job.last_step_at
    job.save(update_fields=_WRITTEN)
    return directive


def _note_steps(job: FineTuneJob, progress: list[Progress]) -> None:
    for p in progress:
        every = max(1, p.total_steps // _EVENTS_PER_JOB)
        if p.step % every == 0 or p.step in (1, p.total_steps) or p.valid_loss is not None:
            metrics = openai_metrics(p)
            code = "step" if p.valid_loss is None else "step_validated"
            add_event(job, _sentence(p), code=code, values=metrics, data=metrics)


def _sentence(p: Progress) -> str:
    text = f"Step {p.step}/{p.total_steps}: training loss={p.train_loss:.2f}"
    return text if p.valid_loss is None else f"{text}, validation loss={p.valid_loss:.2f}"


def openai_metrics(p: Progress) -> dict[str, Any]:
    """A step in the names of OpenAI's events and checkpoints."""
    named = {
        "step": p.step,
        "total_steps": p.total_steps,
        "train_loss": p.train_loss,
        "train_mean_token_accuracy": p.train_accuracy,
        "valid_loss": p.valid_loss,
        "valid_mean_token_accuracy": p.valid_accuracy,
    }
    return {name: value for name, value in named.items() if value is not None}


@tenant_transaction
def add_checkpoint(
    tenant_id: str, job_id: str, *, fencing_token: int, progress: Progress, adapter_name: str
) -> Directive:
    """Note a complete checkpoint: the job goes on from here if its runner dies.

    Raises:
        LeaseLost: the runner does not hold the job any more.
        UploadIncomplete: the adapter is not in the store as named.
    """
    job = fenced_job(tenant_id, job_id, fencing_token)
    adapter = check_upload(job, adapter_name)
    _, is_new = Checkpoint.objects.for_tenant(tenant_id).get_or_create(
        job=job,
        step=progress.step,
        defaults={"tenant_id": tenant_id, "adapter": adapter, "progress": wire.fields_of(progress)},
    )
    directive = renew(job)
    job.resume_step = progress.step
    job.save(update_fields=["lease_expires_at", "resume_step"])
    if is_new:
        add_event(
            job,
            f"Checkpoint created at step {progress.step}",
            code="checkpoint_created",
            values={"step": progress.step},
        )
    return directive
