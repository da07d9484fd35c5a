"""CSV and TSV: a header, then one record a row. A quoted field may span lines."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from apps.datasets.validation.lines import MAX_LINE_BYTES, read_lines
from apps.datasets.validation.report import Finding, quote

TEXT_NAMES = ("text", "sentence", "utterance")  # the first one that is there is used
LABEL_NAMES = ("label", "intent", "category")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns are used, as the file spells them. `unused_label` could have been the label too."""

    text: str
    label: str
    unused_label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoColumns:
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSyntax:
    delimiter: str

    def header(self, line: str) -> list[tuple[str, int]]:
        """Column names, trimmed, with their places."""
        try:
            names = next(csv.reader([line], delimiter=self.delimiter), [])
        except csv.Error:
            names = []
        return [(name.strip(), place) for place, name in enumerate(names)]


def table_syntax(header: str) -> TableSyntax:
    """A tab in the header makes it TSV."""
    return TableSyntax(delimiter="\t" if "\t" in header else ",")


def find_columns(names: list[str]) -> Columns | NoColumns:
    """Find the text and the label among column names or keys; capitals do not matter."""
    texts, labels = _named(names, TEXT_NAMES), _named(names, LABEL_NAMES)
    if texts and labels:
        return Columns(text=texts[0], label=labels[0], unused_label=labels[1] if len(labels) > 1 else None)
    if len(names) < 2:
        hint = " Separate the columns by commas or tabs." if ";" in "".join(names) else ""
        message = f"Unexpected file format, expected chat messages or the columns text and label.{hint}"
        return NoColumns(code="unsupported_format", message=message)
    wanted = "text" if not texts else "label"
    known = ", ".join(TEXT_NAMES if not texts else LABEL_NAMES)
    found = ", ".join(quote(name) for name in names[:6])
    return NoColumns(
        code="missing_columns",
        message=f"The first line names no {wanted} column. Expected one of {known}; found {found}.",
    )


def _named(names: list[str], known: tuple[str, ...]) -> list[str]:
    by_name = {name.strip().casefold(): name for name in reversed(names)}
    return [by_name[name] for name in known if name in by_name]


def read_records(file: BinaryIO, syntax: TableSyntax) -> Iterator[tuple[int, list[str] | Finding]]:
    """Yield (line on which the record starts, fields), the header first; blank lines are no records.

    A record that cannot be read ends the file: what follows it has no sure meaning.
    """
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=syntax.delimiter, strict=True)
    while True:
        lines.start_record()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield lines.record_starts, lines.finding or _unreadable(lines.record_starts, str(error))
            return
        if lines.finding is not None:
            yield lines.record_starts, lines.finding
            return
        if any(field.strip() for field in fields):
            yield lines.record_starts, fields


class _Lines:
    """Feeds csv.reader and knows where the record at hand began."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = read_lines(file)
        self._read, self._characters = 0, 0
        self.record_starts = 1
        self.finding: Finding | None = None

    def start_record(self) -> None:
        self.record_starts, self._characters = self._read + 1, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, text = next(self._lines)
        self._read = number
        if isinstance(text, Finding):
            self.finding = text
            raise csv.Error(text.message)
        self._characters += len(text)
        if self._characters > MAX_LINE_BYTES:  # a quote that is never closed would swallow the file
            raise csv.Error("field larger than field limit")
        return text + "\n"


def _unreadable(line: int, reason: str) -> Finding:
    if "field limit" in reason:
        reason = "a field is too long, or a quote is opened and not closed"
    elif "end of data" in reason:
        reason = "a quote is opened and not closed"
    elif "expected after" in reason:
        reason = "a quote stands inside a quoted field; write two quotes for one"
    message = f"Line {line} cannot be read: {reason}."
    return Finding(line=line, param=None, code="invalid_csv", message=message)
