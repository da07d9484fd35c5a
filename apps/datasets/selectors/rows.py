"""Reads on rows: page by page from the plain form, and by what they say."""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

import msgspec
from django.db.models import Exists, OuterRef, QuerySet

from apps.core.objects import store
from apps.core.tenancy import tenant_scope, tenant_transaction
from apps.datasets.models import File, FileRow, bad_rows_key

_PAGE_BYTES = 4 * 1024**2  # a page ends early when its rows are long
_SEARCH_BYTES = 32 * 1024**2  # what one request looks through; the next goes on from there
Row = dict[str, Any]


class Place(NamedTuple):
    """Where a row is in its file."""

    number: int
    line: int
    offset: int
    hash: bytes


class ShownRow(NamedTuple):
    number: int
    line: int
    hash: str | None  # None of a row with errors
    row: Row


class RowPage(NamedTuple):
    """`last_number` is where the next page goes on, also when nothing was found so far."""

    rows: list[ShownRow]
    has_more: bool
    last_number: int | None


def rows_of(tenant_id: str, file_id: str) -> QuerySet[FileRow]:
    """A file's rows; to be read within the tenant's scope."""
    return FileRow.objects.for_tenant(tenant_id).filter(file_id=file_id)


def list_rows(tenant_id: str, file: File, *, after: int, line: int, limit: int) -> RowPage:
    """Rows behind the number `after`, none of them before `line`."""
    with tenant_scope(tenant_id):
        rows = rows_of(tenant_id, file.id).order_by("number")
        start = max(after + 1, _number_at(rows, line) if line else 0)
        found = rows.filter(number__gte=start).values_list(*Place._fields)
        places = [Place(*each) for each in found[: limit + 1]]
    shown = show_rows(file, places[:limit])
    return _page(shown, len(shown) < len(places))


def _number_at(rows: QuerySet[FileRow], line: int) -> int:
    """The number of the first row at a line or after it: lines rise with the numbers, which have no gaps."""
    last = rows.values_list("number", flat=True).last()
    lines = rows.values_list("line", flat=True)
    return 0 if last is None else bisect_left(range(last + 1), line, key=lambda n: lines.get(number=n))


def plain_rows(file: File) -> Iterator[tuple[int, bytes]]:
    """(line, JSON) of every row of a processed file, in order."""
    with store.open(file.training_key) as lines:
        for line, data in enumerate(lines, start=1):
            if not data.isspace():
                yield line, data


def places_of(tenant_id: str, file_id: str, numbers: list[int]) -> list[Place]:
    """Where rows of these numbers are, in order."""
    with tenant_scope(tenant_id):
        rows = rows_of(tenant_id, file_id).filter(number__in=numbers).order_by("number")
        return [Place(*each) for each in rows.values_list(*Place._fields)]


@tenant_transaction
def lines_of(tenant_id: str, file_id: str, numbers: list[int]) -> list[int]:
    """The lines on which rows of these numbers are, in order."""
    rows = rows_of(tenant_id, file_id).filter(number__in=numbers).order_by("number")
    return list(rows.values_list("line", flat=True))


def search_rows(
    tenant_id: str, file: File, *, after: int, limit: int, text: str = "", label: str | None = None
) -> RowPage:
    """Rows behind `after` with this text in any of their values (case and width folded) and this label."""
    with tenant_scope(tenant_id):
        first = rows_of(tenant_id, file.id).filter(number__gt=after).order_by("number")
        start = first.values_list("number", "line", "offset").first()
    if start is None:
        return RowPage([], False, None)
    with store.open(file.training_key) as plain:
        numbers, last, is_end = _search(plain, start, limit, _Wanted(text, label))
    shown = show_rows(file, places_of(tenant_id, file.id, numbers))
    if len(shown) < len(numbers):
        return _page(shown, True)
    return RowPage(shown, not is_end, last)


def list_bad_rows(tenant_id: str, file: File, *, after: int, limit: int) -> RowPage:
    """The rows with errors that were kept, numbered from 0."""
    kept = store.open_if_there(bad_rows_key(tenant_id, file.id))
    if kept is None:
        return RowPage([], False, None)
    with kept:
        found = list(islice(enumerate(kept), after + 1, after + limit + 2))
    rows = [(number, msgspec.json.decode(data)) for number, data in found[:limit]]
    shown = [ShownRow(number, each["line"], None, each["row"]) for number, each in rows]
    return _page(shown, len(found) > limit)


def _page(shown: list[ShownRow], has_more: bool) -> RowPage:
    return RowPage(shown, has_more, shown[-1].number if shown else None)


def show_rows(file: File, places: list[Place]) -> list[ShownRow]:
    """Their rows, as many as a page takes. Where no place is named the file may have no rows at all."""
    shown: list[ShownRow] = []
    if not places:
        return shown
    size = 0
    for place, data in _read(file, places):
        size += len(data)
        if shown and size > _PAGE_BYTES:
            break
        shown.append(ShownRow(place.number, place.line, bytes(place.hash).hex(), msgspec.json.decode(data)))
    return shown


def _read(file: File, places: Iterable[Place]) -> Iterator[tuple[Place, bytes]]:
    with store.open(file.training_key) as plain:
        for place in places:
            plain.seek(place.offset)
            yield place, plain.readline()


class _Wanted:
    """What a row must hold."""

    def __init__(self, text: str, label: str | None) -> None:
        self._text, self._label = _folded(text), label

    def fits(self, row: Row) -> bool:
        if self._label is not None and row.get("label") != self._label:
            return False
        said = {**row, "sha256": None}  # of a picture's or recording's digits nobody asks for one
        return not self._text or any(self._text in _folded(text) for text in _texts(said))


def _search(
    plain: BinaryIO, start: tuple[int, int, int], limit: int, wanted: _Wanted
) -> tuple[list[int], int, bool]:
    """(numbers that fit, the last number looked at, whether that was the file's end)."""
    number, _, offset = start
    found: list[int] = []
    plain.seek(offset)
    seen, number = 0, number - 1
    for data in plain:
        if seen > _SEARCH_BYTES or len(found) == limit:
            return found, number, False
        seen += len(data)
        if data.isspace():
            continue
        number += 1
        if wanted.fits(msgspec.json.decode(data)):
            found.append(number)
    return found, number, True


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif value is not None:
        yield str(value)


def _folded(text: str) -> str:
    """Capitals and full-width forms are what they stand for."""
    return unicodedata.normalize("NFKC", text).casefold()


class Repeated(NamedTuple):
    rows: int
    lines: list[int]  # the first


@tenant_transaction
def find_repeated_rows(tenant_id: str, file_id: str, other_id: str, *, most: int = 20) -> Repeated:
    """Rows of a file that ask what a row of another asks: by what a model sees of them."""
    twins = rows_of(tenant_id, other_id).filter(input_hash=OuterRef("input_hash"))
    rows = rows_of(tenant_id, file_id).filter(Exists(twins)).order_by("number")
    lines = list(rows.values_list("line", flat=True))
    return Repeated(len(lines), lines[:most])
