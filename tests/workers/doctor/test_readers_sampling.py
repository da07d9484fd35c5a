"""What a file is recognized by: rows from all of it."""

import json
from pathlib import Path

import pytest

from kernel.rows import Limits, RowFormat
from workers.doctor.finding import Finding, Row
from workers.doctor.readers import open_source
from workers.doctor.readers.content import FileSource
from workers.doctor.readers.sampling import MOST_ROWS, take_sample
from workers.doctor.recognise import Recognised, recognise


def _open(path: Path, name: str) -> FileSource:
    source = open_source(path, name, Limits())
    assert isinstance(source, FileSource)
    return source


@pytest.mark.parametrize("name", ["sorted.csv", "sorted.jsonl", "sorted.json"])
def test_file_sorted_by_label_keeps_its_label(tmp_path: Path, name: str) -> None:
    rows = [{"c1": f"a longer sentence, number {n}", "c2": "yn"[n // 1500]} for n in range(3000)]
    path = tmp_path / name
    if name.endswith("csv"):
        path.write_text("c1,c2\n" + "".join(f'"{row["c1"]}",{row["c2"]}\n' for row in rows))
    else:
        lines = [json.dumps(row) for row in rows]
        path.write_text("\n".join(lines) if name.endswith("jsonl") else f"[{','.join(lines)}]")

    found = recognise(_open(path, name), None)

    assert isinstance(found, Recognised)
    assert (found.format, found.mapping and found.mapping.columns["label"]) == (
        RowFormat.CLASSIFICATION, ("c2",)
    )  # fmt: skip


def test_sample_of_large_json_lines_comes_from_all_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    path.write_text("".join(f'{{"number": {n}, "text": "{"a" * 400}"}}\n' for n in range(12_000)))

    numbers = [row["number"] for row in _open(path, "large.jsonl").sample().rows]

    assert numbers == sorted(numbers)
    assert numbers[0] == 0
    assert 800 < len(numbers) <= MOST_ROWS + 1
    assert all(sum(start <= n < start + 2000 for n in numbers) > 80 for start in range(0, 12_000, 2000))


def test_sample_is_whole_where_the_file_is_small_and_even_where_rows_alternate() -> None:
    few: list[Row] = [{"n": n} for n in range(MOST_ROWS)]
    many = take_sample(range(100_000), lambda n: {"n": n}).rows

    assert take_sample(few, lambda row: row).rows == few
    assert 0.4 < sum(row["n"] % 2 for row in many) / len(many) < 0.6


def test_sample_of_long_rows_is_bounded_in_memory() -> None:
    rows = take_sample(range(200), lambda n: {"text": "a" * 1024**2}).rows

    assert 1 <= len(rows) <= 32


def test_what_cannot_be_read_is_no_row_of_the_sample() -> None:
    broken = Finding(line=2, param=None, code="not_an_object")
    rows: list[Row | Finding] = [{"a": 1}, broken]

    assert take_sample(rows, lambda row: row) == ([{"a": 1}], broken)
