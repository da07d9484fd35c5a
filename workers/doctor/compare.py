"""Leakage: rows of a validation file that are, or nearly are, in the training file."""

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kernel.rows import CompareTask, RowFormat
from workers.doctor.examine.rows import spread
from workers.doctor.formats import rules
from workers.doctor.hashes import first_of_equals, hash_pairs, input_hash
from workers.doctor.likes import nearest

Pairs = list[tuple[int, int]]  # line of `other`, line of `source`

_NO_TEXT = (RowFormat.SERIES, RowFormat.RANKING, RowFormat.IMAGE, RowFormat.AUDIO)
_MOST_ROWS, _MOST_COMPARED, _MOST_SHOWN = 50_000, 200_000, 1_000


def compare(task: CompareTask, workdir: Path) -> None:
    """Write WORKDIR/overlap.json: rows of `other` by what a model sees of them, whatever the answer.

    Exact ones are looked for among all rows; near ones among `examined` rows of `other` and as many of
    `source`, evenly spread. Numbers, pictures and sounds are only looked for exactly: `examined` is all rows
    of `other`.
    """
    source, other = _Inputs(task.source, task.format), _Inputs(task.other, task.format)
    first = first_of_equals(np.concatenate([source.hashes, other.hashes]))[len(source.lines) :]
    is_exact = first < len(source.lines)
    exact = [
        (other.lines[position], source.lines[int(first[position])])
        for position in np.flatnonzero(is_exact)[:_MOST_SHOWN].tolist()
    ]
    near, examined = ([], len(other.lines)) if task.format in _NO_TEXT else _near(source, other, is_exact)
    rows = [*_shown(exact, "exact"), *_shown(near, "near")][:_MOST_SHOWN]
    overlap = {"exact": int(is_exact.sum()), "near": len(near), "examined": examined, "rows": rows}
    (workdir / "overlap.json").write_bytes(msgspec.json.encode(overlap))


def _near(source: "_Inputs", other: "_Inputs", is_exact: NDArray[np.bool_]) -> tuple[Pairs, int]:
    """Pairs of rows, each of `other` once with the nearest; and how many rows of `other` were looked at."""
    trained, looked_at = source.spread(), other.spread()
    held_out = [position for position in looked_at if not is_exact[position]]
    found = nearest(_Texts(source, trained), _Texts(other, held_out))
    lines = [
        (other.lines[held_out[place]], source.lines[trained[mate]]) for place, mate in sorted(found.items())
    ]
    return lines, len(looked_at)


def _shown(pairs: Pairs, kind: str) -> list[dict[str, Any]]:
    return [{"line": mate, "other_line": line, "kind": kind} for line, mate in pairs[:_MOST_SHOWN]]


class _Inputs:
    """What a model sees of each row of a plain form. Memory: 32 bytes a row."""

    def __init__(self, path: str, format: RowFormat) -> None:
        self._rules = rules(format)
        self._file = Path(path).open("rb")  # noqa: SIM115  # read again by offset, as long as this lives
        self.lines, self._offsets, digests = array("q"), array("q"), bytearray()
        offset = 0
        for line, raw in enumerate(self._file, 1):
            if not raw.isspace():
                self.lines.append(line)
                self._offsets.append(offset)
                digests += input_hash(self._input(raw))
            offset += len(raw)
        self.hashes = hash_pairs(digests)

    def spread(self) -> list[int]:
        return spread(len(self.lines), _MOST_ROWS)

    def text(self, position: int) -> str:
        self._file.seek(self._offsets[position])
        return self._input(self._file.readline())

    def _input(self, raw: bytes) -> str:
        return self._rules.input_of(msgspec.json.decode(raw))


class _Texts:
    """Some of them, read when they are asked for."""

    def __init__(self, inputs: _Inputs, positions: list[int]) -> None:
        self._inputs, self._positions = inputs, positions

    def __len__(self) -> int:
        return len(self._positions)

    def __iter__(self) -> Iterator[str]:
        return map(self._inputs.text, self._positions)

    def __getitem__(self, place: int) -> str:
        return self._inputs.text(self._positions[place])
