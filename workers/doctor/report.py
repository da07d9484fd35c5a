"""What was found in a file (docs/contracts.md, "Report"), bounded in size however bad the file is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kernel.rows import RowFormat
from workers.doctor.advice import Counts
from workers.doctor.finding import Finding, Row

MAX_FINDINGS = 100
_LOSES_ROWS = {"drop_rows", "drop_duplicates", "drop_near_duplicates"}
UNEXAMINED: dict[str, Any] = {
    "lengths": None,
    "duplicates": {"exact": 0, "near": 0, "groups": []},
    "languages": [],
    "sensitive": [],
    "label_suspects": [],
    "examined": {"rows": 0, "of": 0},
}


@dataclass(slots=True)
class Report:
    """Filled while the file is read once, from top to bottom."""

    format: RowFormat | None = None
    syntax: str | None = None
    encoding: str | None = None
    spelling: str | None = None
    mapping: dict[str, Any] | None = None
    columns: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 0
    errors: list[Finding] = field(default_factory=list)
    error_count: int = 0
    warnings: list[Finding] = field(default_factory=list)
    warning_count: int = 0
    counts: Counts = field(default_factory=Counts)
    fixes: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    sample: list[Row] = field(default_factory=list)
    looks: dict[str, Any] = field(default_factory=lambda: dict(UNEXAMINED))

    def add(self, finding: Finding) -> None:
        """Keep a finding, or only count it once there are enough."""
        self.counts.add(finding)
        if finding.is_error:
            self.error_count += 1
            if len(self.errors) < MAX_FINDINGS:
                self.errors.append(finding)
        else:
            self.warning_count += 1
            if len(self.warnings) < MAX_FINDINGS:
                self.warnings.append(finding)

    def add_row(self, findings: Iterable[Finding]) -> None:
        """All findings of one row; a fix counts it once."""
        self.fixes.update({finding.fix for finding in findings if finding.fix})
        for finding in findings:
            self.add(finding)

    def take_looks(self, found: dict[str, Any]) -> None:
        """Join what `examine` found."""
        for finding in found.pop("warnings", ()):
            self.add(finding)
        for code, rows in found.pop("totals", {}).items():
            self.warning_count += self.counts.total(code, rows)
        self.fixes.update(found.pop("fixes", {}))
        self.looks |= found

    def to_json(self) -> dict[str, Any]:
        """The report's body, safe to store as jsonb."""
        return {
            "format": self.format,
            "rows": self.rows,
            "syntax": self.syntax,
            "encoding": self.encoding,
            "spelling": self.spelling,
            "mapping": self.mapping,
            "columns": self.columns,
            "advice": self.counts.advice(),
            "errors": [finding.to_json() for finding in self.errors],
            "error_count": self.error_count,
            "errors_truncated": self.error_count > len(self.errors),
            "warnings": [finding.to_json() for finding in self.warnings],
            "warning_count": self.warning_count,
            "fixes": [
                {"code": code, "rows": rows, "loses_rows": code in _LOSES_ROWS}
                for code, rows in self.fixes.most_common()
                if rows
            ],
            "labels": self.label_counts(),
            "sample": self.sample,
            **self.looks,
        }

    def label_counts(self) -> list[dict[str, Any]]:
        """The most frequent label first."""
        ordered = sorted(self.labels.items(), key=lambda item: (-item[1], item[0]))
        return [{"label": label, "rows": rows} for label, rows in ordered]
