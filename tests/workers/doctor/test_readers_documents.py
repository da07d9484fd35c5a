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


_ROWS = [{"text": f"row {n}", "label": "ab"[n % 2]} for n in range(6)]
_META = {"exported_at": "2026-01-05", "by": {"desk": [1, 2]}}
_LISTS = [list(row.values()) for row in _ROWS]


def _read(path: Path, document: Any) -> tuple[list[Any], list[str]]:
    path.write_text(json.dumps(document))
    source = open_source(path, "file.json", Limits())
    assert isinstance(source, FileSource), source
    return [row for _, row in source.rows()], [note.message for note in source.notes]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"meta": _META, "data": _ROWS}, "The rows are those of 'data'. Not read: 'meta'."),
        ({"version": 2, "errors": [], "data": _ROWS},
         "The rows are those of 'data'. Not read: 'version', 'errors' (0)."),
        ({"columns": ["text", "label"], "data": _ROWS},
         "The rows are those of 'data'. Not read: 'columns' (2)."),
        ({"train": _ROWS, "test": _ROWS[:4]}, "The rows are those of 'train'. Not read: 'test' (4)."),
        ({"test": _ROWS[:4], "validation": [], "train": _ROWS},
         "The rows are those of 'train'. Not read: 'test' (4), 'validation' (0)."),
        ({"status": "ok", "data": {"total": 6, "rows": _ROWS}},
         "The rows are those of 'data.rows'. Not read: 'status', 'data.total'."),
        ({"meta": _META, "reviews": _ROWS}, "The rows are those of 'reviews'. Not read: 'meta'."),
        ({"schema": {"fields": [{"name": "text"}, {"name": "label"}]}, "data": _ROWS},
         "The rows are those of 'data'. Not read: 'schema'."),
        ({"columns": ["text", "label"], "index": [0, 1, 2, 3, 4, 5], "data": _LISTS},
         "The rows are those of 'data'. Not read: 'index' (6)."),
        ({"header": ["text", "label"], "rows": _LISTS}, None),
        ({"text": [row["text"] for row in _ROWS], "label": [row["label"] for row in _ROWS]}, None),
        ({name: {str(n): row[name] for n, row in enumerate(_ROWS)} for name in ("text", "label")}, None),
        ({"data": _ROWS}, None),
    ],
)  # fmt: skip
def test_rows_are_found_behind_whatever_stands_around_them(
    path: Path, document: Any, said: str | None
) -> None:
    assert _read(path, document) == (_ROWS, [said] if said else [])


def test_members_larger_than_a_row_are_passed_over(path: Path) -> None:
    document = {"test": [{"text": "a" * 60}] * 10, "train": _ROWS}
    path.write_text(json.dumps(document))

    source = open_source(path, "file.json", Limits(line_bytes=200))

    assert isinstance(source, FileSource)
    assert [row for _, row in source.rows()] == _ROWS


def test_several_members_with_rows_are_asked_for(path: Path) -> None:
    path.write_text(json.dumps({"reviews": _ROWS, "users": _ROWS}))

    found = open_source(path, "file.json", Limits())

    assert isinstance(found, Finding)
    assert (found.code, found.values) == ("unclear_rows", {"names": "'reviews', 'users'"})


def test_pages_of_text_are_said_to_be_pages(path: Path) -> None:
    rows, said = _read(path, {"Refund": {"steps": ["ask", "pay"]}, "Other": {"note": "call"}})

    assert [row["title"] for row in rows] == ["Refund", "Other"]
    assert said == [
        "No rows are found in the document. Each member is read as a page of text: 'Refund', 'Other'."
    ]


@pytest.mark.parametrize(
    "row",
    [
        '{"text": "a", "label": "x", "label": "y"}',
        '{"text": "a", "label": "y", "text": "a"}',
        '{"text": "a", "label": "y", "more": [{"k": 1, "k": 2}]}',
        '{"text" : "a", "label" : "x", "label" : "y"}',
        '{"text": "a", "l\\u0061bel": "x", "label": "y"}',
        '{"text": "{\\"a\\": 1}", "label": "x", "label": "y"}',
    ],
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_key_that_stands_twice_is_named_with_its_line(path: Path, name: str, row: str) -> None:
    good = '{"text": "b", "label": "y"}'
    path.write_text(f"{good}\n{row}\n{good}\n" if name == "a.jsonl" else f"[{good},{row},{good}]")
    source = open_source(path, name, Limits())
    assert isinstance(source, FileSource)

    warnings = [row for _, row in source.read() if isinstance(row, Finding)]

    assert [(one.code, one.line, one.is_error) for one in warnings] == [("repeated_key", 2, False)]
    assert len(list(source.rows())) == 3


@pytest.mark.parametrize("text", [r"\":", "a: b", r"say \"hi\": no", " :", r"\\"])
def test_text_with_marks_of_keys_repeats_none(path: Path, text: str) -> None:
    path.write_text(f'{{"text": "{text}", "label": "a"}}\n{{"text": "b", "label": "c"}}\n')
    source = open_source(path, "a.jsonl", Limits())

    assert isinstance(source, FileSource)
    assert [type(row) for _, row in source.read()] == [dict, dict]
