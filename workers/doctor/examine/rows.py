"""The sound rows of a file that was read, by position: WORKDIR/plain.jsonl and WORKDIR/rows.index."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from workers.doctor.finding import Row

_ENTRY = np.dtype([("offset", "<u8"), ("line", "<u4"), ("hash", "<u8", 2), ("input", "<u8", 2)])
_MOST_ROWS, _MOST_BYTES = 50_000, 32 * 1024**2
_STRIDE = 7_919  # a prime


class Rows:
    """Sound rows in the order of the file. Memory: 44 bytes a row, whatever the rows hold."""

    def __init__(self, workdir: Path) -> None:
        self._path = workdir / "plain.jsonl"
        self._index = np.fromfile(workdir / "rows.index", dtype=_ENTRY)
        self._file = self._path.open("rb")

    def __len__(self) -> int:
        return len(self._index)

    @property
    def hashes(self) -> NDArray[np.uint64]:
        """(rows, 2): equal for equal rows."""
        return np.asarray(self._index["hash"])

    @property
    def input_hashes(self) -> NDArray[np.uint64]:
        """(rows, 2): equal for rows that ask a model the same."""
        return np.asarray(self._index["input"])

    def line(self, position: int) -> int:
        return int(self._index["line"][position])

    def plain(self, position: int) -> Row:
        self._file.seek(int(self._index["offset"][position]))
        row: Row = msgspec.json.decode(self._file.readline())
        return row

    def spread(self, most: int = _MOST_ROWS) -> list[int]:
        """The positions that costly looks see: all of them, or as many as time allows, evenly spread."""
        rows, size = len(self), self._path.stat().st_size
        most = min(rows, most, max(1, rows * _MOST_BYTES // max(1, size)))
        return spread(rows, most)

    def examined(self, positions: list[int]) -> Iterator[tuple[int, Row]]:
        """(line, row) of some of them."""
        for position in positions:
            yield self.line(position), self.plain(position)


def spread(rows: int, most: int) -> list[int]:
    """Up to `most` of the positions below `rows`, in order: one of each of as many stretches.

    Not always the first of a stretch: in many files every second row is of one kind.
    """
    most = min(rows, most)
    edges = [number * rows // most for number in range(most + 1)] if most else []
    return [low + number * _STRIDE % (high - low) for number, (low, high) in enumerate(pairwise(edges))]
