"""The plain rows of a file, to take elsewhere."""

import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from apps.core.objects import read_chunks, store
from apps.datasets.errors import NoRows
from apps.datasets.models import File
from apps.datasets.selectors import get_file
from apps.datasets.services.leases import require_read
from kernel.errors import InvalidRequest
from kernel.spreadsheets import MARK, as_csv

_BATCH = 2_000
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])  # of a row; what they hold stays unread
Row = dict[str, Any]


def export_rows(tenant_id: str, file_id: str, form: str, *, project_id: str) -> tuple[File, Iterator[bytes]]:
    """A file and its sound rows in plain form, in pieces. What is nested is JSON in CSV and in Parquet.

    Raises:
        NotFound: there is no such file.
        FileNotReady: it is still being read.
        NoRows: it has none. InvalidRequest: nobody knows such a format.
    """
    file = get_file(tenant_id, file_id, project_id=project_id)
    if form not in _WRITERS:
        raise InvalidRequest(f"'format' must be one of {', '.join(_WRITERS)}.", param="format")
    require_read(file, param="id")
    if not store.exists(file.training_key):
        raise NoRows(f"File {file.id} has no rows.", param="id")
    return file, _WRITERS[form](file)


def _lines(file: File) -> Iterator[bytes]:
    with store.open(file.training_key) as plain:
        for line in plain:
            if not line.isspace():
                yield line


def _rows(file: File) -> Iterator[Row]:
    return map(msgspec.json.decode, _lines(file))


def _columns(file: File) -> list[str]:
    """Of all rows: a later row may have a field that the first has not."""
    rows = map(_FIELDS.decode, _lines(file))
    return list(dict.fromkeys(name for row in rows for name in row))


def _jsonl(file: File) -> Iterator[bytes]:
    lines = _lines(file)
    while batch := b"".join(islice(lines, _BATCH)):
        yield batch


def _csv(file: File) -> Iterator[bytes]:
    columns, rows = _columns(file), _rows(file)
    yield MARK + as_csv([columns])
    while batch := list(islice(rows, _BATCH)):
        yield as_csv([[_flat(row.get(name)) for name in columns] for row in batch])


def _flat(value: Any) -> Any:
    """What no cell can hold, as JSON."""
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list | bool) else value


def _parquet(file: File) -> Iterator[bytes]:
    """Through a file on disk: Parquet ends with its table of contents."""
    schema, rows = _schema(file), _rows(file)
    with tempfile.TemporaryDirectory(prefix="finery-export-") as folder:
        path = Path(folder) / "rows.parquet"
        with pq.ParquetWriter(path, schema) as writer:
            while batch := list(islice(rows, _BATCH)):
                columns = {field.name: _column(batch, field) for field in schema}
                writer.write_table(pa.table(columns, schema=schema))
        yield from read_chunks(path.open("rb"))


def _schema(file: File) -> pa.Schema:
    is_number: dict[str, bool] = {}
    for row in _rows(file):
        for name, value in row.items():
            is_number[name] = is_number.get(name, True) and _is_number(value)
    return pa.schema([(name, pa.float64() if number else pa.string()) for name, number in is_number.items()])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | None) and not isinstance(value, bool)


def _column(batch: list[Row], field: pa.Field) -> pa.Array:
    values = [_flat(row.get(field.name)) for row in batch]
    if field.type == pa.string():
        values = [value if value is None else str(value) for value in values]
    return pa.array(values, type=field.type)


_WRITERS = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}
