"""JSON documents: what their rows are."""

import json
from pathlib import Path
from typing import Any

import pytest

from kernel.rows import Limits
from workers.doctor.finding import Finding
from workers.doctor.readers import open_source
from workers.doctor.readers.content import FileSource


def _rows(path: Path, content: str, limits: Limits | None = None) -> list[tuple[int, Any]]:
    path.write_text(content)
    source = open_source(path, "file.json", limits or Limits())
    assert isinstance(source, FileSource)
    assert source.syntax == "json"
    return [(line, row.code if isinstance(row, Finding) else row) for line, row in source.rows()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


_QUESTION = {"question": "q", "id": "1", "answers": [{"text": "a", "answer_start": 0}]}


@pytest.mark.parametrize(
    ("document", "rows"),
    [
        ([{"a": 1}, {"a": 2}], [{"a": 1}, {"a": 2}]),
        (["one", "two"], [{"text": "one"}, {"text": "two"}]),
        ([1, 2.5], [{"text": "1"}, {"text": "2.5"}]),
        ({"data": [{"a": 1}]}, [{"a": 1}]),
        ({"version": 2, "rows": [{"a": 1}], "more": 1}, [{"a": 1}]),
        ({"x": {"text": "t", "label": "l"}, "y": {"text": "u", "label": "m"}},
         [{"id": "x", "text": "t", "label": "l"}, {"id": "y", "text": "u", "label": "m"}]),
        ({"x": {"id": 1, "text": "t"}, "y": {"id": 2, "text": "u"}},
         [{"key": "x", "id": 1, "text": "t"}, {"key": "y", "id": 2, "text": "u"}]),
        ({"x": "yes", "y": "no"}, [{"key": "x", "value": "yes"}, {"key": "y", "value": "no"}]),
        ({"messages": [{"role": "user"}]}, [{"messages": [{"role": "user"}]}]),
        ({"data": [{"title": "t", "paragraphs": [{"context": "c", "qas": [_QUESTION]}]}]},
         [{"question": "q", "context": "c", "answers": ["a"], "id": "1"}]),
        ({"Refund": {"steps": [{"text": "ask"}, {"text": "pay"}]}, "Other": [1]},
         [{"title": "Refund", "text": "steps:\ntext: ask\ntext: pay"}, {"title": "Other", "text": "1"}]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("indent", [None, 2])
def test_rows_of_a_document(path: Path, document: Any, rows: list[Any], indent: int | None) -> None:
    found = _rows(path, json.dumps(document, indent=indent, ensure_ascii=False))

    assert found == list(enumerate(rows, start=1))


def test_document_is_read_in_pieces_smaller_than_its_rows(path: Path) -> None:
    rows = [{"text": "字" * 30_000, "n": number} for number in range(20)]

    assert [row for _, row in _rows(path, json.dumps(rows, ensure_ascii=False))] == rows


def test_break_in_an_array_is_told_with_its_line_and_what_was_read_stays(path: Path) -> None:
    path.write_text('[\n{"a": 1},\n{"a": 2},\n{"a" 3}\n]')
    source = open_source(path, "file.json", Limits())

    assert isinstance(source, FileSource)
    *rows, (line, last) = source.rows()
    assert rows == [(1, {"a": 1}), (2, {"a": 2})]
    assert isinstance(last, Finding)
    assert (line, last.message) == (
        3, "Line 3 is not valid JSON: Expecting ':' delimiter (line 4 of the file)."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        ('[{"a": 1}, {"a": [[[1]]]}, {"a": 2}]', [None, "nested_too_deeply", None]),
        ('[{"a": 1}, {"a": "' + "b" * 300 + '"}]', [None, "row_too_long"]),
        ('[{"a": 1}, {"a": "\\ud800"}, {"a": 2}]', [None, "invalid_json", None]),
        ('[{"a": 1}, {"a": 1e999}, {"a": 2}]', [None, "invalid_json", None]),
        ('[{"a": 1}, [1], null]', [None, "not_an_object", "not_an_object"]),
        ('[{"a": 1}] {"a": 2}', [None, "invalid_json"]),
        ('[{"a": 1},', [None, "invalid_json"]),
    ],
)
def test_what_cannot_be_read_of_a_document_is_told(path: Path, content: str, codes: list[str | None]) -> None:
    rows = _rows(path, content, Limits(nesting=3, line_bytes=200))

    assert [row if isinstance(row, str) else None for _, row in rows] == codes


def test_array_deeper_than_any_stack_is_refused(path: Path) -> None:
    assert _rows(path, "[" * 100_000) == [(1, "nested_too_deeply")]
