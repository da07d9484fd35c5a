"""A job from its creation to its end, with money and model."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core.tenancy import system_scope, tenant_scope
from apps.finetuning import selectors
from apps.finetuning.errors import JobFinished, LeaseLost, UploadIncomplete
from apps.finetuning.models import FineTuneJob, JobEvent
from apps.finetuning.services.claim_job import claim_job
from apps.finetuning.services.end_job import cancel_job, confirm_cancelled, fail_job, succeed_job
from apps.finetuning.services.leases import heartbeat
from apps.finetuning.services.report_progress import add_checkpoint, report_progress
from apps.finetuning.services.sweep_jobs import sweep_jobs
from apps.metering.selectors import get_balance
from kernel.contracts import Progress, TrainFailure, TrainReport
from kernel.errors import BadTrainingData, InsufficientQuota, TooFewExamples
from tests.factories.finetuning import GOOD_PARITY, make_file, make_job, upload_adapter

START = 5_000_000


def step(number, of=4, tokens=100):
    return Progress(
        step=number,
        total_steps=of,
        epoch=number / of,
        train_loss=1 / number,
        learning_rate=1e-3,
        trained_tokens=tokens * number,
    )


def succeed(owner, lease, *, tokens=200, **changes):
    name = changes.pop("adapter_name", None) or upload_adapter(owner, lease, 4)
    succeed_job(
        owner.tenant_id,
        lease.spec.job_id,
        fencing_token=lease.fencing_token,
        report=TrainReport(
            steps=4, trained_tokens=tokens, train_loss=0.25, metrics=changes.pop("metrics", {})
        ),
        adapter_name=name,
        parity=changes.pop("parity", GOOD_PARITY),
    )
    return name


def expire(job_id):
    with system_scope():
        FineTuneJob.all_tenants.filter(id=job_id).update(
            lease_expires_at=timezone.now() - timedelta(seconds=1)
        )


def reload(owner, job):
    return selectors.get_job(owner.tenant_id, job.id)


@pytest.fixture(autouse=True)
def quiet(sent_tasks):
    return sent_tasks


def test_queued_job_holds_its_quote(owner):
    job = make_job(owner)

    assert job.status == "queued"
    assert job.quote_micro_usd > 0
    assert get_balance(owner.tenant_id) == (START - job.quote_micro_usd, job.quote_micro_usd)


def test_success_publishes_and_settles(owner, client_of):
    job = make_job(owner, suffix="intents")
    lease = claim_job("r1")
    report_progress(
        owner.tenant_id, job.id, fencing_token=lease.fencing_token, progress=[step(n) for n in (1, 2, 3, 4)]
    )

    succeed(owner, lease)
    succeed(owner, lease, adapter_name="adp_again@000000000000")  # a repeated report changes nothing

    job = reload(owner, job)
    assert job.status == "succeeded"
    assert job.fine_tuned_model.startswith(f"ft:all-minilm-l6-v2:{owner.organization.slug}:intents:")
    assert job.cost_micro_usd == 80  # 200 tokens at 400,000 micro-dollars per million
    assert get_balance(owner.tenant_id) == (START - 80, 0)
    api = client_of(owner)
    assert job.fine_tuned_model in [model["id"] for model in api.get("/v1/models").json()["data"]]
    assert [point["step"] for point in api.get(f"/v1/fine_tuning/jobs/{job.id}/metrics").json()["data"]] == [
        1,
        2,
        3,
        4,
    ]
    events = api.get(f"/v1/fine_tuning/jobs/{job.id}/events?limit=100").json()["data"]
    messages = [event["message"] for event in events]
    assert messages[0] == "The job has successfully completed"
    assert messages[-1] == f"Created fine-tuning job: {job.id}"
    assert "Step 1/4: training loss=1.00" in messages
    said = {event["finery"]["code"]: event["finery"]["values"] for event in events}
    assert "" not in said and said["model_created"] == {"model": job.fine_tuned_model}
    body = api.get(f"/v1/fine_tuning/jobs/{job.id}").json()
    csv = api.get(f"/v1/files/{body['result_files'][0]}/content")
    assert b"".join(csv.streaming_content).startswith(
        b"step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n1,1.0"
    )


def test_cost_never_exceeds_the_quote(owner):
    job = make_job(owner)
    lease = claim_job("r1")

    succeed(owner, lease, tokens=10**9)

    assert reload(owner, job).cost_micro_usd == job.quote_micro_usd


@pytest.mark.parametrize(
    "fault", [{"mismatched_tokens": 1}, {"mean_logprob_difference": 9.0}, {"base_logprob_difference": 0.0}]
)
def test_bad_parity_publishes_nothing(owner, fault):
    from dataclasses import replace

    job = make_job(owner)
    lease = claim_job("r1")

    with pytest.raises(UploadIncomplete):
        succeed(owner, lease, parity=replace(GOOD_PARITY, **fault))

    assert reload(owner, job).status == "running"
    assert selectors.list_models(owner.tenant_id, project_id=owner.project.id) == []


def test_another_jobs_adapter_is_refused(owner):
    make_job(owner)
    first = claim_job("r1")
    name = upload_adapter(owner, first, 4)
    make_job(owner, suffix="second")
    second = claim_job("r2")

    with pytest.raises(UploadIncomplete):
        succeed(owner, second, adapter_name=name)


def test_customers_fault_fails_at_once_and_costs_nothing(owner):
    job = make_job(owner)
    lease = claim_job("r1")

    failure = TrainFailure(
        blame="customer", code="invalid_training_file", message="Line 3 is bad", param="training_file"
    )
    fail_job(owner.tenant_id, job.id, fencing_token=lease.fencing_token, failure=failure)

    job = reload(owner, job)
    assert (job.status, job.error_code, job.cost_micro_usd) == ("failed", "invalid_training_file", 0)
    assert get_balance(owner.tenant_id) == (START, 0)


def test_our_fault_is_tried_three_times(owner):
    job = make_job(owner)
    failure = TrainFailure(blame="platform", code="crashed", message="boom")

    for attempt in (1, 2, 3):
        lease = claim_job("r1")
        assert reload(owner, job).attempts == attempt
        fail_job(owner.tenant_id, job.id, fencing_token=lease.fencing_token, failure=failure)

    assert reload(owner, job).status == "failed"
    assert claim_job("r1") is None
    assert get_balance(owner.tenant_id) == (START, 0)


def test_silent_runner_loses_the_job_and_its_token(owner):
    job = make_job(owner)
    dead = claim_job("dead")
    report_progress(owner.tenant_id, job.id, fencing_token=dead.fencing_token, progress=[step(2)])
    add_checkpoint(
        owner.tenant_id,
        job.id,
        fencing_token=dead.fencing_token,
        progress=step(2),
        adapter_name=upload_adapter(owner, dead, 2),
    )
    expire(job.id)

    sweep_jobs()
    second = claim_job("alive")

    assert second.fencing_token > dead.fencing_token
    assert second.resume_url is not None
    with pytest.raises(LeaseLost):
        heartbeat(owner.tenant_id, job.id, fencing_token=dead.fencing_token)
    with pytest.raises(LeaseLost):
        succeed(owner, dead)
    succeed(owner, second)
    assert reload(owner, job).status == "succeeded"


def test_live_lease_is_not_swept(owner):
    job = make_job(owner)
    lease = claim_job("r1")

    sweep_jobs()

    assert heartbeat(owner.tenant_id, job.id, fencing_token=lease.fencing_token).stop == ""


def test_queued_job_is_cancelled_at_once(owner):
    job = make_job(owner)

    assert cancel_job(owner.tenant_id, job.id, project_id=owner.project.id).status == "cancelled"

    assert get_balance(owner.tenant_id) == (START, 0)
    assert claim_job("r1") is None
    with pytest.raises(JobFinished):
        cancel_job(owner.tenant_id, job.id, project_id=owner.project.id)


def test_running_job_pays_what_was_trained_when_cancelled(owner):
    job = make_job(owner)
    lease = claim_job("r1")
    cancel_job(owner.tenant_id, job.id, project_id=owner.project.id)

    assert heartbeat(owner.tenant_id, job.id, fencing_token=lease.fencing_token).stop == "cancel"
    confirm_cancelled(owner.tenant_id, job.id, fencing_token=lease.fencing_token, trained_tokens=100)

    assert reload(owner, job).status == "cancelled"
    assert get_balance(owner.tenant_id) == (START - 40, 0)


def test_claims_alternate_between_tenants(owner, stranger):
    for _ in range(3):
        make_job(owner, suffix=f"s{_}")
    make_job(stranger)

    order = []
    while lease := claim_job("r1"):
        order.append(selectors.find_tenant_of_job(lease.spec.job_id))

    assert order[:2] == [owner.tenant_id, stranger.tenant_id]


def test_sdk_retry_makes_one_job(owner):
    file_id = make_file(owner)

    first = make_job(owner, training_file=file_id, seed=1)
    again = make_job(owner, training_file=file_id, seed=1, is_retry=True)

    assert first.id == again.id


def test_too_few_examples_are_refused_and_nothing_happens(owner, sent_tasks):
    few = make_file(owner, "text,label\n" + "a b,x\nc d,y\n" * 3 + "e f,x\n")
    sent_tasks.clear()

    with pytest.raises(
        TooFewExamples, match=r"Training file has 7 example\(s\), but must have at least 10 examples"
    ):
        make_job(owner, training_file=few)

    with tenant_scope(owner.tenant_id):
        assert FineTuneJob.objects.for_tenant(owner.tenant_id).count() == 0
        assert JobEvent.objects.for_tenant(owner.tenant_id).count() == 0
    assert get_balance(owner.tenant_id) == (START, 0)
    assert sent_tasks == []


def test_too_long_row_names_its_line(owner):
    long = make_file(owner, "text,label\n" + "short,x\nshorter,y\n" * 6 + "word " * 400 + ",x\n")

    with pytest.raises(
        BadTrainingData,
        match="1 of its 13 rows has more than the 256 tokens that this job trains on: line 14",
    ):
        make_job(owner, training_file=long)


def test_unaffordable_job_is_not_queued(db):
    from tests.factories.tenants import make_owner

    poor = make_owner(credit_micro_usd=1)

    with pytest.raises(InsufficientQuota):
        make_job(poor)

    assert get_balance(poor.tenant_id) == (1, 0)


def test_job_waits_for_its_files(owner):
    from apps.datasets.services import validate_file
    from apps.finetuning.services.start_job import admit_job

    file_id = make_file(owner, validated=False)
    job = make_job(owner, training_file=file_id)
    assert job.status == "validating_files"
    admit_job(owner.tenant_id, job.id)
    assert reload(owner, job).status == "validating_files"

    validate_file(owner.tenant_id, file_id)
    admit_job(owner.tenant_id, job.id)

    assert reload(owner, job).status == "queued"


def test_file_deleted_while_the_job_waited_fails_it_free_of_charge(owner):
    from apps.datasets.services import delete_file

    job = make_job(owner)
    delete_file(owner.tenant_id, job.training_file_id, project_id=owner.project.id)

    assert claim_job("r1") is None

    job = reload(owner, job)
    assert (job.status, job.error_code) == ("failed", "file_not_found")
    assert get_balance(owner.tenant_id) == (START, 0)
