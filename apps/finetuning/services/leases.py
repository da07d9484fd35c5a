"""Leases and fencing tokens: who may write to a running job."""

from datetime import timedelta

from django.utils import timezone

from apps.core.tenancy import tenant_transaction
from apps.finetuning.errors import LeaseLost
from apps.finetuning.models import FineTuneJob, JobStatus
from kernel.contracts import Directive

LEASE = timedelta(seconds=30)
LINK_LIFETIME = timedelta(hours=24)


def resume_key(job_id: str, step: int) -> str:
    """Where a checkpoint's tar is kept."""
    return f"checkpoints/{job_id}/step-{step}.tar"


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
