"""Tells the parent how far the reading is: JSON lines on standard output."""

import os
import sys
import time
from pathlib import Path

import msgspec

_SECONDS_BETWEEN = 0.5
_ROWS_BETWEEN = 1000  # a look at the clock


class Progress:
    def __init__(self, source: Path) -> None:
        self._path, self._total = str(source.resolve()), source.stat().st_size
        self._next_at, self._next_rows = time.monotonic() + _SECONDS_BETWEEN, _ROWS_BETWEEN

    def row(self, rows: int) -> None:
        """After each row: so many were read."""
        if rows < self._next_rows:
            return
        self._next_rows = rows + _ROWS_BETWEEN
        if time.monotonic() >= self._next_at:
            self._next_at = time.monotonic() + _SECONDS_BETWEEN
            self._tell(min(_position(self._path), self._total), rows)

    def done(self, rows: int) -> None:
        self._tell(self._total, rows)

    def _tell(self, position: int, rows: int) -> None:
        event = {"event": "progress", "bytes": position, "total_bytes": self._total, "rows": rows}
        sys.stdout.write(msgspec.json.encode(event).decode() + "\n")
        sys.stdout.flush()


def _position(path: str) -> int:
    """How far any reader is in a file that this process has open, whatever library reads it."""
    positions = [0]
    for name in os.listdir("/proc/self/fd"):
        try:
            if os.readlink(f"/proc/self/fd/{name}") == path:
                positions.append(os.lseek(int(name), 0, os.SEEK_CUR))
        except OSError:  # closed meanwhile: the listing's own
            continue
    return max(positions)
