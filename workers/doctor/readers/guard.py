"""What holds for every reader: caps on rows and cells, and no more memory than the process has."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from kernel.rows import Limits
from workers.doctor.finding import Finding, Row
from workers.doctor.readers.content import Damaged, FileSource, Rows, refusal, unreadable
from workers.doctor.readers.sampling import Sample


def guarded(opening: Callable[[], FileSource | Finding], limits: Limits) -> FileSource | Finding:
    """Open a source whose rows end at the limits, and whose sample is taken once."""
    try:
        source = opening()
    except MemoryError:
        return too_large()
    except Damaged as error:
        return refusal("damaged_member", name=error.name)
    if isinstance(source, Finding):
        return source
    read = source.read
    capped = replace(source, read=lambda: _capped(read(), limits))
    return replace(capped, sampled=cache(lambda: _sample(capped)))


def _sample(source: FileSource) -> Sample:
    """What is broken further down ends the quick way only."""
    try:
        return source.sample()
    except (MemoryError, Damaged):
        return replace(source, sampled=None).sample()


def too_large(line: int | None = None) -> Finding:
    if line is None:
        return refusal("too_large_to_read")
    return unreadable("too_large_to_read", line, reason="rest")


def _capped(rows: Rows, limits: Limits) -> Rows:
    cells = count = 0
    for line, row in _until_out_of_memory(rows):
        if isinstance(row, Finding) and not row.is_error:
            yield line, row
            continue
        if count == limits.lines:
            yield line, refusal("too_many_rows", limit=limits.lines)
            return
        count += 1
        cells += len(row) if isinstance(row, dict) else 1
        if cells > limits.cells:
            yield line, refusal("too_many_cells", limit=limits.cells)
            return
        if isinstance(row, dict) and len(row) > limits.columns:
            yield line, unreadable("too_many_columns", line, limit=limits.columns)
        else:
            yield line, row


def _until_out_of_memory(rows: Rows) -> Iterator[tuple[int, Row | Finding]]:
    line = 0
    try:
        for line, row in rows:
            yield line, row
    except MemoryError:
        row = {}  # what the last one held may be what is missing
        yield line + 1, too_large(line + 1)
    except Damaged as error:
        yield line + 1, unreadable("damaged_member", line + 1, reason="rest", name=error.name)
