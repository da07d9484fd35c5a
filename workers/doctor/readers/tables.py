"""CSV and TSV: a header, then one record a row. A quoted field may span lines."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from kernel.rows import Limits
from workers.doctor.finding import Finding, quoted
from workers.doctor.readers.content import Content, FileSource, Rows, note, refusal, unreadable
from workers.doctor.readers.encoding import Coding
from workers.doctor.readers.header import Header, Record, read_header
from workers.doctor.readers.lines import Line, text_lines
from workers.doctor.readers.names import is_known

_DELIMITERS = ",\t;|"
_QUOTING = (",", ";", "|")  # where a field that holds the sign stands in quotes
_STAND_IN = "\x1f"  # for a delimiter of several characters: the standard library takes one
_SIGNS = re.compile(r"[^\w\s\"'.()（）-]+|[\x01-\x08\x1c-\x1f]")
_SEPARATOR = re.compile(r"\s*sep=.\s*", re.IGNORECASE)
_FAULTS = (  # what is in the standard library's message, and the finding's reason
    ("field limit", "long"),
    ("end of data", "open"),
    ("expected after", "inside"),
    ("new-line character", "return"),
)
_SAMPLE_CHARACTERS = 64 * 1024
_SAMPLE_RECORDS = 100
_MOST_TRIED = 300  # to find that many that can be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What divides the fields, and what the columns are called. `evenness`: rows with that many fields.

    `has_escapes`: a quote within quotes is written `\\"`, and not twice.
    """

    delimiter: str
    header: Header
    evenness: float
    has_escapes: bool = False


def find_layout(lines: Iterator[Line]) -> Layout | None:
    """The most even way to divide the file's first lines into two columns or more, if there is one."""
    sample = _sample(without_separator(lines))
    layouts = [layout for one in _delimiters(sample) if (layout := _layout(sample, one))]
    return max(layouts, key=_likelihood, default=None)


def single_column(lines: Iterator[Line]) -> Layout | None:
    """The layout of a table with one column; None for an empty file."""
    records = _records(_sample(without_separator(lines)), ",", has_escapes=False)
    if not records:
        return None
    header = read_header([(line, fields[:1]) for line, fields in records])
    return Layout(delimiter=",", header=header, evenness=1.0)


def unclear_separator(lines: Iterator[Line]) -> Finding | None:
    """Of a first line that names several columns, which something else than the lines below have parts."""
    first = next((line for line in without_separator(lines) if line.text.strip()), None)
    if first is None:
        return None
    for separator in (*_signs(first.text), *re.findall(" {2,}", first.text.strip())):
        names = [part.strip("\"'") for part in first.text.strip().split(separator)]
        if len(names) > 1 and all(is_known(name) and name == name.strip() for name in names):
            return refusal("unclear_separator", names=quoted(names), separator=separator)
    return None


def open_table(content: Content, coding: Coding, layout: Layout, limits: Limits) -> FileSource | Finding:
    names = layout.header.names
    if len(names) > limits.columns:
        return refusal("too_many_columns", reason="table", limit=limits.columns)
    csv.field_size_limit(limits.line_bytes)
    notes = layout.header.notes
    if layout.delimiter not in _DELIMITERS:
        notes = (note("separator_guessed", separator=layout.delimiter), *notes)
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


def _sample(lines: Iterator[Line]) -> list[Line]:
    """The first lines, up to one that is cut."""
    sample: list[Line] = []
    characters = 0
    for line in lines:
        sample.append(line)
        characters += len(line.text) + 1
        if characters > _SAMPLE_CHARACTERS:
            return sample[:-1] or sample
    return sample


def _delimiters(sample: list[Line]) -> Iterator[str]:
    """Of two signs that always stand together, both are one."""
    texts = [line.text for line in sample if line.text.strip()]
    first = texts[0] if texts else ""
    for one in _DELIMITERS:
        is_doubled = (
            one != "\t"
            and one * 2 in first
            and all(text.count(one) == 2 * text.count(one * 2) for text in texts)
        )
        yield one * 2 if is_doubled else one
    for sign in _signs(first):
        count = first.count(sign)
        if len(texts) > 2 and all(text.count(sign) == count for text in texts):
            yield sign


def _signs(text: str) -> list[str]:
    """What may part names that are no words: any signs in a row, but those that are usual."""
    found = dict.fromkeys(sign.strip() or sign for sign in _SIGNS.findall(text))
    return [sign for sign in found if sign and sign not in _DELIMITERS]


def _likelihood(layout: Layout) -> tuple[bool, float, int]:
    names = layout.header.names
    is_named = layout.header.is_written and sum(map(is_known, names)) > 1 and layout.evenness > 0.9
    return is_named, layout.evenness, len(names) if layout.delimiter in _DELIMITERS else 0


def _layout(sample: list[Line], delimiter: str) -> Layout | None:
    has_escapes = _has_escapes(sample, delimiter)
    records = _records(sample, delimiter, has_escapes)
    if not records:
        return None
    header = read_header(records)
    if len(header.names) < 2:
        return None
    rows = records[header.records :] or records
    fits = sum(_fits(fields, header) for _, fields in rows)
    return Layout(delimiter=delimiter, header=header, evenness=fits / len(rows), has_escapes=has_escapes)


def _fits(fields: list[str], header: Header) -> bool:
    return len(fields) >= len(header.names) and not any(
        field.strip() for field in fields[len(header.names) :]
    )


def _has_escapes(sample: list[Line], delimiter: str) -> bool:
    """True when more records can be read so."""
    if not any('\\"' in line.text for line in sample):
        return False
    so, otherwise = (len(_records(sample, delimiter, has_escapes)) for has_escapes in (True, False))
    return so > otherwise


def _records(sample: list[Line], delimiter: str, has_escapes: bool) -> list[Record]:
    """The sample's records that can be read."""
    limit = sum(len(line.text) for line in sample)
    found = islice(read_records(iter(sample), delimiter, limit, has_escapes=has_escapes), _MOST_TRIED)
    records = ((line, fields) for line, fields in found if isinstance(fields, list))
    return list(islice(records, _SAMPLE_RECORDS))


def _rows(lines: Iterator[Line], layout: Layout, limits: Limits) -> Rows:
    header, passed = layout.header, 0
    names = header.names
    records = read_records(lines, layout.delimiter, limits.line_bytes, has_escapes=layout.has_escapes)
    for line, fields in records:
        if isinstance(fields, Finding):
            yield line, fields
        elif passed < header.records:
            passed += 1
        elif header.is_again(fields):
            yield line, note("repeated_header", line)
        elif not _fits(fields, header):
            yield line, _wrong_count(line, len(fields), len(names))
        else:
            yield line, dict(zip(names, fields, strict=False))


def _wrong_count(line: int, found: int, wanted: int) -> Finding:
    if found > wanted:
        return unreadable("wrong_column_count", line, reason="more", found=found, wanted=wanted)
    return unreadable("wrong_column_count", line, found=found, wanted=wanted)


def read_records(
    lines: Iterator[Line], delimiter: str, limit: int, *, has_escapes: bool = False
) -> Iterator[tuple[int, list[str] | Finding]]:
    """Yield (line on which the record starts, fields); blank lines are no records.

    Of a record that cannot be read, only the first line is given up: reading goes on with the next. Where
    tabs or rarer signs part the fields, a quote that breaks the rules is a character as any other.
    """
    sign = delimiter if len(delimiter) == 1 else _STAND_IN
    feed = _Feed(lines, limit, delimiter, sign, has_escapes=has_escapes)
    reader = csv.reader(feed, delimiter=sign, strict=True)
    has_loose_quotes = delimiter not in _QUOTING
    while True:
        feed.start_record()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield from feed.first_line_alone() if has_loose_quotes else feed.without_first_line(error)
            continue
        if feed.finding is not None:
            yield feed.record_starts, feed.finding
        elif any(field.strip() for field in fields):
            is_doubtful = feed.each_line_has(len(fields))
            if is_doubtful and has_loose_quotes:
                yield from feed.first_line_alone()
                continue
            if is_doubtful:
                yield feed.record_starts, note("lines_joined", feed.record_starts, last=feed.record_ends)
            yield feed.record_starts, fields


class _Feed:
    """Feeds csv.reader and knows where the record at hand began."""

    def __init__(
        self, lines: Iterator[Line], limit: int, delimiter: str, sign: str, *, has_escapes: bool
    ) -> None:
        self._lines, self._limit = lines, limit
        self._delimiter, self._sign, self._has_escapes = delimiter, sign, has_escapes
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

    @property
    def record_ends(self) -> int:
        return self._record[-1].number

    def each_line_has(self, fields: int) -> bool:
        """True of several lines that are a whole record each, if quotes are left out of account."""
        return len(self._record) > 1 and all(
            self._text(line).count(self._sign) + 1 == fields > 1 for line in self._record
        )

    def first_line_alone(self) -> Iterator[tuple[int, list[str] | Finding]]:
        """The record's first line, with quotes as characters."""
        self.give_back()
        yield self.record_starts, self.finding or self._text(self._record[0]).split(self._sign)

    def without_first_line(self, error: csv.Error) -> Iterator[tuple[int, list[str] | Finding]]:
        """What is wrong with the record's first line."""
        self.give_back()
        yield self.record_starts, self.finding or _against_rules(self.record_starts, str(error))

    def _text(self, line: Line) -> str:
        text = line.text if self._delimiter == self._sign else line.text.replace(self._delimiter, self._sign)
        return text.replace('\\"', '""') if self._has_escapes else text

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
        return self._text(line) + "\n"


def _against_rules(line: int, says: str) -> Finding:
    for part, reason in _FAULTS:
        if part in says:
            return unreadable("invalid_csv", line, reason=reason)
    return unreadable("invalid_csv", line)
