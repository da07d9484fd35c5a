"""Reads on what changed from one file to another, page by page, once they were compared."""

from array import array
from typing import NamedTuple

from apps.core.objects import store
from apps.datasets.models import File, diff_key
from apps.datasets.selectors.rows import Row, places_of, show_rows

_NUMBER_BYTES = array("I").itemsize
_COUNTS = 3  # added, removed, kept; then the numbers of the removed rows and of the added ones


class DiffRow(NamedTuple):
    change: str
    number: int
    line: int
    hash: str
    row: Row


class Diff(NamedTuple):
    """`last_number` counts through the whole difference: what was removed, then what was added."""

    added: int
    removed: int
    kept: int
    rows: list[DiffRow]
    has_more: bool
    last_number: int | None


def list_changes(tenant_id: str, old: File, new: File, *, after: int, limit: int) -> Diff | None:
    """A page of what changed; None: nobody compared these files yet."""
    key = diff_key(tenant_id, new.id, old.id)
    try:
        added, removed, kept = _read(key, 0, _COUNTS)
        start = after + 1
        numbers = _read(key, _COUNTS + start, limit)
    except FileNotFoundError:
        return None
    split = max(0, removed - start)
    rows = _shown(tenant_id, old, numbers[:split], "removed")
    if len(rows) == len(numbers[:split]):  # else the page is full
        rows += _shown(tenant_id, new, numbers[split:], "added")
    return Diff(
        added=added,
        removed=removed,
        kept=kept,
        rows=rows,
        has_more=start + len(rows) < removed + added,
        last_number=after + len(rows) if rows else None,
    )


def _read(key: str, start: int, count: int) -> list[int]:
    return array("I", store.read_range(key, start * _NUMBER_BYTES, count * _NUMBER_BYTES)).tolist()


def _shown(tenant_id: str, file: File, numbers: list[int], change: str) -> list[DiffRow]:
    if not numbers:
        return []
    rows = show_rows(file, places_of(tenant_id, file.id, numbers))
    return [DiffRow(change, row.number, row.line, row.hash or "", row.row) for row in rows]
