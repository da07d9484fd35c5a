"""One way of writing rows that people use, told by the names of a row's fields."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeGuard

from kernel.rows import RowFormat
from workers.doctor.finding import Finding, Row

Convert = Callable[[Row, int], Row | Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """`convert` brings a row that `matches` into its format's own spelling; None: it is in it already."""

    name: str
    format: RowFormat
    matches: Callable[[Row], bool]
    convert: Convert | None = None


def missing(line: int, name: str) -> Finding:
    message = f"Line {line}: {name!r} is missing."
    return Finding(line=line, param=name, code="missing_field", message=message, fix="drop_rows")


def wrong(line: int, param: str, code: str, says: str) -> Finding:
    message = f"Line {line}: {says}."
    return Finding(line=line, param=param, code=code, message=message, fix="drop_rows")


def is_list_of_objects(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and len(value) > 0 and all(isinstance(item, dict) for item in value)
