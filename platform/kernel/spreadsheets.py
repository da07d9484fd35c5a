"""CSV that people open in a spreadsheet: no cell of it runs as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

MARK = b"\xef\xbb\xbf"  # without it, spreadsheets misread what is not English
# What a spreadsheet takes for the beginning of a formula, also in full width (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def as_csv(records: Iterable[Sequence[object]]) -> bytes:
    """Rows of a table. None is an empty cell."""
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in record] for record in records)
    return text.getvalue().encode()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
