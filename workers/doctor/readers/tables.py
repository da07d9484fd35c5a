"""CSV and TSV: a header, then one record a row. A quoted field may span lines."""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from kernel.rows import Limits
from workers.doctor.finding import Finding
from workers.doctor.readers.content import Content, FileSource, Rows, note, refusal, unreadable
from workers.doctor.readers.encoding import Coding
from workers.doctor.readers.header import Header, read_header
from workers.doctor.readers.lines import Line, text_lines

_DELIMITERS = ",\t;|"
_SEPARATOR = re.compile(r"\s*sep=.\s*", re.IGNORECASE)
_FAULTS = (  # what is in the standard library's message, and the finding's reason
    ("field limit", "long"),
    ("end of data", "open"),
    ("expected after", "inside"),
    ("new-line character", "return"),
)
_SAMPLE_CHARACTERS = 64 * 1024
_SAMPLE_RECORDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What divides the fields, and what the columns are called. `evenness`: rows with that many fields."""

    delimiter: str
    header: Header
    evenness: float


def find_layout(lines: Iterator[Line]) -> Layout | None:
    """The most even way to divide the file's first lines into two columns or more, if there is one."""
    sample = _sample(without_separator(lines))
    layouts = [layout for delimiter in _DELIMITERS if (layout := _layout(sample, delimiter))]
    return max(layouts, key=lambda layout: (layout.evenness, len(layout.header.names)), default=None)


def single_column(lines: Iterator[Line]) -> Layout | None:
    """The layout of a table with one column; None for an empty file."""
    records = _records(_sample(without_separator(lines)), ",")
    if not records:
        return None
    return Layout(delimiter=",", header=read_header([record[:1] for record in records]), evenness=1.0)


def open_table(content: Content, coding: Coding, layout: Layout, limits: Limits) -> FileSource | Finding:
    names = layout.header.names
    if len(names) > limits.columns:
        return refusal("too_many_columns", reason="table", limit=limits.columns)
    csv.field_size_limit(limits.line_bytes)
    notes = () if layout.header.is_written else (note("no_header", 1, columns=len(names)),)
    return FileSource(
        syntax="tsv" if layout.delimiter == "\t" else "csv",
        encoding=coding.name,
        columns=names,
        notes=notes,
        read=lambda: _rows(without_separator(text_lines(content, coding, limits.line_bytes)), layout, limits),
    )


def without_separator(lines: Iterator[Line]) -> Iterator[Line]:
    """Leave out Excel's own first line, `sep=;`."""
    return (line for line in lines if line.number > 1 or not _SEPARATOR.fullmatch(line.text))


def _sample(lines: Iterator[Line]) -> str:
    text = io.StringIO()
    for line in lines:
        text.write(line.text + "\n")
        if text.tell() > _SAMPLE_CHARACTERS:
            break
    return text.getvalue()


def _layout(sample: str, delimiter: str) -> Layout | None:
    records = _records(sample, delimiter)
    if not records or len(records[0]) < 2:
        return None
    even = sum(len(record) == len(records[0]) for record in records) / len(records)
    return Layout(delimiter=delimiter, header=read_header(records), evenness=even)


def _records(sample: str, delimiter: str) -> list[list[str]]:
    """The sample's whole records, as far as they can be read."""
    records: list[list[str]] = []
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        for record in islice(reader, _SAMPLE_RECORDS):
            if any(field.strip() for field in record):
                records.append(record)
    except csv.Error:
        pass
    is_cut = len(sample) > _SAMPLE_CHARACTERS
    return records[:-1] if is_cut and len(records) > 1 else records


def _rows(lines: Iterator[Line], layout: Layout, limits: Limits) -> Rows:
    names, is_first = layout.header.names, layout.header.is_written
    for line, fields in read_records(lines, layout.delimiter, limits.line_bytes):
        if isinstance(fields, Finding):
            yield line, fields
        elif is_first:
            is_first = False
        elif len(fields) < len(names) or any(field.strip() for field in fields[len(names) :]):
            yield line, _wrong_count(line, len(fields), len(names))
        else:
            yield line, dict(zip(names, fields, strict=False))


def _wrong_count(line: int, found: int, wanted: int) -> Finding:
    if found > wanted:
        return unreadable("wrong_column_count", line, reason="more", found=found, wanted=wanted)
    return unreadable("wrong_column_count", line, found=found, wanted=wanted)


def read_records(
    lines: Iterator[Line], delimiter: str, limit: int
) -> Iterator[tuple[int, list[str] | Finding]]:
    """Yield (line on which the record starts, fields); blank lines are no records.

    Of a record that cannot be read, only the first line is given up: reading goes on with the next.
    """
    feed = _Feed(lines, limit)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.start_record()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield feed.record_starts, feed.finding or _against_rules(feed.record_starts, str(error))
            feed.give_back()
            continue
        if feed.finding is not None:
            yield feed.record_starts, feed.finding
        elif any(field.strip() for field in fields):
            yield feed.record_starts, fields


class _Feed:
    """Feeds csv.reader and knows where the record at hand began."""

    def __init__(self, lines: Iterator[Line], limit: int) -> None:
        self._lines, self._limit = lines, limit
        self._again: deque[Line] = deque()
        self._record: list[Line] = []
        self._next, self._characters = 1, 0
        self.finding: Finding | None = None

    @property
    def record_starts(self) -> int:
        return self._record[0].number if self._record else self._next

    def start_record(self) -> None:
        self._record, self._characters, self.finding = [], 0, None

    def give_back(self) -> None:
        """Read all lines of the record again, but for its first."""
        self._again.extendleft(reversed(self._record[1:]))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._record.append(line)
        self._next = line.number + 1
        self._characters += len(line.text)
        self.finding = self.finding or line.finding
        if "\0" in line.text and self.finding is None:
            self.finding = unreadable("invalid_csv", line.number, reason="nul")
        if line.finding is not None and not line.text:
            raise csv.Error(line.finding.code)
        if self._characters > self._limit:  # a quote that is never closed would swallow the file
            raise csv.Error("field larger than field limit")
        return line.text + "\n"


def _against_rules(line: int, says: str) -> Finding:
    for part, reason in _FAULTS:
        if part in says:
            return unreadable("invalid_csv", line, reason=reason)
    return unreadable("invalid_csv", line)
