"""What the pass over a file leaves in the work folder: plain.jsonl, rows.index and bad.jsonl."""

from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from workers.doctor.clip import clipped
from workers.doctor.finding import Row
from workers.doctor.formats import Rules
from workers.doctor.hashes import input_hash, row_hash
from workers.doctor.index import Entry
from workers.doctor.native import Lane, Sound

MAX_LABELS = 1000
_SAMPLE_ROWS, _SAMPLE_BYTES = 5, 64 * 1024
_BAD_ROWS = 1000
_BAD_ROW_BYTES = 16 * 1024
_BUFFER_BYTES = 1024 * 1024

_encode = msgspec.json.encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Keeper:
    """Writes the work folder's files while a file is read. Memory does not grow with it.

    `labels` are those of the rows kept, `sample` the first of these rows in plain form, clipped.
    """

    def __init__(self, workdir: Path, rules: Rules, lane: Lane | None) -> None:
        self.labels: Counter[str] = Counter()
        self.sample: list[Row] = []
        self._rules, self._lane, self._opened = rules, lane, ExitStack()
        self._plain, self._index, self._bad = (
            self._opened.enter_context((workdir / name).open("wb", buffering=_BUFFER_BYTES))
            for name in ("plain.jsonl", "rows.index", "bad.jsonl")
        )
        self._offset, self._line, self._bad_rows = 0, 0, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def keep(self, line: int, row: Row | Sound) -> bool:
        """A sound row. False if it is left out: its label is one too many."""
        if isinstance(row, msgspec.Struct):
            assert self._lane is not None  # it made the row
            self._write(line, row, self._lane.input_of(row))
            return True
        plain = self._rules.plain(_decode(row) if isinstance(row, bytes) else row)
        label = self._rules.label(plain)
        if label is not None:
            if label not in self.labels and len(self.labels) == MAX_LABELS:
                return False
            self.labels[label] += 1
        self._write(line, plain, self._rules.input_of(plain))
        return True

    def keep_bad(self, line: int, row: Row | None) -> None:
        """Only of the first ones."""
        if self._bad_rows < _BAD_ROWS:
            self._bad_rows += 1
            self._bad.write(_encode({"line": line, "row": clipped(row, _BAD_ROW_BYTES)}) + b"\n")

    def _write(self, line: int, plain: Row | msgspec.Struct, seen: str) -> None:
        gap = max(0, line - self._line - 1)
        data = _encode(plain) + b"\n"
        self._plain.write(b"\n" * gap + data if gap else data)
        entry = Entry(self._offset + gap, line, row_hash(plain), input_hash(seen))
        self._index.write(entry.pack())
        self._offset += gap + len(data)
        self._line = line
        if len(self.sample) < _SAMPLE_ROWS and (shown := clipped(_decode(data), _SAMPLE_BYTES)) is not None:
            self.sample.append(shown)
