"""rows.index: of each sound row its place, line and hashes (docs/contracts.md, "The doctor's process")."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_ENTRY = struct.Struct("<QI16s16s")
_ENTRIES_AT_ONCE = 4096


class Entry(NamedTuple):
    """`offset` in bytes of plain.jsonl, where the row on `line` begins."""

    offset: int
    line: int
    hash: bytes
    input_hash: bytes

    def pack(self) -> bytes:
        return _ENTRY.pack(*self)


def read_index(path: Path) -> Iterator[Entry]:
    """The entries of a rows.index, in the order of the file."""
    with path.open("rb") as file:
        while data := file.read(_ENTRY.size * _ENTRIES_AT_ONCE):
            yield from map(Entry._make, _ENTRY.iter_unpack(data))
