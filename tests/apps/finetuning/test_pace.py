"""When a job will be done: by its own pace, and for a quote by that of the latest jobs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core.tenancy import system_scope
from apps.finetuning import selectors
from apps.finetuning.models import FineTuneJob
from apps.finetuning.selectors import estimate_finish, estimate_seconds
from apps.finetuning.services.claim_job import claim_job
from apps.finetuning.services.report_progress import report_progress
from kernel.contracts import Progress
from tests.factories.finetuning import make_job


@pytest.fixture(autouse=True)
def quiet(sent_tasks):
    return sent_tasks


@pytest.fixture
def clock(monkeypatch):
    """Moves by hand, in seconds from a start that is not over yet."""
    start = timezone.now() + timedelta(hours=1)
    at = {"seconds": 0.0}
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(seconds=at["seconds"]))

    def move(seconds: float) -> None:
        at["seconds"] = seconds

    move.start = start
    return move


def report(owner, lease, step: int) -> None:
    progress = Progress(
        step=step, total_steps=100, epoch=1.0, train_loss=1.0, learning_rate=1e-3, trained_tokens=step
    )
    report_progress(
        owner.tenant_id, lease.spec.job_id, fencing_token=lease.fencing_token, progress=[progress]
    )


def finish(owner, job, clock) -> float | None:
    at = estimate_finish(selectors.get_job(owner.tenant_id, job.id))
    return (at - clock.start).total_seconds() if at else None


def test_the_end_is_estimated_by_the_pace_of_the_steps_and_not_by_the_lease(owner, clock):
    job = make_job(owner)
    lease = claim_job("r1")
    clock(20)
    report(owner, lease, 10)
    assert finish(owner, job, clock) is None  # one report is no pace yet

    clock(50)
    report(owner, lease, 40)  # a second a step

    assert finish(owner, job, clock) == 50 + 60 + 20  # the steps left, and an end as long as the beginning

    clock(140)
    report(owner, lease, 70)  # the machine has got busy: two seconds a step

    assert finish(owner, job, clock) == 140 + 30 * 2 + 20


def test_an_end_that_takes_longer_than_thought_is_never_in_the_past(owner, clock):
    job = make_job(owner)
    lease = claim_job("r1")
    for seconds, step in ((10, 50), (20, 100)):
        clock(seconds)
        report(owner, lease, step)

    clock(300)

    assert finish(owner, job, clock) == 300


def test_a_second_attempt_has_a_pace_of_its_own(owner, clock):
    job = make_job(owner)
    lease = claim_job("r1")
    clock(10)
    report(owner, lease, 50)
    clock(5_000)
    with system_scope():
        FineTuneJob.all_tenants.filter(id=job.id).update(status="queued")
    lease = claim_job("r2")

    assert finish(owner, job, clock) is None

    clock(5_010)
    report(owner, lease, 51)
    clock(5_020)
    report(owner, lease, 61)

    assert finish(owner, job, clock) == 5_020 + 39 + 10


def test_a_quote_goes_by_what_the_latest_jobs_took(owner, clock):
    guessed = estimate_seconds("all-minilm-l6-v2", 1_000_000, 100_000)
    job = make_job(owner)
    with system_scope():
        FineTuneJob.all_tenants.filter(id=job.id).update(
            status="succeeded",
            attempts=1,
            trained_tokens=100_000,
            claimed_at=clock.start,
            finished_at=clock.start + timedelta(seconds=3 * guessed),
        )

    assert estimate_seconds("all-minilm-l6-v2", 1_000_000, 100_000) == 3 * guessed
    assert estimate_seconds("finery-nano", 1_000_000, 100_000) == guessed
