"""Numbers as people write them: with separators, a decimal comma, a unit.

A number that two countries read differently, such as `1,234`, is read by neither rule: only the other numbers
of its column can tell (`decimal_mark`).
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

Mark = Literal[".", ","]

_UNITS = "$€£¥元分个° "
_GROUPS = r"[1-9]\d{0,2}(?:S\d{3})+|[1-9]\d?(?:S\d{2})+S\d{3}"  # and India's
_END = r"(?:[eE][+-]?\d+)?"
_DOT, _COMMA = (
    re.compile(rf"[+-]?(?:(?:{_GROUPS.replace('S', thousands)}|\d+)(?:{mark}\d*)?|{mark}\d+){_END}", re.ASCII)
    for mark, thousands in ((r"\.", ","), (",", r"\."))
)
_SPACED = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'’](?=\d{3}(?!\d))")


def as_number(value: object) -> int | float | None:
    """The finite number that a value is or plainly spells; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        if not value.isascii() or "_" in value:
            return None
        try:
            value = float(value)
        except ValueError:
            return None
        value = int(value) if value.is_integer() and abs(value) < 2**53 else value
    try:
        return value if math.isfinite(value) else None
    except OverflowError:  # an integer beyond any float
        return None


def mended_number(value: object, mark: Mark | None = None) -> int | float | None:
    """A number out of text such as `1,234.5`, `3,5`, `５` (full width), `$3` or `40%` (0.4).

    With the column's decimal mark also out of `1,234`; without it that could be two numbers, and is none.
    """
    if not isinstance(value, str):
        return as_number(value)
    text, is_percent = _bare(value)
    dot, comma = _readings(text)
    if mark is not None:
        found = dot if mark == "." else comma
    elif dot is None or comma is None or dot == comma:
        found = comma if dot is None else dot
    else:
        found = None
    return found / 100 if is_percent and found is not None else found


def decimal_mark(values: Iterable[object]) -> Mark | None:
    """How a column writes fractions, where its numbers are not all plain and agree about it."""
    marks: set[Mark] = set()
    has_commas = False
    for value in values:
        if isinstance(value, str):
            has_commas = has_commas or "," in value
            dot, comma = _readings(_bare(value)[0])
            if (dot is None) != (comma is None):
                marks.add("." if comma is None else ",")
    return marks.pop() if len(marks) == 1 and (has_commas or "," in marks) else None


def is_ambiguous(value: object) -> bool:
    """True for text that is one number here and another there."""
    return mended_number(value) is None and mended_number(value, ".") is not None


def is_number(value: object) -> bool:
    """True for a number, and for text that reads as one by some country's rule."""
    if not isinstance(value, str):
        return as_number(value) is not None
    return as_number(value) is not None or any(reading is not None for reading in _readings(_bare(value)[0]))


def is_fraction(value: object) -> bool:
    number = as_number(value)
    if number is None and isinstance(value, str):
        number = mended_number(value)
    return number is not None and not float(number).is_integer()


def _bare(text: str) -> tuple[str, bool]:
    """Without units and spaces between digits; and whether it is percent."""
    folded = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    is_percent = folded.endswith("%")
    return _SPACED.sub("", folded.removesuffix("%").strip(_UNITS)), is_percent


def _readings(text: str) -> tuple[int | float | None, int | float | None]:
    """The number with a decimal point, and with a decimal comma."""
    dot = as_number(text.replace(",", "")) if _DOT.fullmatch(text) else None
    comma = as_number(text.replace(".", "").replace(",", ".")) if _COMMA.fullmatch(text) else None
    return dot, comma
