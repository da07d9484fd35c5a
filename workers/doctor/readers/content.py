"""Bytes that can be read again from their beginning, wherever they lie."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from workers.doctor.finding import Finding, Row, Value, cut
from workers.doctor.readers.sampling import Sample, take_sample
from workers.doctor.source import Syntax

DIGEST = "sha256"  # what a reader of an archive adds to each row, of its member
Rows = Iterator[tuple[int, Row | Finding]]


class Damaged(Exception):
    """Bytes that were there cannot be had: a member of an archive is broken."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = cut(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A file, or a member of an archive. `name` is what its owner calls it."""

    name: str
    size: int  # bytes
    open: Callable[[], BinaryIO]

    @property
    def suffix(self) -> str:
        return self.name.rpartition(".")[2].casefold() if "." in self.name else ""

    def head(self, size: int) -> bytes:
        with self.open() as file:
            return file.read(size)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSource:
    """A `Source`. `columns` of a table, as they are named; `notes` are said once, of the whole file.

    `read` yields a row's warnings too, before the row; `sampled` is a quicker way to a sample than `read`.
    """

    syntax: Syntax
    read: Callable[[], Rows]
    sampled: Callable[[], Sample] | None = None
    encoding: str | None = None
    columns: tuple[str, ...] = ()
    notes: tuple[Finding, ...] = ()
    media: str | None = None  # "image" or "audio": what the members are that `media_column` names
    media_column: str = ""

    def rows(self) -> Rows:
        """Each row once: as the file has it, or why it cannot be read."""
        return ((line, row) for line, row in self.read() if isinstance(row, dict) or row.is_error)

    def sample(self) -> Sample:
        """Rows from all of the file, by which it is recognized."""
        return self.sampled() if self.sampled is not None else take_sample(self.rows(), lambda pair: pair[1])


def refusal(code: str, **values: Value) -> Finding:
    """Of a file that cannot be read at all."""
    return Finding(line=None, param=None, code=code, values=values)


def unreadable(code: str, line: int | None, param: str | None = None, **values: Value) -> Finding:
    """Of a line that cannot be read, of what it has under `param`, or from which on the file cannot."""
    return Finding(line=line, param=param, code=code, values=values)


def note(code: str, line: int | None = None, **values: Value) -> Finding:
    """What somebody should know of a file, or of a line of it, that can be read."""
    return Finding(line=line, param=None, code=code, values=values, is_error=False)
