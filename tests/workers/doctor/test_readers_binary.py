"""Parquet, workbooks and archives: what rows come out."""

import datetime
import io
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kernel.rows import Limits
from tests.workers.doctor.hostile.archives import archive_of
from tests.workers.doctor.hostile.media import picture, sound
from workers.doctor.finding import Finding
from workers.doctor.readers import open_source
from workers.doctor.readers.content import FileSource

_NOON = datetime.datetime(2026, 1, 2, 12, 0)  # noqa: DTZ001 - a workbook's times have no zone


def _open(path: Path, content: bytes, name: str = "file") -> FileSource:
    path.write_bytes(content)
    source = open_source(path, name, Limits())
    assert isinstance(source, FileSource), source
    return source


def _rows(source: FileSource) -> list[tuple[int, Any]]:
    return [(line, row.code if isinstance(row, Finding) else row) for line, row in source.rows()]


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def _parquet(**columns: Any) -> bytes:
    made_in = io.BytesIO()
    pq.write_table(pa.table(columns), made_in, row_group_size=2)
    return made_in.getvalue()


def _book(*sheets: list[list[Any]]) -> bytes:
    book, made_in = openpyxl.Workbook(), io.BytesIO()
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(row)
    book.remove(book["Sheet"])
    book.save(made_in)
    return made_in.getvalue()


def test_parquet_values_come_as_json_has_them(path: Path) -> None:
    source = _open(
        path,
        _parquet(
            text=["a", "文", None],
            number=[1, 2, 3],
            share=[0.5, float("nan"), 1.0],
            money=pa.array([Decimal("1.50")] * 3),
            at=pa.array([_NOON] * 3),
            list=[["x"], [], None],
            object=[{"k": 1}] * 3,
        ),
    )

    assert (source.syntax, source.encoding, source.columns[:2]) == ("parquet", None, ("text", "number"))
    rows = _rows(source)
    assert rows[0] == (1, {"text": "a", "number": 1, "share": 0.5, "money": 1.5, "at": "2026-01-02T12:00:00",
                           "list": ["x"], "object": {"k": 1}})  # fmt: skip
    assert [(line, row["text"], row["share"], row["list"]) for line, row in rows[1:]] == [
        (2, "文", None, []),
        (3, None, 1.0, None),
    ]


def test_workbook_rows_have_the_numbers_of_the_sheet(path: Path) -> None:
    source = _open(
        path, _book([[], ["文本", "标签", "日期"], ["好", 1, _NOON], [], ["坏", True, _NOON.date()]])
    )

    assert source.columns == ("文本", "标签", "日期")
    assert _rows(source) == [
        (3, {"文本": "好", "标签": 1, "日期": "2026-01-02T12:00:00"}),
        (5, {"文本": "坏", "标签": True, "日期": "2026-01-02"}),
    ]


def test_first_sheet_with_rows_is_read_and_the_others_are_told(path: Path) -> None:
    source = _open(path, _book([], [["text", "label"], ["a", "b"]], [["c"], ["d"]]))

    assert _rows(source) == [(2, {"text": "a", "label": "b"})]
    assert [note.message for note in source.notes] == ["Only the sheet 'S1' is read. Not read: 'S2'."]


def test_formula_without_a_value_is_told_by_row(path: Path) -> None:
    source = _open(path, _book([["text", "label"], ["a", "b"], ["=A2", "c"], ["d", None]]))

    assert _rows(source) == [
        (2, {"text": "a", "label": "b"}),
        (3, "formula_without_value"),
        (4, {"text": "d", "label": ""}),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"text,label\na,b\n"),
        ("a.jsonl", b'{"text": "a", "label": "b"}\n'),
        ("a.xlsx", _book([["text", "label"], ["a", "b"]])),
        ("a.parquet", _parquet(text=["a"], label=["b"])),
    ],
)
def test_archive_with_one_data_file_is_read_as_that_file(path: Path, name: str, content: bytes) -> None:
    source = _open(path, archive_of({f"data/{name}": content, "README.md": b"x", "__MACOSX/._a": b"y"}))

    assert [row for _, row in _rows(source)] == [{"text": "a", "label": "b"}]


def test_images_are_read_by_their_labels_file(path: Path) -> None:
    labels = b"file_name,label\nimages/a.png,cat\n./images/b.png,dog\nc.png,cat\nimages/d.png,cat\n"
    source = _open(
        path,
        archive_of(
            {
                "set/metadata.csv": labels,
                "set/images/a.png": picture(),
                "set/images/b.png": picture("JPEG"),
                "set/images/d.png": b"no image",
                "set/images/e.png": picture(),
            }
        ),
    )

    assert (source.syntax, source.media, source.media_column) == ("zip", "image", "file_name")
    assert _rows(source) == [
        (2, {"file_name": "set/images/a.png", "label": "cat", "sha256": digest(picture())}),
        (3, {"file_name": "set/images/b.png", "label": "dog", "sha256": digest(picture("JPEG"))}),
        (4, "missing_member"),
        (5, "invalid_image"),
    ]
    assert [note.message for note in source.notes] == [
        "1 member(s) of the archive are in no row: 'set/images/e.png'."
    ]


def test_sounds_are_labelled_by_their_folders(path: Path) -> None:
    source = _open(
        path, archive_of({"cat/a.wav": sound(), "dog/b.wav": sound(900), "dog/c.wav": sound()[:300]})
    )

    assert _rows(source) == [
        (1, {"audio": "cat/a.wav", "label": "cat", "sha256": digest(sound())}),
        (2, {"audio": "dog/b.wav", "label": "dog", "sha256": digest(sound(900))}),
        (3, "truncated_audio"),
    ]


def test_a_labels_file_cannot_say_what_a_member_digests_to(path: Path) -> None:
    labels = b"sha256,picture\na.png,b.png\n"
    source = _open(path, archive_of({"metadata.csv": labels, "a.png": picture(), "b.png": picture("JPEG")}))

    assert source.media_column == "picture"
    assert _rows(source) == [(2, {"sha256": digest(picture("JPEG")), "picture": "b.png"})]


def test_names_that_windows_wrote_in_gbk_are_understood(path: Path) -> None:
    content = archive_of({"AA/a.png": picture(), "BB/b.png": picture()})
    content = content.replace(b"AA", "猫".encode("gbk")).replace(b"BB", "狗".encode("gbk"))

    assert [row["label"] for _, row in _rows(_open(path, content))] == ["狗", "猫"]
