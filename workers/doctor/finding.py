"""One thing wrong, and how to say it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from workers.doctor.sentences import SENTENCES

Row = dict[str, Any]
Value = str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`line` is 1-based, None for the whole file; `param` is the path inside the row, `fix` what mends it.

    `values` are what its sentence names beside these. `reason` among them chooses between a code's sentences.
    """

    line: int | None
    param: str | None
    code: str
    values: dict[str, Value] = field(default_factory=dict)
    is_error: bool = True
    fix: str | None = None

    @property
    def message(self) -> str:
        """In English; the dashboard says it in its reader's language."""
        reason = self.values.get("reason")
        sentence = SENTENCES[self.code if reason is None else f"{self.code}/{reason}"]
        return sentence.format(line=self.line, param=self.param, **self.values)

    def to_json(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "param": self.param,
            "code": self.code,
            "message": clean(self.message),
            "values": {
                name: clean(value) if isinstance(value, str) else value for name, value in self.values.items()
            },
            "fix": self.fix,
        }


def cut(value: object) -> str:
    """A customer's own value, short enough to read."""
    text = str(value)
    return text if len(text) <= 40 else text[:40] + "…"


def quoted(values: Iterable[object]) -> str:
    """Several of them."""
    return ", ".join(repr(cut(value)) for value in values)


def clean(text: str) -> str:
    """PostgreSQL stores neither NUL nor half a surrogate pair."""
    return text.replace("\0", "�").encode("utf-8", "replace").decode()
