"""What holds for every reader: caps on rows and cells, and no more memory than the process has."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from kernel.rows import Limits
from workers.doctor.finding import Finding, Row
from workers.doctor.readers.content import Damaged, FileSource, Rows, refusal


def guarded(opening: Callable[[], FileSource | Finding], limits: Limits) -> FileSource | Finding:
    """Open a source whose rows end at the limits."""
    try:
        source = opening()
    except MemoryError:
        return too_large()
    except Damaged as error:
        return refusal("damaged_member", str(error))
    if isinstance(source, Finding):
        return source
    read = source.read
    return replace(source, read=lambda: _capped(read(), limits))


def too_large(line: int | None = None) -> Finding:
    place = "The file" if line is None else f"From line {line} on the file"
    message = f"{place} needs more memory to read than it may have. Divide it into smaller files."
    return Finding(line=line, param=None, code="too_large_to_read", message=message)


def _capped(rows: Rows, limits: Limits) -> Rows:
    cells = 0
    for count, (line, row) in enumerate(_until_out_of_memory(rows)):
        if count == limits.lines:
            yield line, _beyond("too_many_rows", f"The file has more than {limits.lines} rows.", None)
            return
        cells += len(row) if isinstance(row, dict) else 1
        if cells > limits.cells:
            yield line, _beyond("too_many_cells", f"The file has more than {limits.cells} cells.", None)
            return
        if isinstance(row, dict) and len(row) > limits.columns:
            yield line, _too_wide(line, limits.columns)
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
        yield line + 1, _beyond("damaged_member", str(error), line + 1)


def _beyond(code: str, message: str, line: int | None) -> Finding:
    return Finding(line=line, param=None, code=code, message=message)


def _too_wide(line: int, columns: int) -> Finding:
    message = f"Line {line} has more than {columns} fields."
    return Finding(line=line, param=None, code="too_many_columns", message=message)
