"""Every file of the corpus: how the doctor's process ends on it, what its owner is told, what it costs us."""

import filecmp
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.catalog.services import sync_price_book
from apps.core.tenancy import tenant_scope
from apps.datasets.services import doctor
from apps.finetuning.models import FineTuneJob
from apps.metering.selectors import get_balance
from kernel.rows import Limits, ReadTask
from tests.factories.tenants import Owner
from tests.process_usage import forget_peak, peak_bytes
from tests.workers.doctor.hostile.case import Case
from tests.workers.doctor.hostile.child import MEMORY_BYTES, SECONDS, read_task
from tests.workers.doctor.hostile.corpus import CASES, Examined, examining
from tests.workers.doctor.hostile.owner import meet

_GROWTH_BYTES = 50 * 1024**2  # of memory that a process of ours may need on top for one file
_AT_THE_DOOR = {
    "empty.jsonl": (400, "empty_file", "file"),
    "sparse_line.jsonl": (413, "payload_too_large", "file"),
}

Find = Callable[[str], Examined]


def test_corpus_has_at_least_two_hundred_files_of_different_names() -> None:
    assert len(CASES) >= 200
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []


@pytest.fixture(scope="module")
def find(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Find]:
    """Any of the cases that this run asks for, once its child has ended."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    asked: list[Any] = [item.callspec.params["examined"] for item in items if "examined" in item.fixturenames]
    with examining(dict.fromkeys(case.name for case in asked), tmp_path_factory.mktemp("corpus")) as find:
        yield find


@pytest.fixture(scope="module", params=CASES, ids=str)
def examined(request: pytest.FixtureRequest, find: Find) -> Iterator[Examined]:
    """One case for both tests, whose files are gone afterwards."""
    found = find(request.param.name)
    yield found
    shutil.rmtree(found.folder)


def test_report_names_what_is_wrong_in_time_and_in_little_memory(examined: Examined) -> None:
    case, ending = examined.case, examined.ending

    assert (ending.status, ending.stderr) == (0, "")
    assert ending.cpu_seconds < SECONDS
    assert ending.peak_bytes <= MEMORY_BYTES
    assert ending.report is not None
    errors = ending.report["errors"]
    found = (errors[0]["code"], errors[0]["line"]) if errors else (None, None)
    assert found == (case.code, case.line)


def test_its_owner_is_told_at_little_cost_to_us(
    examined: Examined,
    asked: list[ReadTask],
    owner: Owner,
    client_of: Callable[[Owner], APIClient],
    sent_tasks: list[object],
) -> None:
    case, api = examined.case, client_of(owner)
    if case.code is None:
        sync_price_book()  # a job may be quoted

    before = forget_peak()
    met = meet(api, owner.tenant_id, examined.source)
    grown = peak_bytes(os.getpid()) - before

    assert grown < _GROWTH_BYTES
    if case.name in _AT_THE_DOOR:
        assert (met.refusal, met.report, asked) == (_AT_THE_DOOR[case.name], None, [])
    else:
        assert met.report is not None
        assert met.first_error == (case.code, case.line)
        assert (met.refusal, met.said_line) == (_of_job(case, met.report), case.line)
        assert asked == [replace(examined.task, limits=Limits())]
    assert _spent(owner) == ((0, 0) if met.status != 200 else (1, met.body["finery"]["quote_micro_usd"]))


@pytest.fixture
def asked(examined: Examined, monkeypatch: pytest.MonkeyPatch) -> list[ReadTask]:
    """What the doctor is asked for. Its child has read this file already: what it left is the answer.

    Where a case has limits of its own, only the child had them: the application gives everybody the same.
    """
    tasks: list[ReadTask] = []

    def run(task_file: Path, work: Path, *_: object) -> None:
        task = read_task(task_file)
        assert filecmp.cmp(task.source, examined.source, shallow=False)
        tasks.append(replace(task, source=str(examined.source)))
        shutil.copytree(examined.work, work, dirs_exist_ok=True)

    monkeypatch.setattr(doctor, "run", run)
    return tasks


def _of_job(case: Case, report: dict[str, Any]) -> tuple[int, str | None, str | None]:
    """What a job that trains on the file is answered: status, code and param."""
    if case.code or report["format"] not in ("chat", "classification"):
        return 400, "invalid_training_file", "training_file"
    return (200, None, None) if report["rows"] >= 10 else (400, "invalid_n_examples", "training_file")


def _spent(owner: Owner) -> tuple[int, int]:
    """Jobs made, and what is gone of the credit in micro-dollars."""
    with tenant_scope(owner.tenant_id):
        jobs = FineTuneJob.objects.for_tenant(owner.tenant_id).count()
    return jobs, 5_000_000 - get_balance(owner.tenant_id).available_micro_usd
