"""The benchmark of validation compares like with like: all ways find the same in rows mostly bad."""

from pathlib import Path

from tests.bench.data import WAYS
from tests.bench.data_rows import write_rows


def test_all_ways_find_the_same(tmp_path: Path):
    path = tmp_path / "rows.jsonl"
    write_rows(path, 1_000_000, bad=0.6)

    ours, by_json, by_pydantic = (
        sorted(WAYS[way](path, tmp_path), key=str) for way in ("ours", "json", "pydantic")
    )

    assert len({code for _, code, _ in ours}) >= 20
    assert by_json == ours
    assert by_pydantic == ours
