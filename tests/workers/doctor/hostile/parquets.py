"""Parquet: descriptions that lie, dictionaries that repeat without end, broken pages."""

import io
import random
import struct
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.workers.doctor.hostile.case import made

_MAGIC = b"PAR1"


def _written(table: pa.Table, **options: Any) -> bytes:
    made_in = io.BytesIO()
    pq.write_table(table, made_in, **options)
    return made_in.getvalue()


def _sound(rows: int = 1000) -> bytes:
    texts = [f"some words {number}" for number in range(rows)]
    return _written(pa.table({"text": texts, "label": ["ab"[number % 2] for number in range(rows)]}))


def _repeated(rows: int, characters: int) -> bytes:
    """One long text, as often as there are rows, in the room of one."""
    places = pa.array([0] * rows, pa.int32())
    texts = pa.DictionaryArray.from_arrays(places, pa.array(["a" * characters]))
    return _written(pa.table({"text": texts, "label": ["a"] * rows}))


def _repeated_in_lists() -> bytes:
    """As before, but in lists, of which each row holds a gigabyte."""
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["a" * 100_000]))
    lists = pa.ListArray.from_arrays(pa.array([0, 10_000, 20_000], pa.int32()), texts.cast(pa.dictionary(
        pa.int32(), pa.string())))  # fmt: skip
    return _written(pa.table({"text": lists, "label": ["a", "b"]}))


def _deep(levels: int) -> bytes:
    value: Any = "a"
    kind = pa.string()
    for _ in range(levels):
        value, kind = [value], pa.list_(kind)
    return _written(pa.table({"text": pa.array([value], kind), "label": ["a"]}))


def _columns(count: int) -> bytes:
    return _written(pa.table({f"c{number}": [1] for number in range(count)}))


def _changed(seed: int, share: float) -> bytes:
    """Some bytes of a sound file, from `share` of it on, are other bytes."""
    data, chance = bytearray(_sound()), random.Random(seed)
    for _ in range(20):
        data[chance.randrange(int(len(data) * share), len(data) - 8)] = chance.randrange(256)
    return bytes(data)


def _with_footer(size: int) -> bytes:
    return _sound()[:-8] + struct.pack("<L", size) + _MAGIC


def _broken_pages() -> bytes:
    data = _sound()
    return data[:40] + b"\xff" * 200 + data[240:]


def _odd_values() -> bytes:
    columns = {
        "text": ["a", "b"],
        "label": ["x", "y"],
        "number": [float("nan"), float("inf")],
        "bytes": [b"\xff\xfe", b"ok"],
        "time": pa.array([10**18, -(10**18)], pa.timestamp("ms")),
        "nothing": pa.nulls(2),
    }
    return _written(pa.table(columns))


CASES = (
    made("columns.parquet", lambda: _columns(1_001), "too_many_columns"),
    made("thousands_of_columns.parquet", lambda: _columns(5_000), "too_many_columns"),
    made("deep.parquet", lambda: _deep(40), "nested_too_deeply"),
    made("rows.parquet", lambda: _sound(101), "too_many_rows", lines=100),
    made("cells.parquet", lambda: _sound(101), "too_many_cells", cells=150),
    made("repeated.parquet", lambda: _repeated(100_000, 1_000_000), "suspicious_ratio", 17),
    made("repeated_short.parquet", lambda: _repeated(100_000, 200_000), "suspicious_ratio", 84),
    made("repeated_in_lists.parquet", _repeated_in_lists, "too_large_to_read", 1),
    made("long_text.parquet", lambda: _repeated(2, 3_000_000), "line_too_long", 1),
    made("odd_values.parquet", _odd_values, "invalid_parquet", 1),
    made("no_rows.parquet", lambda: _sound(0), "empty_file"),
    made("no_footer.parquet", lambda: _sound()[:-100], "invalid_parquet"),
    made("cut_in_half.parquet", lambda: _sound()[:5000] + _MAGIC, "invalid_parquet"),
    made("magic_only.parquet", lambda: _MAGIC, "invalid_parquet"),
    made("magic_twice.parquet", lambda: _MAGIC + b"\0\0\0\0" + _MAGIC, "invalid_parquet"),
    made("footer_empty.parquet", lambda: _with_footer(0), "invalid_parquet"),
    made("footer_too_long.parquet", lambda: _with_footer(2**32 - 1), "invalid_parquet"),
    made("footer_short.parquet", lambda: _with_footer(30), "invalid_parquet"),
    made("footer_of_zeros.parquet", lambda: _MAGIC + b"\0" * 5000 + struct.pack("<L", 5000) + _MAGIC,
         "invalid_parquet"),
    made("broken_pages.parquet", _broken_pages, "invalid_parquet", 1),
    made("changed_pages.parquet", lambda: _changed(2, 0.0), "invalid_parquet", 1),
    *(made(f"changed_footer_{seed}.parquet", lambda seed=seed: _changed(seed, 0.75), "invalid_parquet")  # type: ignore[misc]
      for seed in range(3)),
)  # fmt: skip
