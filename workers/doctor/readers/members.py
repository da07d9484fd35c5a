"""Where in a JSON object its rows are, and what else is in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from workers.doctor.finding import Finding, Row, cut, quoted
from workers.doctor.readers.content import note, refusal
from workers.doctor.readers.cursor import Broken, Cursor
from workers.doctor.readers.names import is_known

Path = tuple[str, ...]

_WRAPPERS = (
    "data",
    "rows",
    "examples",
    "items",
    "records",
    "train",
    "training",
    "results",
    "samples",
    "dataset",
)
_NAMES = ("columns", "column_names", "header", "headers", "fields", "names")  # of the columns, beside lists
ROW_KEYS = ("messages", "conversations", "instruction", "prompt", "input", "text")  # of a file with one row
_LEVELS = 3


@dataclass(slots=True)
class Place:
    """A value of the object: what its elements open with, how many there are, and the first ones."""

    path: Path
    opens: str
    count: int = 0
    element: str = ""
    texts: list[Any] = field(default_factory=list)
    names: tuple[str, ...] = ()  # of the columns, where the rows are lists

    @property
    def holds_rows(self) -> bool:
        return self.opens == "[" and self.element == "{"


def survey(cursor: Cursor) -> list[Place]:
    """Every value down to the third level, up to where the document is broken."""
    found: list[Place] = []
    try:
        _look(cursor, (), found)
    except Broken:
        if not found:
            raise
    return found


def _look(cursor: Cursor, path: Path, found: list[Place]) -> None:
    for key in cursor.names():
        place = Place((*path, key), cursor.peek())
        found.append(place)
        if place.opens == "[":
            for _ in cursor.elements():
                place.element = place.element or cursor.peek()
                place.count += 1
                if place.element in "[{":
                    cursor.skip()
                else:
                    value = cursor.value()
                    if place.count <= 1000:
                        place.texts.append(value)
        elif place.opens == "{" and len(place.path) < _LEVELS:
            _look(cursor, place.path, found)
        else:
            cursor.skip()


def place_of_rows(members: list[Place]) -> Place | Finding | None:
    """The array of rows; a finding when there are several that may be it; None when there is none."""
    top = {place.path[0] for place in members}
    for place in _by_wrapper(members):
        if place.holds_rows:
            return place
        if place.element == "[" and (names := _names_beside(members, place)):
            place.names = names
            return place
    if any(key in top for key in ROW_KEYS):
        return None
    rows = [place for place in members if place.holds_rows and len(place.path) == 1]
    if len(rows) > 1:
        return refusal("unclear_rows", names=quoted(place.path[0] for place in rows[:10]))
    return next((place for place in rows if place.count > 1), None)


def _by_wrapper(members: list[Place]) -> Iterator[Place]:
    """Arrays that are called as rows are, the outermost first, and train before test."""
    arrays = [place for place in members if place.opens == "[" and place.path[-1].casefold() in _WRAPPERS]
    return iter(
        sorted(arrays, key=lambda place: (len(place.path), _WRAPPERS.index(place.path[-1].casefold())))
    )


def _names_beside(members: list[Place], rows: Place) -> tuple[str, ...]:
    for place in members:
        are_names = bool(place.texts) and all(isinstance(name, str) for name in place.texts)
        if are_names and place.path[:-1] == rows.path[:-1] and place.path[-1].casefold() in _NAMES:
            return tuple(place.texts)
    return ()


def not_read(members: list[Place], rows: Place) -> tuple[Finding, ...]:
    """Everything else in the document, by name, with the number of elements."""
    beside = [
        place
        for place in members
        if len(place.path) <= len(rows.path)
        and place.path != rows.path
        and place.path[:-1] == rows.path[: len(place.path) - 1]
        and place.path != rows.path[: len(place.path)]
        and not (rows.names and place.path[-1].casefold() in _NAMES)
    ]
    if not beside:
        return ()
    names = ", ".join(
        f"{cut('.'.join(place.path))!r}" + (f" ({place.count})" if place.opens == "[" else "")
        for place in beside[:10]
    )
    return (note("rows_of_member", name=cut(".".join(rows.path)), names=names),)


def are_columns(members: list[Place]) -> bool:
    """True for an object of columns: lists of one length, of which one at least has a known name."""
    if len(members) < 2 or any(place.opens != "[" or place.element in ("[", "{") for place in members):
        return False
    return len({place.count for place in members}) == 1 and any(is_known(place.path[0]) for place in members)


def are_numbered_columns(values: dict[str, Any]) -> bool:
    """True for an object of columns as pandas writes it: each with its values by the number of the row."""
    columns = list(values.values())
    if len(columns) < 2 or not all(isinstance(column, dict) and column for column in columns):
        return False
    return any(map(is_known, values)) and all(
        column.keys() == columns[0].keys() and all(key.isdigit() for key in column) for column in columns
    )


def elements_at(cursor: Cursor, path: Path) -> Iterator[Any]:
    for key in cursor.names():
        if key != path[0]:
            cursor.skip()
        elif len(path) > 1:
            yield from elements_at(cursor, path[1:])
        else:
            for _ in cursor.elements():
                yield cursor.value()


def rows_of_lists(cursor: Cursor, path: Path, names: tuple[str, ...]) -> Iterator[Any]:
    for values in elements_at(cursor, path):
        fits = isinstance(values, list) and len(values) == len(names)
        yield dict(zip(names, values, strict=True)) if fits else values


def columns_of_lists(cursor: Cursor) -> Iterator[Row]:
    columns: dict[str, list[Any]] = {}
    for key in cursor.names():
        columns[key] = []
        for _ in cursor.elements():
            columns[key].append(cursor.value())
    for values in zip_longest(*columns.values()):
        yield dict(zip(columns, values, strict=True))


def columns_of_objects(cursor: Cursor) -> Iterator[Row]:
    columns: dict[str, dict[str, Any]] = {}
    for key in cursor.names():
        columns[key] = {}
        for number in cursor.names():
            columns[key][number] = cursor.value()
    for number in dict.fromkeys(number for column in columns.values() for number in column):
        yield {name: column.get(number) for name, column in columns.items()}
