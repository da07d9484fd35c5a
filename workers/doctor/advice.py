"""What to do first: findings of one kind as one line, the most important one on top."""

from dataclasses import dataclass, field
from typing import Any

from workers.doctor.finding import Finding

_FIRST_LINES = 5
# Of warnings, what spoils a model most comes first; what is not named follows, the most frequent first.
_ORDER = (
    "conflicting_labels",
    "conflicting_answers",
    "sensitive_data",
    "duplicate_rows",
    "near_duplicate_rows",
    "imbalanced_labels",
    "label_variants",
    "misspelled_label",
    "suspected_label",
)


@dataclass(slots=True)
class _Kind:
    """All findings of one code. A row that has several counts once."""

    first: Finding
    rows: int = 0
    lines: list[int] = field(default_factory=list)
    last_line: int | None = None

    def add(self, line: int | None) -> None:
        if line is None or line == self.last_line:
            return
        self.last_line = line
        self.rows += 1
        if len(self.lines) < _FIRST_LINES:
            self.lines.append(line)


class Counts:
    """Counts findings by code. Codes are ours, so there are few."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str | None], _Kind] = {}

    def add(self, finding: Finding) -> None:
        kind = self._kinds.setdefault((finding.code, finding.fix), _Kind(finding))
        kind.add(finding.line)

    def total(self, code: str, rows: int) -> int:
        """So many rows are of this kind: as many more than there were findings are returned."""
        kind = next((kind for (known, _), kind in self._kinds.items() if known == code), None)
        if kind is None or kind.rows >= rows:
            return 0
        more, kind.rows = rows - kind.rows, rows
        return more

    def advice(self) -> list[dict[str, Any]]:
        return [_line(kind) for kind in sorted(self._kinds.values(), key=_importance)]


def _importance(kind: _Kind) -> tuple[int, int, int]:
    code = kind.first.code
    if kind.first.is_error:  # one of the whole file explains the others
        return 0, 0 if kind.first.line is None else 1, -kind.rows
    return 1, _ORDER.index(code) if code in _ORDER else len(_ORDER), -kind.rows


def _line(kind: _Kind) -> dict[str, Any]:
    return {
        "severity": "error" if kind.first.is_error else "warning",
        "code": kind.first.code,
        "rows": kind.rows,
        "lines": kind.lines,
        "param": kind.first.param,
        "fix": kind.first.fix,
    }
