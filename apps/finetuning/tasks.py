"""Work on the control queue: load, call one service."""

from celery import shared_task

from apps.core.dispatch import TaskName
from apps.finetuning.services import start_job as starting
from apps.finetuning.services import sweep_jobs as sweeping
from apps.finetuning.services import tokens


@shared_task(name=TaskName.ADMIT_JOB)
def admit_job(tenant_id: str, job_id: str) -> None:
    starting.admit_job(tenant_id, job_id)


@shared_task(name=TaskName.COUNT_TOKENS)
def count_tokens(tenant_id: str, file_id: str, model: str) -> None:
    tokens.count_tokens(tenant_id, file_id, model)


@shared_task(name=TaskName.SWEEP_JOBS)
def sweep_jobs() -> None:
    sweeping.sweep_jobs()
