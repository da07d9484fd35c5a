"""A customer's row, small enough to show."""

from typing import Any

import msgspec

from workers.doctor.finding import Row, clean

_SIZES = ((2000, 40), (200, 20), (40, 5))  # characters of a string, items of a list or an object
_LEVELS = 12


def clipped(row: Row | None, most_bytes: int) -> Row | None:
    """Strings and lists cut until the row fits; None when nothing of it does."""
    if row is None:
        return None
    for characters, items in _SIZES:
        small: Row = _clip(row, characters, items, _LEVELS)
        if len(msgspec.json.encode(small)) <= most_bytes:
            return small
    return None


def _clip(value: Any, characters: int, items: int, levels: int) -> Any:
    if isinstance(value, str):
        return clean(value if len(value) <= characters else value[:characters] + "…")
    if levels == 0 and isinstance(value, list | dict):
        return "…"
    if isinstance(value, list):
        return [_clip(item, characters, items, levels - 1) for item in value[:items]]
    if isinstance(value, dict):
        first = list(value.items())[:items]
        return {clean(key[:100]): _clip(item, characters, items, levels - 1) for key, item in first}
    return value
