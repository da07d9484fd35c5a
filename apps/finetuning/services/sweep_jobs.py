"""What makes lost messages and dead runners harmless."""

from django.utils import timezone

from apps.core.dispatch import TaskName, send_on_commit
from apps.core.tenancy import system_scope, tenant_transaction
from apps.finetuning.models import FineTuneJob, JobStatus
from apps.finetuning.services.end_job import MAX_ATTEMPTS, end_cancelled, fail_job, requeue
from kernel.contracts import TrainFailure


def sweep_jobs() -> None:
    """Ring again for whatever waits, and take jobs from runners that went silent."""
    with system_scope():
        now = timezone.now()
        waiting = list(FineTuneJob.all_tenants.filter(status=JobStatus.VALIDATING_FILES))
        silent = list(FineTuneJob.all_tenants.filter(status=JobStatus.RUNNING, lease_expires_at__lt=now))
    for job in waiting:
        _ring_admission(job.tenant_id, job.id)
    for job in silent:
        take_back(job.tenant_id, job.id)
    with system_scope():
        if FineTuneJob.all_tenants.filter(status=JobStatus.QUEUED).exists():
            send_on_commit(TaskName.RUN_TRAINING)


@tenant_transaction
def _ring_admission(tenant_id: str, job_id: str) -> None:
    send_on_commit(TaskName.ADMIT_JOB, tenant_id=tenant_id, job_id=job_id)


@tenant_transaction
def take_back(tenant_id: str, job_id: str) -> None:
    """Queue a job whose lease ran out, or end it: it was to be cancelled, or it has had its tries."""
    job = FineTuneJob.objects.for_tenant(tenant_id).select_for_update().get(id=job_id)
    expired = job.lease_expires_at is not None and job.lease_expires_at < timezone.now()
    if job.status != JobStatus.RUNNING or not expired:
        return
    if job.cancel_requested_at:
        end_cancelled(job)
    elif job.attempts >= MAX_ATTEMPTS:
        failure = TrainFailure(
            blame="platform",
            code="runner_lost",
            message=f"The job lost its runner {job.attempts} times. It cost nothing.",
        )
        fail_job(tenant_id, job_id, fencing_token=job.fencing_token, failure=failure)
    else:
        message = "The runner stopped answering; the job goes on elsewhere from its last checkpoint"
        requeue(job, message, code="runner_silent")
