"""How long a journal's segment lives."""

from pathlib import Path

import pytest

from workers.gateway import journal
from workers.gateway.journal import Journal


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "_LONGEST_SECONDS", 0)


def call(log: Journal, name: str) -> journal.Segment:
    segment = log.segment()
    segment.opened(name, b"{}")
    return segment


def test_quiet_gateway_forgets_what_is_settled(tmp_path: Path, late: None) -> None:
    log = Journal(tmp_path, 1024)
    segment = call(log, "req_1")
    segment.done("req_1")

    log.tidy()

    assert not segment.path.exists()
    assert [path.stat().st_size for path in tmp_path.iterdir()] == [0]


def test_open_call_keeps_its_segment(tmp_path: Path, late: None) -> None:
    log = Journal(tmp_path, 1024)
    segment = call(log, "req_1")

    log.tidy()

    assert segment.path.exists()
    segment.done("req_1")
    log.tidy()
    assert not segment.path.exists()


def test_young_segment_stays(tmp_path: Path) -> None:
    log = Journal(tmp_path, 1024)
    segment = call(log, "req_1")
    segment.done("req_1")

    log.tidy()

    assert log.segment() is segment
