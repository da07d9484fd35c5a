"""Rows of a few named fields: every format but the conversations."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from workers.doctor.finding import Finding, Row
from workers.doctor.formats import fields
from workers.doctor.formats.labels import stripped, unified
from workers.doctor.formats.numbers import as_number, mended_number

Kind = Literal["text", "label", "name", "number", "time"]

_CHECKS: dict[Kind, Callable[[Row, str, int], Iterator[Finding]]] = {
    "text": fields.check_text,
    "label": fields.check_label,
    "name": fields.check_name,
    "number": fields.check_number,
    "time": fields.check_time,
}


def _no_more(row: Row, line: int) -> Iterator[Finding]:
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    """Rules of a row whose fields can be told one by one.

    `inputs` are what a model sees. An `optional` field may be missing, null or blank. `also` checks what
    only the fields together show, of a row whose fields are sound.
    """

    needed: dict[str, Kind]
    optional: dict[str, Kind] = field(default_factory=dict)
    inputs: tuple[str, ...]
    also: Callable[[Row, int], Iterator[Finding]] = _no_more

    def check(self, row: Row, line: int) -> list[Finding]:
        found = [finding for name, kind in self._present(row) for finding in _CHECKS[kind](row, name, line)]
        if not any(finding.is_error for finding in found):
            found.extend(self.also(row, line))
        return found

    def repair(self, row: Row, fixes: frozenset[str]) -> Row:
        mended = dict(row)
        for name, kind in self._present(row):
            if name in row:
                mended[name] = _mend(row[name], kind, fixes)
        return row if mended == row else mended

    def plain(self, row: Row) -> Row:
        return {name: _plain(row[name], kind) for name, kind in self._present(row)}

    def input_of(self, plain: Row) -> str:
        return "\n".join(str(plain[name]) for name in self.inputs if name in plain)

    def texts(self, plain: Row) -> Iterator[tuple[str, str]]:
        for name, kind in self._present(plain):
            if kind == "text" and isinstance(plain[name], str):
                yield name, plain[name]

    def label(self, plain: Row) -> str | None:
        return plain.get("label") if "label" in self.needed | self.optional else None

    def _present(self, row: Row) -> Iterator[tuple[str, Kind]]:
        yield from self.needed.items()
        for name, kind in self.optional.items():
            value = row.get(name)
            if value is not None and not (isinstance(value, str) and not value.strip()):
                yield name, kind


def _mend(value: Any, kind: Kind, fixes: frozenset[str]) -> Any:
    if kind == "number":
        return _mended_number(value) if "numbers_from_text" in fixes else value
    if "contents_to_text" in fixes and (kind in ("text", "label") or isinstance(value, float)):
        text = fields.as_text(value)
        value = value if text is None else text
    if kind == "label" and isinstance(value, str):
        return _mended_label(value, fixes)
    return value


def _mended_label(label: str, fixes: frozenset[str]) -> str:
    label = stripped(label) if "strip_labels" in fixes else label
    return unified(label) if "unify_labels" in fixes else label


def _mended_number(value: Any) -> Any:
    if as_number(value) is not None:
        return value
    number = mended_number(value)
    return value if number is None else number


def _plain(value: Any, kind: Kind) -> Any:
    if kind == "number":
        return as_number(value)
    if kind == "label":
        value = fields.as_label(value)
        return stripped(value) if isinstance(value, str) else value
    return value.strip() if kind == "time" and isinstance(value, str) else value
