"""How long training takes, by what it took here: the machine and what else it does are in the measure."""

from datetime import datetime
from statistics import median

from django.db.models import F
from django.utils import timezone

from apps.core.tenancy import system_scope
from apps.finetuning.models import FineTuneJob, JobStatus

FLOPS = 1.2e11  # a guess of what one shared core does, for a base that was never trained here
OVERHEAD_SECONDS = 25  # loading, checkpoints, scoring, the parity check
_JOBS = 20  # the latest, that a quote goes by


def estimate_finish(job: FineTuneJob) -> datetime | None:
    """When a running job will be done at the pace of this attempt; None until it has a pace.

    What comes after the last step, scoring and the parity check, is taken to last as long as what came before
    the first one.
    """
    if job.status != JobStatus.RUNNING or not (job.claimed_at and job.first_step_at and job.last_step_at):
        return None
    steps = job.step - (job.first_step or 0)
    if steps < 1:
        return None
    left = (job.last_step_at - job.first_step_at) / steps * (job.total_steps - job.step)
    finish: datetime = job.last_step_at + left + (job.first_step_at - job.claimed_at)
    return max(finish, timezone.now())


def estimate_seconds(base_model: str, parameters: int, tokens: int) -> int:
    """How long a job will take from its start, corrected by what the latest jobs on the same base took."""
    with system_scope():
        done = FineTuneJob.all_tenants.filter(
            base_model=base_model, status=JobStatus.SUCCEEDED, attempts=1, claimed_at__isnull=False
        )
        latest = done.annotate(took=F("finished_at") - F("claimed_at")).order_by("-finished_at")
        ratios = [
            took.total_seconds() / _guess(parameters, trained)
            for took, trained in latest.values_list("took", "trained_tokens")[:_JOBS]
        ]
    return round(_guess(parameters, tokens) * (median(ratios) if ratios else 1))


def _guess(parameters: int, tokens: int) -> float:
    return OVERHEAD_SECONDS + 6 * parameters * tokens / FLOPS
