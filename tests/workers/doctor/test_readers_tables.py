"""Tables as people have them: quotes, separators, and where the columns are named."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kernel.rows import Limits
from workers.doctor.finding import Finding
from workers.doctor.readers import open_source
from workers.doctor.readers.content import FileSource

_TOWNS = (
    "Riga",
    "Oslo",
    "Lima",
    "Cairo",
    "Quito",
    "Hanoi",
    "Accra",
    "Dakar",
    "Sofia",
    "Minsk",
    "Tunis",
    "Delhi",
)


def _open(path: Path, content: str | bytes, name: str = "a.csv") -> FileSource:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    source = open_source(path, name, Limits())
    assert isinstance(source, FileSource), source
    return source


def _rows(source: FileSource) -> list[tuple[int, Any]]:
    return [
        (line, row.code if isinstance(row, Finding) else tuple(row.values())) for line, row in source.rows()
    ]


def _said(source: FileSource) -> list[tuple[str, int | None]]:
    warnings = [row for _, row in source.read() if isinstance(row, Finding) and not row.is_error]
    return [(one.code, one.line) for one in (*source.notes, *warnings)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def _book(rows: list[list[Any]]) -> bytes:
    book, made_in = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(made_in)
    return made_in.getvalue()


_STRAY = [
    ["A walk in Riga is sad", "bad"],
    ['"I loved Lima and its markets', "good"],
    ["A walk in Cairo is fine", "good"],
    ['They call Quito "the pearl', "good"],
    ['Hanoi is dull" he wrote', "bad"],
    ['"Never again', "bad"],
    ['so Dakar it is"', "good"],
    ['"Great" she said', "good"],
    ["A walk in Delhi is fine", "good"],
]


@pytest.mark.parametrize(
    ("separator", "name"), [("\t", "a.tsv"), ("\t", "a.txt"), ("^", "a.csv"), ("||", "a.csv")]
)
def test_lines_with_stray_quotes_are_a_row_each(path: Path, separator: str, name: str) -> None:
    lines = [separator.join(row) for row in [["text", "label"], *_STRAY]]

    assert _rows(_open(path, "\n".join(lines), name)) == [
        (line, tuple(row)) for line, row in enumerate(_STRAY, start=2)
    ]


def test_field_of_a_tsv_that_excel_wrote_over_two_lines_is_one_row(path: Path) -> None:
    source = _open(path, 'text\tlabel\n"one ""two""\nthree"\tgood\nfour\tbad\n', "a.tsv")

    assert _rows(source) == [(2, ('one "two"\nthree', "good")), (4, ("four", "bad"))]


def test_lines_of_a_csv_that_a_stray_quote_may_join_are_named(path: Path) -> None:
    source = _open(path, 'text,label\none,good\n"Never again,bad\nso Dakar it is",good\ntwo,bad\n')

    assert ("lines_joined", 3) in _said(source)
    assert [line for line, _ in _rows(source)] == [2, 3, 5]


def test_field_over_two_lines_is_no_doubt_where_a_line_alone_is_no_record(path: Path) -> None:
    source = _open(path, 'text,label\n"Dear Sir\nthank you\nbye",good\n')

    assert (_said(source), len(_rows(source))) == ([], 1)


@pytest.mark.parametrize(
    "line",
    [r'"He said \"hi\", and left",good', '"He said ""hi"", and left",good', 'He said "hi" and left,good'],
)
def test_quotes_in_a_field_are_read_as_their_program_writes_them(path: Path, line: str) -> None:
    [(_, (text, label)), _] = _rows(_open(path, f"text,label\n{line}\nplain,bad\n"))

    assert (text.replace(",", ""), label) == ('He said "hi" and left', "good")


@pytest.mark.parametrize(
    "separator", ["@", "^", "~", "#", "||", "::", ";;", "|", ";", "\x01", "<>", "&&", "§"]
)
@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a"])
def test_rare_separators_are_found_where_every_line_has_them(path: Path, separator: str, name: str) -> None:
    rows = [("text", "label"), *((f"Hello, dear {town}", "ab"[n % 2]) for n, town in enumerate(_TOWNS))]

    source = _open(path, "\n".join(separator.join(row) for row in rows), name)

    assert source.columns == ("text", "label")
    assert [row for _, row in _rows(source)] == rows[1:]
    assert ("separator_guessed" in dict(_said(source))) is (separator not in "|;")


@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
def test_names_parted_otherwise_than_the_lines_are_refused_with_the_sign(path: Path, name: str) -> None:
    path.write_text("text@label\none good\ntwo bad\nthree@x@y\n")

    found = open_source(path, name, Limits())

    assert isinstance(found, Finding)
    assert (found.code, found.values["separator"]) == ("unclear_separator", "@")


def test_names_parted_by_spaces_are_refused_and_prose_is_not(path: Path) -> None:
    path.write_text("text   label\none good   a\ntwo bad   b\n")
    found = open_source(path, "a.csv", Limits())

    assert isinstance(found, Finding)
    assert found.code == "unclear_separator"
    assert len(_rows(_open(path, "Question: answer\nThis is prose, no more.\n", "a.txt"))) == 2


_ENGLISH = [
    ["How much do you ask for the {} tour", "price"],
    ["When will the {} parcel be here", "delivery"],
    ["Please send my money for {} back", "refund"],
]
_CHINESE = [
    ["这款{}手机多少钱可以便宜一点", "价格"],
    ["{}快递怎么还没有到", "物流"],
    ["{}电池用了一天就没电", "质量"],
]


def _data(kinds: list[list[str]]) -> list[list[str]]:
    return [[cell.format(town) for cell in kinds[n % len(kinds)]] for n, town in enumerate(_TOWNS)]


def _table(rows: list[list[str]], kind: str) -> bytes:
    if kind == "xlsx":
        return _book([[cell or None for cell in row] for row in rows])
    return "\n".join(("\t" if kind == "tsv" else ",").join(row) for row in rows).encode()


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx"])
@pytest.mark.parametrize(
    "rows", [_data(_ENGLISH), _data(_CHINESE), _data([[*row[::-1]] for row in _ENGLISH])]
)
def test_table_without_names_loses_no_row_to_a_known_word(
    path: Path, kind: str, rows: list[list[str]]
) -> None:
    source = _open(path, _table(rows, kind), f"a.{kind}")

    assert [row for _, row in _rows(source)] == [tuple(row) for row in rows]
    assert _said(source) == [("no_header", 1)]


def test_known_word_beside_a_sentence_is_a_row_though_it_does_not_recur(path: Path) -> None:
    source = _open(
        path,
        "Is it expensive to go to Riga,price\nWhen will my parcel be here,delivery\nSend it back now,x\n",
    )

    assert (len(_rows(source)), _said(source)) == (3, [("no_header", 1)])


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx"])
@pytest.mark.parametrize(
    "above",
    [
        [["Customer sentiment 2025", ""]],
        [["Customer sentiment 2025"]],
        [["客服问答整理表", ""], ["2025年1月", ""]],
        [["", "Export"], ["", ""]],
    ],
)
@pytest.mark.parametrize("names", [["text", "label"], ["文本", "标签"]])
def test_lines_above_the_names_are_not_read_and_named(
    path: Path, kind: str, above: list[list[str]], names: list[str]
) -> None:
    rows = _data(_ENGLISH)

    source = _open(path, _table([*above, names, *rows], kind), f"a.{kind}")

    assert source.columns == tuple(names)
    assert [row for _, row in _rows(source)] == [tuple(row) for row in rows]
    assert {code for code, _ in _said(source)} == {"line_above_header"}


def test_names_over_groups_of_columns_are_not_read(path: Path) -> None:
    source = _open(
        path, "Customer,,Desk,\nid,question,answer,score\n1,where is it,here,5\n2,when is it,now,4\n"
    )

    assert source.columns == ("id", "question", "answer", "score")
    assert (len(_rows(source)), _said(source)) == (2, [("line_above_header", 1)])


def test_names_in_two_languages_are_no_row(path: Path) -> None:
    source = _open(path, "text,label\n文本,标签\none,a\ntwo,b\n")

    assert (source.columns, _rows(source)) == (("text", "label"), [(3, ("one", "a")), (4, ("two", "b"))])
    assert _said(source) == [("second_header", 2)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_names_once_more_are_no_row(path: Path, kind: str) -> None:
    rows = [["text", "label"], ["one", "a"], ["text", "label"], ["two", "b"]]

    source = _open(path, _table(rows, kind), f"a.{kind}")

    assert _rows(source) == [(2, ("one", "a")), (4, ("two", "b"))]
    assert _said(source) == [("repeated_header", 3)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("nice,happy\nbad stuff,sad\nso so,calm\n", [("header_assumed", 1)]),
        ("nice,positive\nbad stuff,negative\nso so,neutral\n", [("header_assumed", 1)]),
        ("What is your opinion of the product?,label\nI like it very much,a\nIt broke on the first day,b\n",
         [("header_assumed", 1)]),
        ("city,inhabitants\nRiga,600\nOslo,700\n", []),
        ("text,label\none,a\ntwo,b\n", []),
        ("text\none\ntwo\n", []),
    ],
)  # fmt: skip
def test_names_that_may_be_a_row_are_said_to_be_taken_for_names(path: Path, content: str, said: Any) -> None:
    assert _said(_open(path, content)) == said
