"""An Excel workbook: the first sheet with rows, its cells as values, its own row numbers."""

import datetime
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat, zip_longest
from typing import Any

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from kernel.rows import Limits
from workers.doctor.finding import Finding, Row, cut, quoted
from workers.doctor.readers.content import Content, FileSource, Rows, note, refusal, unreadable
from workers.doctor.readers.header import Header, Record, read_header
from workers.doctor.readers.lines import too_long
from workers.doctor.readers.workbook_parts import has_formulas, suspicious_part
from workers.doctor.readers.zips import UNREADABLE

_LAST_ROW = 1_048_576
_LOOKED_AT = 50  # records that show whether the first one names the columns
_BROKEN = (*UNREADABLE, SyntaxError, InvalidFileException, LookupError, TypeError, AttributeError)
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")

Cells = list[Any]


class _Reader(ExcelReader):  # type: ignore[misc]  # openpyxl has no types
    """Leaves the shared strings as they are written: openpyxl takes half of their escapes away."""

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as file:
            self.shared_strings = []
            for _, node in iterparse(file):
                if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                    self.shared_strings.append(Text.from_tree(node).content)
                    node.clear()


def open_workbook(content: Content, members: list[zipfile.ZipInfo], limits: Limits) -> FileSource | Finding:
    problem = suspicious_part(content, members)
    if problem is not None:
        return problem
    formulas = has_formulas(content, members)
    try:
        with _book(content, values=True) as book:
            filled = {sheet: head for sheet in _sheets(book) if (head := _head(book, sheet))}
    except _BROKEN:
        return refusal("invalid_xlsx")
    if not filled:
        return refusal("empty_file")
    first, head = next(iter(filled.items()))
    header = read_header(head)
    if len(header.names) > limits.columns:
        return refusal("too_many_columns", reason="table", limit=limits.columns)
    return FileSource(
        syntax="xlsx",
        columns=header.names,
        notes=(*_notes(list(filled)), *header.notes),
        read=lambda: _rows(content, first, header, formulas, limits.line_bytes),
    )


def _notes(filled: list[str]) -> tuple[Finding, ...]:
    if len(filled) == 1:
        return ()
    return (note("sheets_not_read", name=cut(filled[0]), names=quoted(filled[1:6])),)


@contextmanager
def _book(content: Content, *, values: bool) -> Iterator[Workbook]:
    """`values`: of a formula, what it came to when the workbook was saved."""
    with content.open() as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = _Reader(file, read_only=True, data_only=values, keep_links=False)
        reader.read()
        book = reader.wb
        try:
            yield book
        finally:
            book.close()


def _sheets(book: Workbook) -> Iterator[str]:
    """Sheets of cells, the ones that are shown first."""
    sheets = sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")
    return (sheet.title for sheet in sheets)


def _head(book: Workbook, sheet: str) -> list[Record]:
    """The first records that hold something, up to one that cannot be read."""
    head: list[Record] = []
    try:
        for number, cells in _records(book, sheet):
            texts = [_shown(cell) for cell in cells]
            if any(texts):
                head.append((number, texts))
            if len(head) == _LOOKED_AT:
                break
    except _BROKEN:
        if not head:
            raise
    return head


def _records(book: Workbook, sheet: str) -> Iterator[tuple[int, Cells]]:
    """The rows that are there, with their numbers. What a sheet says of its own size is not believed."""
    page: Any = book[sheet]
    page.reset_dimensions()
    for number, cells in enumerate(page.iter_rows(), start=1):
        if number > _LAST_ROW:
            raise ValueError("row beyond the last")
        if cells:
            yield number, list(cells)


def _rows(content: Content, sheet: str, header: Header, formulas: bool, limit: int) -> Rows:
    number = passed = 0
    try:
        with _book(content, values=True) as book:
            for number, cells, written in _with_formulas(content, book, sheet, formulas):
                if not any(_shown(cell) for cell in (*cells, *written)):
                    continue
                if passed < header.records:
                    passed += 1
                    continue
                if header.is_again([_shown(cell) for cell in cells[: len(header.written)]]):
                    yield number, note("repeated_header", number)
                    continue
                row = _row(number, cells, written, header.names)
                yield number, too_long(number, limit) if _is_longer(row, limit) else row
    except _BROKEN:
        yield number + 1, unreadable("invalid_xlsx", number + 1, reason="rest", last=number)


def _with_formulas(
    content: Content, book: Workbook, sheet: str, formulas: bool
) -> Iterator[tuple[int, Cells, Cells]]:
    """Each row's cells as values and, if there are formulas, as they are written."""
    if not formulas:
        yield from ((number, cells, []) for number, cells in _records(book, sheet))
        return
    with _book(content, values=False) as again:
        for (number, cells), (_, written) in zip(_records(book, sheet), _records(again, sheet), strict=True):
            yield number, cells, written


def _row(number: int, cells: Cells, written: Cells, names: tuple[str, ...]) -> Row | Finding:
    for name, cell, formula in zip(names, cells, written or repeat(None), strict=False):
        if formula is not None and formula.data_type == "f" and cell.value is None:
            return unreadable("formula_without_value", number, name)
        if cell.data_type == "e":
            return unreadable("error_cell", number, name, value=cut(cell.value))
    if any(_shown(cell) for cell in cells[len(names) :]):
        return unreadable("wrong_column_count", number, found=len(cells), wanted=len(names))
    return {name: _value(cell) for name, cell in zip_longest(names, cells[: len(names)])}


def _is_longer(row: Row | Finding, limit: int) -> bool:
    return (
        isinstance(row, dict) and sum(len(value) for value in row.values() if isinstance(value, str)) > limit
    )


def _value(cell: Any) -> Any:
    """A cell's value as JSON has it; a date without a time of day is a date."""
    value = "" if cell is None or cell.value is None else cell.value
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, str):
        return _unescaped(value) if "_x" in value else value
    return value if isinstance(value, bool | int | float) else str(value)


def _unescaped(text: str) -> str:
    """A text without Office Open XML's escapes: `_x000D_` is a carriage return, `_x005F_` an underscore.

    Source: ECMA-376, part 1, 22.9.2.19 (ST_Xstring)
    """
    units = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _shown(cell: Any) -> str:
    return str(_value(cell)).strip()
