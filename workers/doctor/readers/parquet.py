"""Parquet, by batches. What its metadata promises is checked before anything is decoded."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from kernel.rows import Limits
from workers.doctor.finding import Finding, Row
from workers.doctor.readers.arrow_values import class_names, exact, named, plain
from workers.doctor.readers.content import Content, FileSource, Rows, refusal, unreadable
from workers.doctor.readers.guard import too_large
from workers.doctor.readers.jsonl import is_deeper, too_deep
from workers.doctor.readers.lines import too_long

_METADATA_BYTES = 16 * 1024**2
_GROUP_BYTES = 256 * 1024**2  # a row group's column is decoded page by page, its dictionary as a whole
_SMALL_BYTES = 16 * 1024**2  # unpacked; below it, repetition may look like a bomb and is none
_BATCH_BYTES = 8 * 1024**2
_MOST_IN_BATCH = 1_000


def open_parquet(content: Content, limits: Limits) -> FileSource | Finding:
    if content.size < 12 or _metadata_bytes(content) > _METADATA_BYTES:
        return refusal("invalid_parquet", reason="cut")
    try:
        with content.open() as file:
            parquet = _parquet(file, [])
            problem = _beyond_limits(parquet, limits)
            names = tuple(parquet.schema_arrow.names)
    except (pa.ArrowException, OSError, ValueError, RecursionError) as error:
        return _invalid(None, error)
    if problem is not None:
        return problem
    return FileSource(syntax="parquet", columns=names, read=lambda: _rows(content, limits))


def _metadata_bytes(content: Content) -> int:
    """Of the description at the file's end; more than the file has when it has none."""
    with content.open() as file:
        file.seek(-8, 2)
        tail = file.read(8)
    size = int.from_bytes(tail[:4], "little")
    return size if tail[4:] == b"PAR1" and size <= content.size else _METADATA_BYTES + 1


def _texts(file: BinaryIO) -> list[str]:
    schema = _parquet(file, []).schema_arrow
    kept = (pa.types.is_string, pa.types.is_binary)
    return [field.name for field in schema if any(is_kept(field.type) for is_kept in kept)]


def _parquet(file: BinaryIO, kept_as_dictionary: list[str]) -> pq.ParquetFile:
    return pq.ParquetFile(
        file,
        read_dictionary=kept_as_dictionary,
        pre_buffer=False,
        buffer_size=64 * 1024,
        memory_map=False,
        thrift_string_size_limit=_METADATA_BYTES,
        thrift_container_size_limit=1_000_000,
    )


def _beyond_limits(parquet: pq.ParquetFile, limits: Limits) -> Finding | None:
    metadata = parquet.metadata
    if metadata.num_columns > limits.columns:
        return refusal("too_many_columns", reason="table", limit=limits.columns)
    if metadata.num_rows > limits.lines:
        return refusal("too_many_rows", limit=limits.lines)
    if metadata.num_rows * metadata.num_columns > limits.cells:
        return refusal("too_many_cells", limit=limits.cells)
    groups = [metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups)]
    if any(size < 0 for size in groups) or metadata.num_rows < 0:
        return refusal("invalid_parquet", reason="sizes")
    if sum(groups) > limits.unpacked_bytes or max(groups, default=0) > _GROUP_BYTES:
        return refusal("too_large_unpacked")
    levels = max(
        (parquet.schema.column(n).max_definition_level for n in range(metadata.num_columns)), default=0
    )
    if levels > limits.nesting:
        return refusal("nested_too_deeply", reason="columns", limit=limits.nesting)
    return None


def _rows(content: Content, limits: Limits) -> Rows:
    """Yield (number from 1, row)."""
    number = unpacked = 0
    most = min(limits.unpacked_bytes, max(_SMALL_BYTES, limits.ratio * content.size))
    with content.open() as file:
        try:
            parquet = _parquet(file, _texts(file))
            for row in _decoded(parquet):
                number += 1
                size = _size(row)
                unpacked += size
                if unpacked > most:
                    yield number, _unpacks_to_more(number, limits)
                    return
                yield number, _checked(row, size, number, limits)
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            yield number + 1, _invalid(number + 1, error)
            return
        if number != parquet.metadata.num_rows:
            wanted, next_one = parquet.metadata.num_rows, number + 1
            yield (
                next_one,
                unreadable("invalid_parquet", next_one, reason="rows", wanted=wanted, found=number),
            )


def _decoded(parquet: pq.ParquetFile) -> Iterator[Row]:
    """Strings stay in their dictionary until their row's turn, however often they repeat."""
    names = parquet.schema_arrow.names
    classes = class_names(parquet.schema_arrow)
    batches = chain.from_iterable(
        parquet.iter_batches(batch_size=_batch_rows(parquet, group), row_groups=[group], use_threads=False)
        for group in range(parquet.metadata.num_row_groups)
    )
    for batch in batches:
        columns = [exact(column) for column in batch.columns]
        for place in range(batch.num_rows):
            row = {name: plain(column[place].as_py()) for name, column in zip(names, columns, strict=True)}
            yield {**row, **{name: named(row[name], called) for name, called in classes.items()}}


def _batch_rows(parquet: pq.ParquetFile, group: int) -> int:
    """So many that they hold some megabytes, by the size that the row group promises."""
    found = parquet.metadata.row_group(group)
    each: int = max(1, found.total_byte_size // max(1, found.num_rows))
    return max(1, min(_MOST_IN_BATCH, _BATCH_BYTES // each))


def _unpacks_to_more(number: int, limits: Limits) -> Finding:
    return unreadable("suspicious_ratio", number, reason="rows", limit=limits.ratio)


def _checked(row: Row, size: int, number: int, limits: Limits) -> Row | Finding:
    if size > limits.line_bytes:
        return too_long(number, limits.line_bytes)
    return too_deep(number, limits.nesting) if is_deeper(row, limits.nesting) else row


def _size(row: Row) -> int:
    """How many characters and items it holds."""
    size = 0
    waiting: list[Any] = [row]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str | dict | list):
            size += len(value)
        if isinstance(value, dict | list):
            waiting.extend(value.values() if isinstance(value, dict) else value)
    return size


def _invalid(line: int | None, error: Exception) -> Finding:
    if isinstance(error, MemoryError | pa.ArrowCapacityError):
        return too_large(line)
    if line is None:
        return refusal("invalid_parquet")
    return unreadable("invalid_parquet", line, reason="rest")
