"""One pass over a file, in memory that does not grow with it."""

import json
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, BinaryIO

from apps.datasets.validation.chat import check_chat
from apps.datasets.validation.classification import MAX_LABELS, Example, check_labels, read_examples
from apps.datasets.validation.detect import Layout, detect
from apps.datasets.validation.jsonl import read_objects
from apps.datasets.validation.report import Finding, Report, quote

MAX_ROWS = 1_000_000
_ROWS_REMEMBERED = 200_000  # to find repeats; later rows are compared with these

Row = dict[str, Any] | Example


def validate(file: BinaryIO, *, max_rows: int = MAX_ROWS) -> Report:
    """Read the whole file and report on it. `file` must be seekable, at its start."""
    report = Report()
    layout = detect(file)
    if isinstance(layout, Finding):
        report.add(layout)
        return report
    checker = _Checker(report, layout)
    for line, row in read_rows(file, layout):
        if report.rows == max_rows:
            report.add(_file_error("too_many_rows", f"The file has more than {max_rows} rows."))
            break
        report.rows += 1
        checker.take(line, row)
    checker.finish()
    return report


def read_rows(file: BinaryIO, layout: Layout | None) -> Iterator[tuple[int, Row | Finding]]:
    """Yield (line, row) of a file that `detect` looked at; a Finding for a row that cannot be read."""
    if layout is not None and layout.format == "classification":
        yield from read_examples(file, layout)
    else:
        yield from read_objects(file)


class _Checker:
    """Puts what is wrong with each row into the report."""

    def __init__(self, report: Report, layout: Layout | None) -> None:
        self._report, self._layout = report, layout
        self._seen: dict[bytes, tuple[int, str]] = {}  # digest -> first line, label
        self._warned_of_tools = False
        report.format = layout.format if layout else None

    def take(self, line: int, row: Row | Finding) -> None:
        if isinstance(row, Finding):
            self._report.add(row)
        elif isinstance(row, Example):
            self._take_example(line, row)
        elif self._layout is not None:
            self._take_chat(line, row)

    def finish(self) -> None:
        report, columns = self._report, self._layout.columns if self._layout else None
        if report.rows == 0 and report.is_valid:
            report.add(_file_error("empty_file", "The file has no rows."))
        if columns and columns.unused_label:
            message = (
                f"The label is read from {quote(columns.label)}; {quote(columns.unused_label)} is not used."
            )
            report.add(_warning(1, columns.label, "ambiguous_columns", message))
        for finding in check_labels(report):
            report.add(finding)

    def _take_chat(self, line: int, row: dict[str, Any]) -> None:
        self._report.show(row)
        is_sound = True
        for finding in check_chat(row, line):
            is_sound = is_sound and not finding.is_error
            self._report.add(finding)
        if is_sound:
            self._compare(line, json.dumps([row["messages"], row.get("tools")], sort_keys=True), "")
        if row.get("tools") and not self._warned_of_tools:
            self._warned_of_tools = True
            message = f"Line {line}: tools are learned only by bases whose chat template writes them out."
            self._report.add(_warning(line, "tools", "tools_need_template", message))

    def _take_example(self, line: int, example: Example) -> None:
        labels = self._report.labels
        self._report.show({"text": example.text, "label": example.label})
        if example.label not in labels and len(labels) == MAX_LABELS:
            message = f"Line {line}: the file has more than {MAX_LABELS} labels."
            self._report.add(Finding(line=line, param="label", code="too_many_labels", message=message))
            return
        labels[example.label] += 1
        self._compare(line, example.text, example.label)

    def _compare(self, line: int, content: str, label: str) -> None:
        digest = blake2b(content.encode(), digest_size=16).digest()
        first = self._seen.get(digest)
        if first is None:
            if len(self._seen) < _ROWS_REMEMBERED:
                self._seen[digest] = (line, label)
        elif first[1] == label:
            message = f"Line {line} repeats line {first[0]}."
            self._report.add(_warning(line, None, "duplicate_row", message))
        else:
            message = f"Line {line} has the text of line {first[0]}, but another label."
            self._report.add(_warning(line, None, "conflicting_labels", message))


def _file_error(code: str, message: str) -> Finding:
    return Finding(line=None, param=None, code=code, message=message)


def _warning(line: int, param: str | None, code: str, message: str) -> Finding:
    return Finding(line=line, param=param, code=code, message=message, is_error=False)
