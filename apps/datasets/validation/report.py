"""What a validation found, bounded in size however bad the file is."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

FileFormat = Literal["chat", "classification"]

MAX_FINDINGS = 100
SAMPLE_ROWS = 5
_SAMPLE_CHARACTERS = 2000  # of one string
_SAMPLE_ITEMS = 40  # of one list or object


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong. `line` is 1-based, None for the whole file; `param` is the path inside the row."""

    line: int | None
    param: str | None
    code: str
    message: str
    is_error: bool = True


@dataclass(slots=True)
class Report:
    """Filled while the file is read once, from top to bottom."""

    format: FileFormat | None = None
    rows: int = 0
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    errors_truncated: bool = False
    warnings_left_out: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    sample: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_valid(self) -> bool:
        return not self.errors

    def add(self, finding: Finding) -> None:
        """Keep a finding, or only count it once there are enough."""
        if finding.is_error:
            if len(self.errors) < MAX_FINDINGS:
                self.errors.append(finding)
            else:
                self.errors_truncated = True
        elif len(self.warnings) < MAX_FINDINGS:
            self.warnings.append(finding)
        else:
            self.warnings_left_out += 1

    def show(self, row: dict[str, Any]) -> None:
        """Keep one of the first rows as a sample, clipped."""
        if len(self.sample) < SAMPLE_ROWS:
            self.sample.append(_clip(row))

    def to_json(self) -> dict[str, Any]:
        """The report's body, safe to store as jsonb."""
        warnings = list(self.warnings)
        if self.warnings_left_out:
            warnings.append(_left_out(self.warnings_left_out))
        return {
            "format": self.format,
            "rows": self.rows,
            "errors": [_as_json(finding) for finding in self.errors],
            "errors_truncated": self.errors_truncated,
            "warnings": [_as_json(finding) for finding in warnings],
            "labels": [
                {"label": label, "rows": rows}
                for label, rows in sorted(self.labels.items(), key=lambda item: (-item[1], item[0]))
            ],
            "sample": self.sample,
        }


def _left_out(count: int) -> Finding:
    message = f"{count} more warnings are not listed."
    return Finding(line=None, param=None, code="more_warnings", message=message, is_error=False)


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "line": finding.line,
        "param": finding.param,
        "code": finding.code,
        "message": clean(finding.message),
    }


def quote(value: object) -> str:
    """A customer's own value inside a message, short enough to read."""
    text = str(value)
    return repr(text if len(text) <= 40 else text[:40] + "…")


def clean(text: str) -> str:
    """PostgreSQL stores neither NUL nor half a surrogate pair."""
    return text.replace("\0", "�").encode("utf-8", "replace").decode()


def _clip(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value if len(value) <= _SAMPLE_CHARACTERS else value[:_SAMPLE_CHARACTERS] + "…")
    if isinstance(value, list):
        return [_clip(item) for item in value[:_SAMPLE_ITEMS]]
    if isinstance(value, dict):
        return {clean(key[:100]): _clip(item) for key, item in list(value.items())[:_SAMPLE_ITEMS]}
    return value
