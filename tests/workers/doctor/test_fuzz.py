"""Whatever the bytes are, a reader ends in rows and findings. About 20 seconds in all."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.rows import Columns, Limits, Mapping, RowFormat
from tests.workers.doctor.hostile import media
from workers.doctor.finding import Finding
from workers.doctor.readers import open_source
from workers.doctor.readers.content import FileSource
from workers.doctor.recognise import Recognised, recognise
from workers.doctor.recognise.mapped import MEDIA, ROLES

_LIMITS = Limits(
    lines=200, line_bytes=4096, columns=20, nesting=8, members=20, unpacked_bytes=2**20, document_bytes=2**16
)
_QUICK = settings(
    max_examples=120,
    deadline=timedelta(seconds=5),
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


_PIECES = (*"[]{}:,;|'", '"', "\\", "\n", "\r", "\t", "{}", '"a"', "1e9", "null", "\\u", "中", "\ufeff")
_KEYS = ("role", "from", "value", "content", "name", "output")


def _workbook() -> bytes:
    book, made_in = openpyxl.Workbook(), io.BytesIO()
    for row in (["text", "label"], ["one", "a"], ["two", 2], ["=A1", None]):
        book.active.append(row)
    book.save(made_in)
    return made_in.getvalue()


def _parquet() -> bytes:
    made_in = io.BytesIO()
    pq.write_table(pa.table({"text": ["a", "b"] * 20, "label": [1, 2] * 20}), made_in)
    return made_in.getvalue()


def _archive() -> bytes:
    made_in = io.BytesIO()
    with zipfile.ZipFile(made_in, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.csv", "file_name,label\na.png,x\nb.wav,y\n")
        archive.writestr("a.png", media.picture())
        archive.writestr("b.wav", media.sound())
    return made_in.getvalue()


_ROWS = [{"messages": [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "hi"}]}] * 3
_SEEDS: dict[str, bytes] = {
    "lines.jsonl": "\n".join(json.dumps(row) for row in _ROWS).encode(),
    "lines_gb.jsonl": "\n".join(json.dumps(row, ensure_ascii=False) for row in _ROWS).encode("gb18030"),
    "array.json": json.dumps(_ROWS, indent=1).encode(),
    "keyed.json": json.dumps({"a": {"text": "x", "label": "y"}, "b": {"text": "z", "label": "y"}}).encode(),
    "squad.json": b'{"data": [{"paragraphs": [{"context": "c", "qas": [{"question": "q"}]}]}]}',
    "table.csv": b'text,label\n"a, b",x\n"c\nd",y\n\'e\',x\n',
    "table.tsv": "text\tlabel\na\tx\n".encode("utf-16"),
    "words.txt": b"First words.\nMore.\n\nSecond words.\n",
    "book.xlsx": _workbook(),
    "table.parquet": _parquet(),
    "media.zip": _archive(),
}


def _read(path: Path, name: str, content: bytes) -> Iterator[Any]:
    path.write_bytes(content)
    source = open_source(path, name, _LIMITS)
    if isinstance(source, Finding):
        yield source
        return
    yield from (row for _, row in source.rows())
    recognised = recognise(source, None)
    if isinstance(recognised, Recognised):
        yield from _converted(source, recognised)


def _converted(source: FileSource, recognised: Recognised) -> Iterator[Any]:
    for line, row in source.rows():
        yield row if isinstance(row, Finding) else recognised.convert(row, line)


def _assert_rows_and_findings(path: Path, name: str, content: bytes) -> None:
    for row in _read(path, name, content):
        assert isinstance(row, dict | Finding)
        if isinstance(row, Finding):
            assert row.line is None or row.line >= 1
            json.dumps(row.to_json(), ensure_ascii=False).encode()


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.txt", "a.zip", "a.parquet"])
@_QUICK
@given(content=st.binary(max_size=400))
def test_arbitrary_bytes_end_in_rows_and_findings(tmp_path: Path, name: str, content: bytes) -> None:
    _assert_rows_and_findings(tmp_path / "file", name, content)


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.txt"])
@_QUICK
@given(pieces=st.lists(st.sampled_from(_PIECES)))
def test_pieces_of_syntax_end_in_rows_and_findings(tmp_path: Path, name: str, pieces: list[str]) -> None:
    _assert_rows_and_findings(tmp_path / "file", name, "".join(pieces).encode())


@pytest.mark.parametrize("name", _SEEDS)
@_QUICK
@given(data=st.data())
def test_changed_files_end_in_rows_and_findings(tmp_path: Path, name: str, data: st.DataObject) -> None:
    content = bytearray(_SEEDS[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 8))
        content[at : at + length] = data.draw(st.binary(max_size=8))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]

    _assert_rows_and_findings(tmp_path / "file", name, bytes(content))


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = st.sampled_from(
    [
        *("messages", "conversations", "chosen", "rejected", "prompt", "completion", "instruction", "output"),
        *("instances", "history", "tools", "system", "input", "preferred_output", "label", "text", "tokens"),
        *("labels", "decisions", "question", "answer", "context", "user", "item", "timestamp", "value"),
    ]
)


def _source(rows: list[dict[str, Any]], media: str | None = None) -> FileSource:
    return FileSource(syntax="jsonl", read=lambda: iter(enumerate(rows, start=1)), media=media)


@settings(_QUICK, max_examples=600)
@given(rows=st.lists(st.dictionaries(_FIELDS, _VALUES, max_size=5), min_size=1, max_size=4))
def test_odd_rows_are_converted_or_found(rows: list[dict[str, Any]]) -> None:
    source = _source(rows)

    recognised = recognise(source, None)

    if isinstance(recognised, Recognised):
        assert all(isinstance(row, dict | Finding) for row in _converted(source, recognised))


@pytest.mark.parametrize("row_format", RowFormat)
@_QUICK
@given(data=st.data())
def test_odd_rows_under_a_mapping_are_converted_or_found(row_format: RowFormat, data: st.DataObject) -> None:
    needed, optional = ROLES[row_format]
    columns: Columns = {role: (role,) for role in (*needed, *optional)}
    fields = {role: _VALUES for role in columns}
    media = str(row_format) if row_format in MEDIA else None
    if media:
        fields["sha256"] = st.just("9f")  # of an archive's rows the reader adds it
    rows = data.draw(st.lists(st.fixed_dictionaries(fields), min_size=1, max_size=3))
    source = _source(rows, media)

    recognised = recognise(source, Mapping(format=row_format, columns=columns))

    assert isinstance(recognised, Recognised)
    assert all(isinstance(row, dict | Finding) for row in _converted(source, recognised))
