"""JSON documents: an array, or an object that holds rows, is keyed by them, or is divided into pages."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

from kernel.rows import Limits
from workers.doctor.finding import Finding, Row, quoted
from workers.doctor.readers.content import Content, FileSource, Rows, note, refusal, unreadable
from workers.doctor.readers.cursor import Broken, Cursor
from workers.doctor.readers.encoding import Coding
from workers.doctor.readers.jsonl import is_deeper, too_deep
from workers.doctor.readers.lines import decoded
from workers.doctor.readers.members import (
    ROW_KEYS,
    Place,
    are_columns,
    are_numbered_columns,
    columns_of_lists,
    columns_of_objects,
    elements_at,
    not_read,
    place_of_rows,
    rows_of_lists,
    survey,
)
from workers.doctor.readers.repeated import said_of
from workers.doctor.readers.squad import has_paragraphs, paragraphs

_LOOKED_AT = 50  # elements that decide the shape

Shape = Callable[[Cursor], Iterator[Any]]  # yields rows, scalars or Findings


def open_document(content: Content, coding: Coding, limits: Limits) -> FileSource | Finding:
    with _cursor(content, coding, limits) as cursor:
        is_array = cursor.peek() == "["
    notes: tuple[Finding, ...] = ()
    try:
        if is_array:
            shape: Shape = _elements
        else:
            found = _shape_of_object(content, coding, limits)
            if isinstance(found, Finding):
                return found
            shape, notes = found
    except Broken as error:
        return _broken(1, error)
    if (
        not is_array
        and content.size > limits.document_bytes
        and shape in (_pages, _single, columns_of_lists, columns_of_objects)
    ):
        return refusal("document_too_large", limit=limits.document_bytes // 1024**2)
    return FileSource(
        syntax="json", encoding=coding.name, notes=notes, read=lambda: _rows(content, coding, limits, shape)
    )


@contextmanager
def _cursor(content: Content, coding: Coding, limits: Limits) -> Iterator[Cursor]:
    with content.open() as file, decoded(file, coding) as text:
        yield Cursor(text, limits.line_bytes)


def _rows(content: Content, coding: Coding, limits: Limits, shape: Shape) -> Rows:
    """Yield (place among the rows, row)."""
    number = 0
    with _cursor(content, coding, limits) as cursor:
        try:
            for value in shape(cursor):
                number += 1
                for name in dict.fromkeys(cursor.repeated):
                    yield number, said_of(name, number)
                yield number, _row(value, number, limits.nesting)
            cursor.end()
        except Broken as error:
            yield number + 1, _broken(number + 1, error)


def _row(value: Any, line: int, nesting: int) -> Row | Finding:
    if is_deeper(value, nesting):
        return too_deep(line, nesting)
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        return unreadable("invalid_json", line, reason="bytes")
    except ValueError:
        return unreadable("invalid_json", line, reason="number")
    if isinstance(value, dict):
        return value
    if value is None or isinstance(value, list):
        return unreadable("not_an_object", line)
    return {"text": value if isinstance(value, str) else json.dumps(value)}


def _broken(line: int, error: Broken) -> Finding:
    return Finding(line=line, param=None, code=error.code, values=error.values)


def _shape_of_object(
    content: Content, coding: Coding, limits: Limits
) -> tuple[Shape, tuple[Finding, ...]] | Finding:
    with _cursor(content, coding, limits) as cursor:
        members = survey(cursor)
    place = place_of_rows(members)
    if isinstance(place, Finding):
        return place
    if place is not None:
        return _shape_at(content, coding, limits, place), not_read(members, place)
    if are_columns(members):
        return columns_of_lists, ()
    values: dict[str, Any] = {}
    with _cursor(content, coding, limits) as cursor:
        try:
            values.update(islice(_pairs(cursor), _LOOKED_AT))
        except Broken:
            if not values:
                raise
    shape = _shape_of_values(values)
    notes = (note("document_pages", names=quoted(list(values)[:5])),) if shape is _pages else ()
    return shape, notes


def _shape_at(content: Content, coding: Coding, limits: Limits, place: Place) -> Shape:
    if place.names:
        return partial(rows_of_lists, path=place.path, names=place.names)
    if len(place.path) == 1:
        with _cursor(content, coding, limits) as cursor:
            if has_paragraphs(cursor, place.path[0]):
                return partial(paragraphs, wrapper=place.path[0])
    return partial(elements_at, path=place.path)


def _shape_of_values(values: dict[str, Any]) -> Shape:
    if are_numbered_columns(values):
        return columns_of_objects
    if any(key in values for key in ROW_KEYS):
        return _single
    if all(isinstance(value, str | int | float) for value in values.values()):
        return _scalars
    rows = [value for value in values.values() if isinstance(value, dict)]
    if len(rows) == len(values) and len(rows) > 1 and _are_alike(rows):
        return _keyed
    return _pages


def _are_alike(rows: list[dict[str, Any]]) -> bool:
    """True when they have most keys in common and hold nothing deeper than a list."""
    shared = set.intersection(*(set(row) for row in rows))
    largest = max(len(row) for row in rows)
    return 2 * len(shared) >= largest > 0 and not any(is_deeper(row, 2) for row in rows)


def _elements(cursor: Cursor) -> Iterator[Any]:
    for _ in cursor.elements():
        yield cursor.value()


def _pairs(cursor: Cursor) -> Iterator[tuple[str, Any]]:
    for key in cursor.names():
        yield key, cursor.value()


def _single(cursor: Cursor) -> Iterator[Any]:
    yield cursor.value()


def _scalars(cursor: Cursor) -> Iterator[Row]:
    for key, value in _pairs(cursor):
        yield {"key": key, "value": value}


def _keyed(cursor: Cursor) -> Iterator[Any]:
    for key, value in _pairs(cursor):
        if not isinstance(value, dict):
            yield value
        elif "id" in value:
            yield {"key": key, **value}
        else:
            yield {"id": key, **value}


def _pages(cursor: Cursor) -> Iterator[Row]:
    for key, value in _pairs(cursor):
        yield {"title": key, "text": written_out(value)}


def written_out(value: Any) -> str:
    """What a value says, one piece a line, names before what they name."""
    return "\n".join(_pieces(value))


def _pieces(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            is_short = not isinstance(inner, dict | list)
            yield f"{key}: {'' if inner is None else inner}" if is_short else f"{key}:"
            if not is_short:
                yield from _pieces(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pieces(inner)
    elif value is not None:
        yield str(value)
