"""One way of writing rows that people use, told by the names of a row's fields."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeGuard

from kernel.rows import RowFormat
from workers.doctor.finding import Finding, Row
from workers.doctor.formats.fields import error

Convert = Callable[[Row, int], Row | Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """`convert` brings a row that `matches` into its format's own spelling; None: it is in it already."""

    name: str
    format: RowFormat
    matches: Callable[[Row], bool]
    convert: Convert | None = None


def missing(line: int, name: str) -> Finding:
    return error(line, name, "missing_field")


def is_list_of_objects(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and len(value) > 0 and all(isinstance(item, dict) for item in value)
