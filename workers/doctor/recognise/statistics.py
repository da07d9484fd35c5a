"""What a sample of rows shows of each column."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from workers.doctor.finding import Row
from workers.doctor.formats import numbers
from workers.doctor.recognise.parts import parsed

Kind = Literal["text", "number", "boolean", "list", "object", "empty"]

_MAX_LABELS = 200
_MAX_LABEL_CHARACTERS = 60
_LONG_UNIX_TIME = 100_000_000  # seconds: later than 1973


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`rows` that hold something, `distinct` values among them; lengths are in characters.

    `mark` is the decimal mark of numbers that are not all written plainly.
    """

    name: str
    kind: Kind
    rows: int
    distinct: int
    mean_length: float
    is_time: bool
    has_fractions: bool
    mark: numbers.Mark | None = None

    @property
    def is_label(self) -> bool:
        """True for few, short values that come again and again."""
        if self.kind not in ("text", "boolean", "number") or self.has_fractions or self.is_time:
            return False
        few = min(_MAX_LABELS, max(2, self.rows // 2), self.rows - 1)
        return 2 <= self.distinct <= few and self.mean_length <= _MAX_LABEL_CHARACTERS

    @property
    def is_prose(self) -> bool:
        """True for text that hardly repeats and is longer than a name."""
        return self.kind == "text" and not self.is_time and self.mean_length >= 8 and not self.is_label


def columns_of(sample: list[Row], names: tuple[str, ...]) -> dict[str, Column]:
    """By name; in the order of the table, or of the first rows."""
    every = dict.fromkeys([*names, *(name for row in sample for name in row)])
    return {name: _column(name, [row.get(name) for row in sample]) for name in every}


def _column(name: str, values: list[Any]) -> Column:
    held = [value for value in values if value is not None and value != ""]
    texts = [value if isinstance(value, str) else str(value) for value in held]
    kind = _kind(held)
    return Column(
        name=name,
        kind=kind,
        rows=len(held),
        distinct=len(set(texts)),
        mean_length=_mean_width(texts),
        is_time=bool(held) and all(_is_time(value) for value in held),
        has_fractions=any(numbers.is_fraction(value) for value in held),
        mark=numbers.decimal_mark(held) if kind == "number" else None,
    )


def _mean_width(texts: list[str]) -> float:
    """A wide character says as much as two narrow ones."""
    return sum(len(text) + sum(c >= "\u2e80" for c in text) for text in texts) / max(1, len(texts))


def _kind(held: list[Any]) -> Kind:
    """What nine of ten values are."""
    counts = Counter(_kind_of(value) for value in held)
    if not counts:
        return "empty"
    kind, count = counts.most_common(1)[0]
    return kind if count >= 0.9 * len(held) else "text"


def _kind_of(value: Any) -> Kind:
    if isinstance(value, str):
        return _kind_of_text(value)
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "object" if isinstance(value, dict) else "list"


def _kind_of_text(text: str) -> Kind:
    found = parsed(text)
    if isinstance(found, dict | list):
        return "object" if isinstance(found, dict) else "list"
    return "number" if numbers.is_number(text) else "text"


def _is_time(value: Any) -> bool:
    if isinstance(value, str) and len(value) >= len("2026-1-1") and not value.isdigit():
        text = value.strip().replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")
        return _is_iso(text) or _is_iso(text.replace(" ", "T"))
    number = numbers.as_number(value)
    return number is not None and number >= _LONG_UNIX_TIME


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(_padded(text))
    except ValueError:
        return False
    return True


def _padded(text: str) -> str:
    """Months and days with two digits: 2026-1-5 as 2026-01-05."""
    date, space, time = text.partition(" ")
    parts = date.split("-")
    return "-".join(part.zfill(2) for part in parts) + space + time
