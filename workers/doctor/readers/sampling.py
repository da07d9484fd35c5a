"""Rows that stand for the whole file: taken at random from all of it, the same ones each time."""

from collections.abc import Callable, Iterable
from random import Random
from typing import Any, NamedTuple, TypeVar

from workers.doctor.finding import Finding, Row

Unread = TypeVar("Unread")

MOST_ROWS = 1000
_MOST_WEIGHT = 32 * 1024**2
_ITEM = 64  # bytes that a value takes beside its characters


class Sample(NamedTuple):
    """`rows` in the file's order; `unreadable` is the first of the sample that cannot be read."""

    rows: list[Row]
    unreadable: Finding | None


def take_sample(unread: Iterable[Unread], read: Callable[[Unread], Row | Finding]) -> Sample:
    """Go through everything, but `read` only what may stay; hold no more than a few megabytes."""
    chance, most, weight = Random(0), MOST_ROWS, 0
    kept: list[tuple[int, int, Row]] = []  # number, weight, row
    unreadable: Finding | None = None
    for number, item in enumerate(unread):
        place = number if number < most else int(chance.random() * (number + 1))
        if place >= most:
            continue
        row = read(item)
        if isinstance(row, Finding):
            unreadable = unreadable or (row if row.is_error else None)
            continue
        taken = (number, weight_of(row), row)
        if len(kept) < most:
            kept.append(taken)
        else:
            place = int(chance.random() * len(kept))
            weight -= kept[place][1]
            kept[place] = taken
        weight += taken[1]
        while weight > _MOST_WEIGHT and len(kept) > 1:
            weight -= kept.pop(int(chance.random() * len(kept)))[1]
            most = len(kept)
    return Sample([row for _, _, row in sorted(kept, key=lambda one: one[0])], unreadable)


def weight_of(row: Row) -> int:
    """About how many bytes of memory it takes."""
    weight = 0
    waiting: list[Any] = [row]
    while waiting:
        value = waiting.pop()
        weight += _ITEM
        if isinstance(value, str | dict | list):
            weight += len(value)
        if isinstance(value, dict | list):
            waiting.extend(value.values() if isinstance(value, dict) else value)
    return weight
