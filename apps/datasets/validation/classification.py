"""Classification rows: a text and its one label."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from apps.datasets.validation.detect import Layout
from apps.datasets.validation.jsonl import read_objects
from apps.datasets.validation.report import Finding, Report, quote
from apps.datasets.validation.tables import Columns, TableSyntax, read_records

MAX_LABELS = 1000
_MAX_LABEL_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One row. The label is trimmed; the text is as written."""

    text: str
    label: str


def read_examples(file: BinaryIO, layout: Layout) -> Iterator[tuple[int, Example | Finding]]:
    """Yield (line, example), or a Finding for a row that is none."""
    assert layout.columns is not None  # detect sets them with this format
    rows = (
        _from_objects(file, layout.columns)
        if layout.syntax == "jsonl"
        else _from_table(file, layout.syntax, layout.columns)
    )
    for line, row in rows:
        yield line, row if isinstance(row, Finding) else _check(row, line, layout.columns)


def _from_objects(file: BinaryIO, columns: Columns) -> Iterator[tuple[int, tuple[Any, Any] | Finding]]:
    for line, row in read_objects(file):
        if isinstance(row, Finding):
            yield line, row
            continue
        missing = next((key for key in (columns.text, columns.label) if key not in row), None)
        if missing is not None:
            text = f"Line {line}: {quote(missing)} is missing."
            yield line, Finding(line=line, param=missing, code="missing_field", message=text)
        else:
            yield line, (row[columns.text], row[columns.label])


def _from_table(
    file: BinaryIO, syntax: TableSyntax, columns: Columns
) -> Iterator[tuple[int, tuple[Any, Any] | Finding]]:
    records = read_records(file, syntax)
    _, header = next(records)
    if isinstance(header, Finding):
        yield 1, header
        return
    names = [name.strip() for name in header]
    text, label = names.index(columns.text), names.index(columns.label)
    for line, fields in records:
        if isinstance(fields, Finding):
            yield line, fields
        elif len(fields) != len(names):
            yield line, _wrong_count(line, len(fields), len(names))
        else:
            yield line, (fields[text], fields[label])


def _wrong_count(line: int, found: int, expected: int) -> Finding:
    hint = " Put quotes around a text that holds the separator." if found > expected else ""
    message = f"Line {line} has {found} column(s), but the header names {expected}.{hint}"
    return Finding(line=line, param=None, code="wrong_column_count", message=message)


def _check(row: tuple[Any, Any], line: int, columns: Columns) -> Example | Finding:
    for value, name in zip(row, (columns.text, columns.label), strict=True):
        if not isinstance(value, str):
            text = f"Line {line}: {quote(name)} must be a string."
            return Finding(line=line, param=name, code="invalid_type", message=text)
    text, label = row[0], row[1].strip()
    if not text.strip():
        return Finding(
            line=line, param=columns.text, code="blank_text", message=f"Line {line}: the text is blank."
        )
    if not label:
        message = f"Line {line}: the label is blank."
        return Finding(line=line, param=columns.label, code="blank_label", message=message)
    if len(label) > _MAX_LABEL_CHARACTERS or any(unicodedata.category(c) == "Cc" for c in label):
        message = f"Line {line}: a label is at most {_MAX_LABEL_CHARACTERS} characters on one line."
        return Finding(line=line, param=columns.label, code="invalid_label", message=message)
    return Example(text=text, label=label)


def check_labels(report: Report) -> Iterator[Finding]:
    """What only the whole file shows."""
    if len(report.labels) == 1 and report.is_valid:
        only = quote(next(iter(report.labels)))
        message = f"Every row has the label {only}; a classifier needs at least 2 labels."
        yield Finding(line=None, param="label", code="too_few_labels", message=message)
    for label, rows in sorted(report.labels.items()):
        if rows == 1:
            message = f"The label {quote(label)} has only 1 row."
            yield Finding(line=None, param="label", code="rare_label", message=message, is_error=False)
