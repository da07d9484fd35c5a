"""What a reader makes of a file: rows, whatever the bytes are."""

from collections.abc import Iterator
from typing import Literal, Protocol

from workers.doctor.finding import Finding, Row

Syntax = Literal["jsonl", "json", "csv", "tsv", "parquet", "xlsx", "zip", "text"]


class Source(Protocol):
    """A file that `readers.open_source` recognised. Memory does not grow with it."""

    @property
    def syntax(self) -> Syntax: ...

    @property
    def encoding(self) -> str | None:
        """Of text: its codec's name; None for binary formats."""
        ...

    def rows(self) -> Iterator[tuple[int, Row | Finding]]:
        """Yield (line, row as the file has it), or a Finding for an unreadable row. Callable again."""
        ...
