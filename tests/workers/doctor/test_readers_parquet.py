"""Parquet: its kinds of values come as any other file has them."""

import datetime
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kernel.rows import Limits, RowFormat
from workers.doctor.formats import rules
from workers.doctor.readers import open_source
from workers.doctor.readers.content import FileSource
from workers.doctor.recognise import Recognised, recognise

_LABEL = {"names": ["bad", "good"], "_type": "ClassLabel"}


def _parquet(table: pa.Table, features: dict[str, Any] | None = None) -> bytes:
    if features is not None:
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    made_in = io.BytesIO()
    pq.write_table(table, made_in)
    return made_in.getvalue()


def _open(path: Path, content: bytes, name: str) -> FileSource:
    path.write_bytes(content)
    source = open_source(path, name, Limits())
    assert isinstance(source, FileSource), source
    return source


def _rows(path: Path, content: bytes) -> list[Any]:
    return [row for _, row in _open(path, content, "a.parquet").rows()]


@pytest.mark.parametrize(
    ("feature", "values", "found"),
    [
        (_LABEL, [0, 1, -1, None, 7], ["bad", "good", None, None, 7]),
        ({"feature": _LABEL, "_type": "Sequence"}, [[0, 1], [], [1]], [["bad", "good"], [], ["good"]]),
        ({"feature": _LABEL, "_type": "List"}, [[1, 0]], [["good", "bad"]]),
        ([_LABEL], [[1]], [["good"]]),
        ({"dtype": "int64", "_type": "Value"}, [0, 1], [0, 1]),
        ({"names": None, "_type": "ClassLabel"}, [0, 1], [0, 1]),
        ("broken", [0, 1], [0, 1]),
    ],
)
def test_classes_have_the_names_that_the_file_notes(
    tmp_path: Path, feature: Any, values: list[Any], found: list[Any]
) -> None:
    content = _parquet(pa.table({"label": values}), {"label": feature, "other": _LABEL})

    assert [row["label"] for row in _rows(tmp_path / "file", content)] == found


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (pa.array(["bad", "good"]).dictionary_encode(), ["bad", "good"]),
        (pa.array([0.1, 1.0], pa.float32()), [0.1, 1.0]),
        (pa.array(["a", "b"], pa.large_string()), ["a", "b"]),
        (pa.array([Decimal("1.50"), Decimal("0.10")]), [1.5, 0.1]),
        (pa.array([Decimal(3), Decimal(4)], pa.decimal128(5, 0)), [3, 4]),
        (pa.array([Decimal("1234567890123456789.25")]), ["1234567890123456789.25"]),
        (pa.array([1_767_355_200_000_000_001], pa.timestamp("ns")), ["2026-01-02T12:00:00"]),
        (pa.array([datetime.date(2026, 1, 2)]), ["2026-01-02"]),
        (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), [{"k": 1}]),
        (pa.array([[["a"], []]], pa.large_list(pa.list_(pa.string()))), [[["a"], []]]),
        (pa.array([True, None]), [True, None]),
        (pa.array([2**63 + 1], pa.uint64()), [2**63 + 1]),
    ],
)
def test_kinds_of_values_come_as_json_has_them(tmp_path: Path, values: pa.Array, found: list[Any]) -> None:
    content = _parquet(pa.table({"value": values}))

    assert [row["value"] for row in _rows(tmp_path / "file", content)] == found


def _labels(path: Path, name: str, content: bytes) -> list[Any]:
    source = _open(path, content, name)
    found = recognise(source, None)
    assert isinstance(found, Recognised)
    assert found.format is RowFormat.CLASSIFICATION
    rows_of = rules(found.format)
    labels = []
    for line, row in source.rows():
        assert isinstance(row, dict)
        converted = found.convert(row, line)
        assert isinstance(converted, dict)
        assert not rows_of.check(converted, line)
        labels.append(rows_of.plain(converted)["label"])
    return labels


@pytest.mark.parametrize(
    ("values", "labels"),
    [([0.0, 1.0], ["0", "1"]), ([0, 1], ["0", "1"]), ([True, False], ["True", "False"])],
)
def test_a_label_is_one_text_whatever_file_it_comes_in(
    tmp_path: Path, values: list[Any], labels: list[str]
) -> None:
    rows = [{"text": f"The stay number {n} was fine.", "label": values[n % 2]} for n in range(12)]
    lines = [json.dumps(row) for row in rows]
    contents = {
        "a.csv": ("text,label\n" + "".join(f"{row['text']},{row['label']}\n" for row in rows)).encode(),
        "a.jsonl": "\n".join(lines).encode(),
        "a.json": f"[{','.join(lines)}]".encode(),
        "a.parquet": _parquet(pa.Table.from_pylist(rows)),
    }
    book, made_in = openpyxl.Workbook(), io.BytesIO()
    for row in [{"text": "text", "label": "label"}, *rows]:
        book.active.append(list(row.values()))
    book.save(made_in)
    contents["a.xlsx"] = made_in.getvalue()

    found = {name: _labels(tmp_path / "file", name, content) for name, content in contents.items()}

    assert found == dict.fromkeys(contents, labels * 6)
