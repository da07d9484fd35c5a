"""Every file of the corpus ends in a report that says what is wrong: no crash, no hang, no flood."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.workers.doctor.hostile import (
    archives,
    documents,
    encodings,
    json_lines,
    lying,
    media,
    parquets,
    tables,
    workbooks,
)
from tests.workers.doctor.hostile.case import Case
from tests.workers.doctor.hostile.child import MEMORY_BYTES, SECONDS, Ending, examine

CASES: tuple[Case, ...] = (
    *json_lines.CASES,
    *documents.CASES,
    *tables.CASES,
    *encodings.CASES,
    *lying.CASES,
    *archives.CASES,
    *media.CASES,
    *workbooks.CASES,
    *parquets.CASES,
)


def test_corpus_has_at_least_two_hundred_files_of_different_names() -> None:
    assert len(CASES) >= 200
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []


@pytest.fixture(scope="module")
def endings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Ending]]]:
    """Of the cases that this run asks for, two children at a time."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    asked: list[Any] = [item.callspec.params["case"] for item in items if "endings" in item.fixturenames]
    with ThreadPoolExecutor(2) as pool:
        yield {case.name: pool.submit(_end, case, tmp_path_factory.mktemp("case")) for case in asked}


def _end(case: Case, folder: Path) -> Ending:
    source = folder / case.name
    case.write(source)
    try:
        return examine(source, folder / "work", case.limits)
    finally:
        source.unlink()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_report_names_what_is_wrong_in_time_and_in_little_memory(
    case: Case, endings: dict[str, Future[Ending]]
) -> None:
    ending = endings[case.name].result()

    assert (ending.status, ending.stderr) == (0, "")
    assert ending.seconds < SECONDS
    assert ending.peak_bytes <= MEMORY_BYTES
    assert ending.report is not None
    errors = ending.report["errors"]
    found = (errors[0]["code"], errors[0]["line"]) if errors else (None, None)
    assert found == (case.code, case.line)
