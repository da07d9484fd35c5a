"""Every way in which a job ends: state, money and model in one transaction."""

from django.utils import timezone

from apps.audit.services import record
from apps.catalog.selectors import get_price
from apps.core import snapshot
from apps.core.tenancy import tenant_transaction
from apps.datasets.services import save_result_file
from apps.finetuning import selectors
from apps.finetuning.errors import JobFinished, UploadIncomplete
from apps.finetuning.models import Adapter, Checkpoint, FineTuneJob, JobStatus
from apps.finetuning.services.adapters import check_upload
from apps.finetuning.services.events import add_event, warn
from apps.finetuning.services.job_warnings import known_after
from apps.finetuning.services.leases import fenced_job
from apps.finetuning.services.results import CURVE_FILE, keep_results, result_csv
from apps.metering.services import Sale, settle_hold
from apps.tenants.selectors import get_organization
from kernel import wire
from kernel.contracts import ParityCertificate, TrainFailure, TrainReport
from kernel.errors import FineryError
from kernel.ids import short_code
from kernel.money import training_cost
from kernel.parity import is_publishable

MAX_ATTEMPTS = 3
CALLABLE_CHECKPOINTS = 3


@tenant_transaction
def succeed_job(
    tenant_id: str,
    job_id: str,
    *,
    fencing_token: int,
    report: TrainReport,
    adapter_name: str,
    parity: ParityCertificate,
) -> None:
    """Publish the model and take what it cost from the hold. Repeating it changes nothing.

    Raises:
        LeaseLost: the runner does not hold the job any more.
        UploadIncomplete: the adapter is not in the store as named, or its parity certificate is not good.
    """
    job = fenced_job(tenant_id, job_id, fencing_token, repeat_of=JobStatus.SUCCEEDED)
    if job.status == JobStatus.SUCCEEDED:
        return
    if not is_publishable(parity):
        raise UploadIncomplete("The parity certificate does not allow publication.")
    name = _publish_all(job, check_upload(job, adapter_name))
    job.fine_tuned_model = name
    job.trained_tokens = report.trained_tokens
    job.metrics = report.metrics | {"train_loss": report.train_loss}
    job.parity = wire.fields_of(parity)
    job.step = job.total_steps = report.steps
    job.result_file_id = save_result_file(
        tenant_id,
        project_id=job.project_id,
        filename=CURVE_FILE,
        chunks=[result_csv(selectors.list_metrics(tenant_id, job_id))],
    )
    job.detail_files = keep_results(job, report.result_files)
    job.result = None if report.result is None else wire.fields_of(report.result)
    _note_certificate(job, parity)
    warn(job, known_after(report.result))
    add_event(job, f"New fine-tuned model created: {name}", code="model_created", values={"model": name})
    _end(job, JobStatus.SUCCEEDED, charge=True)
    add_event(job, "The job has successfully completed", code="job_succeeded")


def _note_certificate(job: FineTuneJob, parity: ParityCertificate) -> None:
    add_event(
        job,
        f"Parity certificate: {parity.rows} held-out rows, {parity.tokens_compared} tokens compared, "
        f"{parity.mismatched_tokens} differ; log-probabilities differ by "
        f"{parity.mean_logprob_difference:.4f} on average",
        code="parity_certified",
        values=wire.fields_of(parity),
    )


def _publish_all(job: FineTuneJob, adapter: Adapter) -> str:
    """Make the model and its last checkpoints callable. Returns the model's public name."""
    organization = get_organization(job.tenant_id)
    name = f"ft:{job.base_model}:{organization.slug}:{job.suffix}:{short_code()}"
    _publish(adapter, name)
    kept = Checkpoint.objects.for_tenant(job.tenant_id).filter(job=job).select_related("adapter")
    for checkpoint in kept.order_by("-step")[:CALLABLE_CHECKPOINTS]:
        if checkpoint.adapter_id != adapter.id:
            _publish(checkpoint.adapter, f"{name}:ckpt-step-{checkpoint.step}")
    return name


def _publish(adapter: Adapter, name: str) -> None:
    adapter.public_name = name
    adapter.save(update_fields=["public_name"])
    snapshot.put_on_commit("routes", f"{adapter.job.project_id}/{name}", selectors.route_entry(adapter))


@tenant_transaction
def fail_job(tenant_id: str, job_id: str, *, fencing_token: int, failure: TrainFailure) -> None:
    """End a job, or queue it again when the fault is ours and tries are left. A failed job costs nothing.

    Raises:
        LeaseLost: the runner does not hold the job any more.
    """
    job = fenced_job(tenant_id, job_id, fencing_token, repeat_of=JobStatus.FAILED)
    if job.status == JobStatus.FAILED:
        return
    if failure.blame == "platform" and job.attempts < MAX_ATTEMPTS:
        requeue(
            job, "The job hit a problem of ours and starts again from its last checkpoint", code="job_retried"
        )
        return
    _set_error(job, failure.code, failure.message, failure.param)
    _end(job, JobStatus.FAILED, charge=False)


def requeue(job: FineTuneJob, message: str, *, code: str) -> None:
    """Back into the queue; the next claim gets a new fencing token."""
    job.status, job.lease_expires_at = JobStatus.QUEUED, None
    job.save(update_fields=["status", "lease_expires_at"])
    add_event(job, message, code=code, level="warn")


def fail_before_start(job: FineTuneJob, error: FineryError) -> None:
    """End a job whose files turned out bad. Nothing was held."""
    _set_error(job, error.code or "invalid_training_file", error.message, error.param)
    _end(job, JobStatus.FAILED, charge=False)


def _set_error(job: FineTuneJob, code: str, message: str, param: str | None) -> None:
    job.error_code, job.error_message, job.error_param = code, message, param or ""
    add_event(job, message, code=code, level="error")


@tenant_transaction
def cancel_job(tenant_id: str, job_id: str, *, project_id: str) -> FineTuneJob:
    """Cancel at once what has not started; ask the runner to stop what has (within 10 seconds).

    Raises:
        JobNotFound: missing, or another project's.
        JobFinished: it has ended already.
    """
    selectors.get_job(tenant_id, job_id, project_id=project_id)
    job = FineTuneJob.objects.for_tenant(tenant_id).select_for_update().get(id=job_id)
    if job.is_finished:
        raise JobFinished(f"Job has already ended with status '{job.status}'.", param="fine_tuning_job_id")
    if job.status == JobStatus.RUNNING:
        if job.cancel_requested_at is None:
            job.cancel_requested_at = timezone.now()
            job.save(update_fields=["cancel_requested_at"])
            add_event(job, "Cancellation requested", code="cancellation_requested")
    else:
        end_cancelled(job)
    record(tenant_id, "fine_tuning.job.cancelled", resource_id=job.id, project_id=project_id)
    return job


@tenant_transaction
def confirm_cancelled(tenant_id: str, job_id: str, *, fencing_token: int, trained_tokens: int) -> None:
    """The runner has stopped: what was trained is paid, the rest of the hold goes back.

    Raises:
        LeaseLost: the runner does not hold the job any more.
    """
    job = fenced_job(tenant_id, job_id, fencing_token, repeat_of=JobStatus.CANCELLED)
    if job.status == JobStatus.CANCELLED:
        return
    job.trained_tokens = max(job.trained_tokens, trained_tokens)
    end_cancelled(job)


def end_cancelled(job: FineTuneJob) -> None:
    add_event(job, "Fine-tuning job cancelled", code="job_cancelled")
    _end(job, JobStatus.CANCELLED, charge=True)


def _end(job: FineTuneJob, status: JobStatus, *, charge: bool) -> None:
    job.status, job.finished_at, job.lease_expires_at = status, timezone.now(), None
    if job.quote_micro_usd is None or job.price_version is None:
        job.cost_micro_usd = 0
    else:
        sale = _sale(job) if charge else None
        job.cost_micro_usd = min(sale.amount_micro_usd, job.quote_micro_usd) if sale else 0
        settle_hold(job.tenant_id, job_id=job.id, held_micro_usd=job.quote_micro_usd, sale=sale)
    job.save()


def _sale(job: FineTuneJob) -> Sale:
    assert job.price_version is not None
    return Sale(
        amount_micro_usd=training_cost(get_price(job.price_version), job.trained_tokens),
        line_item=f"{job.base_model}, training",
        quantity=job.trained_tokens,
        price_version=job.price_version,
        project_id=job.project_id,
        key_id=job.key_id,
    )


@tenant_transaction
def delete_model(tenant_id: str, name: str, *, project_id: str) -> None:
    """Withdraw a published model: gateways refuse it within a second. Its name is never used again.

    Raises:
        ModelNotFound: missing, or another project's.
    """
    adapter = selectors.get_model(tenant_id, name, project_id=project_id)
    adapter.deleted_at = timezone.now()
    adapter.save(update_fields=["deleted_at"])
    snapshot.remove_on_commit("routes", f"{project_id}/{name}")
    record(tenant_id, "model.deleted", resource_id=adapter.id, project_id=project_id)
