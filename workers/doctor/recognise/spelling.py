"""One way of writing rows that people use, told by the names of a row's fields."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

from kernel.rows import RowFormat
from workers.doctor.finding import Finding, Row
from workers.doctor.formats.fields import error

Convert = Callable[[Row, int], Row | Finding]
Remark = Callable[[Row, int], Iterator[Finding]]


def nothing(row: Row, line: int) -> Iterator[Finding]:
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """`convert` brings a row that `matches` into its format's own spelling.

    `reads` are the fields that it uses; None: all of them. `remark` warns of what a row has and `convert`
    leaves out. `is_native`: a row that is in the format's own spelling stays the object that it is.
    """

    name: str
    format: RowFormat
    matches: Callable[[Row], bool]
    convert: Convert
    reads: frozenset[str] | None
    remark: Remark = nothing
    is_native: bool = False


def missing(line: int, name: str) -> Finding:
    return error(line, name, "missing_field")


def is_list_of_objects(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and len(value) > 0 and all(isinstance(item, dict) for item in value)
