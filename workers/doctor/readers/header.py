"""Whether a table's first record names its columns, and what they are then called."""

from collections import Counter
from dataclasses import dataclass

from workers.doctor.readers.names import is_known

_MAX_NAME_CHARACTERS = 64
_SENTENCE_ENDS = ("。", "！", "？", "!", ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`names` are as in the file, trimmed, each one once. Without a written header they are numbered."""

    names: tuple[str, ...]
    is_written: bool


def read_header(records: list[list[str]]) -> Header:
    """Look at the first records; there is at least one."""
    first = [name.strip() for name in records[0]]
    while (
        len(first) > 1 and not first[-1] and all(not record[len(first) - 1 :][:1] for record in records[1:])
    ):
        first.pop()
    if _names_columns(first, records[1:]):
        return Header(names=unique(first), is_written=True)
    return Header(names=unique([""] * len(first)), is_written=False)


def unique(names: list[str]) -> tuple[str, ...]:
    """Give a number to names that are blank or repeated."""
    kept: dict[str, None] = {}
    again: Counter[str] = Counter()
    for place, name in enumerate(names, start=1):
        base = free = name or f"column_{place}"
        while free in kept:
            again[base] += 1
            free = f"{base}_{again[base] + 1}"
        kept[free] = None
    return tuple(kept)


def _names_columns(first: list[str], rest: list[list[str]]) -> bool:
    if any(is_known(name) for name in first):
        return True
    names = [name for name in first if name]
    if not names or len(set(names)) < len(names) or not all(_is_name(name) for name in names):
        return False
    return not any(_recurs(name, place, rest) for place, name in enumerate(first) if name)


def _is_name(text: str) -> bool:
    if len(text) > _MAX_NAME_CHARACTERS or "\n" in text or text.endswith(_SENTENCE_ENDS):
        return False
    return not text.replace(".", "").replace("-", "").isdigit()


def _recurs(name: str, place: int, rest: list[list[str]]) -> bool:
    """True when the same word stands further down in the column, as a label does."""
    return any(place < len(record) and record[place].strip() == name for record in rest)
