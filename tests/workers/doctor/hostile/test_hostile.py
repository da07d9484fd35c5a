"""Every file of the corpus ends in a report that says what is wrong: no crash, no hang, no flood."""

from collections import Counter
from pathlib import Path

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
from tests.workers.doctor.hostile.child import MEMORY_BYTES, SECONDS, examine

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


@pytest.mark.parametrize("case", CASES, ids=str)
def test_report_names_what_is_wrong_in_time_and_in_little_memory(case: Case, tmp_path: Path) -> None:
    source = tmp_path / case.name
    case.write(source)

    ending = examine(source, tmp_path / "work", case.limits)
    source.unlink()

    assert (ending.status, ending.stderr) == (0, "")
    assert ending.seconds < SECONDS
    assert ending.peak_bytes <= MEMORY_BYTES
    assert ending.report is not None
    errors = ending.report["errors"]
    found = (errors[0]["code"], errors[0]["line"]) if errors else (None, None)
    assert found == (case.code, case.line)
