"""What a sound row of each format is. `rules(format)` gives a format's rules."""

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from kernel.rows import RowFormat
from workers.doctor.finding import Finding, Row


class Rules(Protocol):
    """Of one format. A row comes in the format's own spelling (recognise.py brings it there)."""

    def check(self, row: Row, line: int) -> list[Finding]:
        """Everything wrong with one row; without an error among it, the row is sound."""
        ...

    def repair(self, row: Row, fixes: frozenset[str]) -> Row:
        """The row with these fixes applied where they apply; the same object when none does."""
        ...

    def plain(self, row: Row) -> Row:
        """The plain form of a sound row."""
        ...

    def input_of(self, plain: Row) -> str:
        """What a model sees of it, without the answer: by this, rows are the same question."""
        ...

    def texts(self, plain: Row) -> Iterator[tuple[str, str]]:
        """(JSON path, text) of everything written in it, for the deeper looks."""
        ...

    def label(self, plain: Row) -> str | None:
        """The class that a row belongs to, if the format has classes."""
        ...


def rules(format: RowFormat) -> Rules:
    """Each format's rules are the `RULES` of the module that is called as it is."""
    return cast(Rules, import_module(f"{__name__}.{format.value}").RULES)
