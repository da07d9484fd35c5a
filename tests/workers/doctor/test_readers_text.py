"""Lines, tables, text and their encodings: what rows come out, on which lines."""

from pathlib import Path
from typing import Any

import pytest

from kernel.rows import Limits
from workers.doctor.finding import Finding
from workers.doctor.readers import open_source
from workers.doctor.readers.content import FileSource

_CHINESE = "文本,标签\n这家酒店的服务非常好,正面\n房间太小而且很吵,负面\n"


def _open(path: Path, name: str, content: str | bytes, limits: Limits | None = None) -> FileSource | Finding:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_source(path, name, limits or Limits())


def _rows(path: Path, name: str, content: str | bytes, limits: Limits | None = None) -> list[tuple[int, Any]]:
    """Rows with their lines; of a finding its code."""
    source = _open(path, name, content, limits)
    assert isinstance(source, FileSource)
    return [(line, row.code if isinstance(row, Finding) else row) for line, row in source.rows()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def test_every_broken_line_is_told_and_the_others_are_read(path: Path) -> None:
    content = b'{"a": 1}\n\n{"a": NaN}\n[1]\n{"a": "\xff"}\r\n{"a": "\\ud800"}\n{"a": 6}'

    rows = _rows(path, "a.jsonl", content)

    assert rows == [
        (1, {"a": 1}),
        (3, "invalid_json"),
        (4, "not_an_object"),
        (5, "not_utf8"),
        (6, "invalid_json"),
        (7, {"a": 6}),
    ]


def test_line_at_the_limit_is_read_and_a_longer_one_is_not(path: Path) -> None:
    limits = Limits(line_bytes=20)
    fits, longer = '{"a": "' + "b" * 11 + '"}', '{"a": "' + "b" * 13 + '"}'
    assert len(fits) == 20

    rows = _rows(path, "a.jsonl", f"{fits}\n{longer}\n{fits}", limits)

    assert [(line, row if isinstance(row, str) else "read") for line, row in rows] == [
        (1, "read"),
        (2, "line_too_long"),
        (3, "read"),
    ]


def test_nesting_at_the_limit_is_read_and_one_level_more_is_not(path: Path) -> None:
    content = '{"a": [[1]]}\n{"a": [[[1]]]}\n{"b": [], "c": [], "d": [], "e": []}\n'

    rows = _rows(path, "a.jsonl", content, Limits(nesting=3))

    assert [row if isinstance(row, str) else "read" for _, row in rows] == [
        "read",
        "nested_too_deeply",
        "read",
    ]


def test_reason_of_broken_json_names_the_column(path: Path) -> None:
    source = _open(path, "a.jsonl", '{"a": 1}\n{"a" 1}\n')

    assert isinstance(source, FileSource)
    assert [row.message for _, row in source.rows() if isinstance(row, Finding)] == [
        "Line 2 is not valid JSON: Expecting ':' delimiter at column 6."
    ]


def test_rows_beyond_the_limit_end_the_reading(path: Path) -> None:
    rows = _rows(path, "a.jsonl", '{"a": 1}\n' * 5, Limits(lines=3))

    assert [row for _, row in rows] == [{"a": 1}, {"a": 1}, {"a": 1}, "too_many_rows"]


def test_rows_can_be_read_again(path: Path) -> None:
    source = _open(path, "a.csv", "text,label\na,b\n")

    assert isinstance(source, FileSource)
    assert list(source.rows()) == list(source.rows()) == [(2, {"text": "a", "label": "b"})]


def test_quoted_field_may_span_lines_and_rows_keep_their_first_line(path: Path) -> None:
    rows = _rows(path, "a.csv", 'text,label\n"one\ntwo",a\n\nthree,b\n')

    assert rows == [(2, {"text": "one\ntwo", "label": "a"}), (5, {"text": "three", "label": "b"})]


def test_unclosed_quote_costs_its_own_line_only(path: Path) -> None:
    rows = _rows(path, "a.csv", 'text,label\none,a\n"two,b\nthree,c\nfour,d\n')

    assert rows == [
        (2, {"text": "one", "label": "a"}),
        (3, "invalid_csv"),
        (4, {"text": "three", "label": "c"}),
        (5, {"text": "four", "label": "d"}),
    ]


def test_wrong_number_of_columns_is_told_by_line(path: Path) -> None:
    source = _open(path, "a.csv", "text,label\na,b\nc\nd,e,f\ng,h,,\n")

    assert isinstance(source, FileSource)
    assert [row.message if isinstance(row, Finding) else line for line, row in source.rows()] == [
        2,
        "Line 3 has 1 column(s), but the header names 2.",
        "Line 4 has 3 column(s), but the header names 2. Put quotes around a text that holds the separator.",
        5,
    ]


@pytest.mark.parametrize(
    ("content", "columns", "syntax"),
    [
        ("text,label\na,b\n", ("text", "label"), "csv"),
        ("text\tlabel\na\tb\n", ("text", "label"), "tsv"),
        ("text;label\na, b;c\n", ("text", "label"), "csv"),
        ("sep=;\ntext;label\na;b\n", ("text", "label"), "csv"),
        ("\ufefftext,text,\na,b,c\n", ("text", "text_2", "column_3"), "csv"),
        ("名前,値\nあ,1\nい,2\n", ("名前", "値"), "csv"),
    ],
)
def test_header_and_delimiter_are_found(
    path: Path, content: str, columns: tuple[str, ...], syntax: str
) -> None:
    source = _open(path, "table", content)

    assert isinstance(source, FileSource)
    assert (source.columns, source.syntax) == (columns, syntax)


def test_table_without_header_loses_no_row(path: Path) -> None:
    source = _open(path, "a.csv", "a fine day,good\na bad day,bad\nall is well,good\n")

    assert isinstance(source, FileSource)
    assert [line for line, _ in source.rows()] == [1, 2, 3]
    assert [note.code for note in source.notes] == ["no_header"]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("First line.\nSecond, line.\n", [(1, "First line."), (2, "Second, line.")]),
        ("One\nparagraph.\n\n\nTwo.\n", [(1, "One\nparagraph."), (5, "Two.")]),
        ("今天天气很好。\n\n我们去公园。\n", [(1, "今天天气很好。"), (3, "我们去公园。")]),
    ],
)
def test_text_is_read_by_paragraphs_or_by_lines(
    path: Path, content: str, rows: list[tuple[int, str]]
) -> None:
    assert _rows(path, "a.txt", content) == [(line, {"text": text}) for line, text in rows]


@pytest.mark.parametrize(
    ("codec", "text", "name"),
    [
        ("utf-8-sig", _CHINESE, "utf-8"),
        ("gbk", _CHINESE, "gb18030"),
        ("gb18030", _CHINESE, "gb18030"),
        ("big5", "文本,標籤\n這家酒店的服務非常好,正面\n房間太小而且很吵,負面\n", "big5"),
        ("shift_jis", "text,label\nこのホテルは良い,良い\n部屋が狭くてうるさい,悪い\n", "shift_jis"),
        ("utf-16", _CHINESE, "utf-16-le"),
        ("utf-32", _CHINESE, "utf-32-le"),
    ],
)
def test_encodings_are_known_and_said(path: Path, codec: str, text: str, name: str) -> None:
    source = _open(path, "a.csv", text.encode(codec))

    assert isinstance(source, FileSource)
    assert source.encoding == name
    assert [tuple(row.values()) for _, row in source.rows() if isinstance(row, dict)] == [
        tuple(line.split(",")) for line in text.splitlines()[1:]
    ]


def test_western_text_is_read_with_its_accents(path: Path) -> None:
    text = "text,label\nL'hôtel était très agréable,bon\nLa chambre était trop petite,mauvais\n"

    rows = _rows(path, "a.csv", text.encode("cp1252"))

    assert rows[0] == (2, {"text": "L'hôtel était très agréable", "label": "bon"})


def test_other_encoding_in_the_middle_is_told_by_line(path: Path) -> None:
    good = '{"a": "你好，世界"}\n'
    source = _open(path, "a.jsonl", good.encode() * 3 + '{"a": "服务非常好"}\n'.encode("gbk") + good.encode())

    assert isinstance(source, FileSource)
    found = [(line, row.message) for line, row in source.rows() if isinstance(row, Finding)]
    says = (
        "Line 4 is not UTF-8 text. It looks like GB18030 (GBK). Save the file as UTF-8 and upload it again."
    )
    assert found == [(4, says)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b" \n\n", "empty_file"),
        (b"%PDF-1.7", "unsupported_format"),
        (b"\x1f\x8b\x08", "compressed_file"),
        (b"\x80\x04\x95", "unsupported_format"),
        (b"\xff\xfd\xfc" * 100, "unknown_encoding"),
    ],
)
def test_what_is_no_data_is_refused(path: Path, content: bytes, code: str) -> None:
    source = _open(path, "a.jsonl", content)

    assert isinstance(source, Finding)
    assert (source.code, source.line, source.is_error) == (code, None, True)
