"""What only the whole file shows."""

from collections.abc import Iterator

from kernel.rows import RowFormat
from workers.doctor.finding import Finding, Row, cut
from workers.doctor.formats.fields import as_time, warning
from workers.doctor.keeping import MAX_LABELS
from workers.doctor.report import Report


class Whole:
    """Watches the sound rows go by."""

    def __init__(self, format: RowFormat) -> None:
        self._format = format
        self._has_tools = self._is_unordered = False
        self._last_time = float("-inf")

    def look(self, line: int, row: Row) -> Iterator[Finding]:
        """What a row shows together with those before it, said once."""
        if not self._has_tools and _tools(row):
            self._has_tools = True
            yield warning(line, "tools", "tools_need_template")
        if self._format is RowFormat.SERIES and not self._is_unordered:
            yield from self._look_at_order(line, row)

    def _look_at_order(self, line: int, row: Row) -> Iterator[Finding]:
        time = as_time(row["timestamp"])
        assert time is not None  # the row is sound
        if time < self._last_time:
            self._is_unordered = True
            yield warning(line, "timestamp", "unordered_rows")
        self._last_time = time


def too_many_labels(line: int) -> Finding:
    return Finding(line=line, param="label", code="too_many_labels", values={"limit": MAX_LABELS})


def check_end(report: Report) -> Iterator[Finding]:
    """When all rows were read."""
    if report.rows == 0 and not report.errors:
        yield Finding(line=None, param=None, code="empty_file")
    if report.format is RowFormat.CLASSIFICATION and len(report.labels) == 1 and not report.errors:
        only = cut(next(iter(report.labels)))
        yield Finding(line=None, param="label", code="too_few_labels", values={"value": only})
    for label, rows in sorted(report.labels.items()):
        if rows == 1:
            yield warning(None, "label", "rare_label", value=cut(label))


def _tools(row: Row) -> bool:
    asked = row.get("input")
    return bool(row.get("tools") or (isinstance(asked, dict) and asked.get("tools")))
