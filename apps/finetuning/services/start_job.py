"""Create a job, and let it into the queue once its files are known to be good."""

import secrets
from dataclasses import asdict
from datetime import timedelta

from django.utils import timezone

from apps.audit.services import record
from apps.core.dispatch import TaskName, send_on_commit
from apps.core.tenancy import tenant_transaction
from apps.datasets.errors import FileNotReady
from apps.finetuning import selectors
from apps.finetuning.errors import TooManyActiveJobs
from apps.finetuning.models import FineTuneJob, JobStatus
from apps.finetuning.services.end_job import fail_before_start
from apps.finetuning.services.events import add_event, warn
from apps.finetuning.services.quotes import Quote, quote_job
from apps.finetuning.services.requests import JobRequest, resolve
from apps.metering.services import hold_credit
from apps.tenants.selectors import lock_organization
from kernel.errors import FineryError

_RETRY_WINDOW = timedelta(minutes=10)


def start_job(
    tenant_id: str, request: JobRequest, *, project_id: str, user_id: str, key_id: str, is_retry: bool
) -> FineTuneJob:
    """Queue a fine-tune and hold its highest cost. An SDK's retry of the same create gets the same job.

    Raises:
        ModelNotFound, InvalidRequest, NotFound, BadTrainingData, TooFewExamples: as `quote_job`.
        InsufficientQuota: the balance, less what calls hold, does not cover the quote.
        TooManyActiveJobs: the plan's limit is reached.
    """
    quote = _quote_if_ready(tenant_id, request, project_id)
    job = FineTuneJob(
        tenant_id=tenant_id,
        project_id=project_id,
        user_id=user_id,
        key_id=key_id,
        base_model=request.model,
        method=request.method,
        training_file_id=request.training_file,
        validation_file_id=request.validation_file or None,
        suffix=request.suffix,
        seed=request.seed if request.seed is not None else secrets.randbelow(2**31),
        metadata=request.metadata,
        requested=request.hyperparameters,
        request_hash=request.digest(project_id),
    )
    return _record(tenant_id, job, quote, is_retry=is_retry)


@tenant_transaction
def _record(tenant_id: str, job: FineTuneJob, quote: Quote | None, *, is_retry: bool) -> FineTuneJob:
    organization = lock_organization(tenant_id)
    if is_retry and (found := _recent_twin(tenant_id, job.request_hash)):
        return found
    if selectors.count_active_jobs(tenant_id) >= organization.max_active_jobs:
        raise TooManyActiveJobs(
            f"You have {organization.max_active_jobs} active fine-tuning jobs; "
            "wait until one ends or cancel one."
        )
    job.save(force_insert=True)
    add_event(job, f"Created fine-tuning job: {job.id}", code="job_created", values={"job": job.id})
    validation = f" and validation file: {job.validation_file_id}" if job.validation_file_id else ""
    add_event(
        job,
        f"Validating training file: {job.training_file_id}{validation}",
        code="validating_files",
        values={"file": job.training_file_id},
    )
    if quote is None:
        send_on_commit(TaskName.ADMIT_JOB, tenant_id=tenant_id, job_id=job.id)
    else:
        _queue(job, quote)
    record(
        tenant_id,
        "fine_tuning.job.created",
        resource_id=job.id,
        project_id=job.project_id,
        after={
            "model": job.base_model,
            "training_file": job.training_file_id,
            "quote_micro_usd": job.quote_micro_usd,
        },
    )
    return job


def _recent_twin(tenant_id: str, digest: str) -> FineTuneJob | None:
    since = timezone.now() - _RETRY_WINDOW
    twins = FineTuneJob.objects.for_tenant(tenant_id).filter(request_hash=digest, created_at__gte=since)
    return twins.order_by("-id").first()


def _quote_if_ready(tenant_id: str, request: JobRequest, project_id: str) -> Quote | None:
    resolve(request)
    try:
        return quote_job(tenant_id, request, project_id=project_id)
    except FileNotReady:
        return None


def _queue(job: FineTuneJob, quote: Quote) -> None:
    hold_credit(job.tenant_id, job_id=job.id, amount_micro_usd=quote.amount_micro_usd)
    job.status = JobStatus.QUEUED
    job.settings = asdict(quote.resolved)
    job.quoted_tokens = quote.trained_tokens
    job.quote_micro_usd = quote.amount_micro_usd
    job.price_version = quote.price.version
    job.save()
    warn(job, quote.warnings)
    add_event(job, "Files validated, moving job to queued state", code="job_queued")
    send_on_commit(TaskName.RUN_TRAINING)


def admit_job(tenant_id: str, job_id: str) -> None:
    """Queue a job whose files were not validated when it was created, or fail it. Harmless to repeat."""
    job = selectors.get_job(tenant_id, job_id)
    if job.status != JobStatus.VALIDATING_FILES:
        return
    try:
        quote = _quote_if_ready(tenant_id, request_of(job), job.project_id)
        if quote is not None:
            _admit(tenant_id, job_id, quote)
    except FineryError as error:
        if error.retryable:
            raise  # ours to mend: the sweeper comes back
        _refuse(tenant_id, job_id, error)


@tenant_transaction
def _admit(tenant_id: str, job_id: str, quote: Quote) -> None:
    if job := _waiting_job(tenant_id, job_id):
        _queue(job, quote)


@tenant_transaction
def _refuse(tenant_id: str, job_id: str, error: FineryError) -> None:
    if job := _waiting_job(tenant_id, job_id):
        fail_before_start(job, error)


def _waiting_job(tenant_id: str, job_id: str) -> FineTuneJob | None:
    rows = FineTuneJob.objects.for_tenant(tenant_id).select_for_update()
    return rows.filter(id=job_id, status=JobStatus.VALIDATING_FILES).first()


def request_of(job: FineTuneJob) -> JobRequest:
    """The request that made a job."""
    return JobRequest(
        model=job.base_model,
        method=job.method,  # type: ignore[arg-type]  # checked when it was created
        training_file=job.training_file_id,
        validation_file=job.validation_file_id or "",
        hyperparameters=job.requested,
        suffix=job.suffix,
        seed=job.seed,
        metadata=job.metadata,
    )
