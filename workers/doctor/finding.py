"""One thing wrong, and how to say it."""

from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`line` is 1-based, None for the whole file; `param` is the path inside the row, `fix` what mends it."""

    line: int | None
    param: str | None
    code: str
    message: str
    is_error: bool = True
    fix: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "param": self.param,
            "code": self.code,
            "message": clean(self.message),
            "fix": self.fix,
        }


def quote(value: object) -> str:
    """A customer's own value inside a message, short enough to read."""
    text = str(value)
    return repr(text if len(text) <= 40 else text[:40] + "…")


def clean(text: str) -> str:
    """PostgreSQL stores neither NUL nor half a surrogate pair."""
    return text.replace("\0", "�").encode("utf-8", "replace").decode()
