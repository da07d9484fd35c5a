"""How long the rows are, in characters."""

from itertools import pairwise
from typing import Any

import numpy as np

from workers.doctor.examine.languages import count_wide
from workers.doctor.finding import Finding
from workers.doctor.formats.fields import warning

MOST_FINDINGS = 1_000
_SHORT = 4  # half characters: two Chinese ones or four letters
_LONG_FACTOR, _LONG = 5, 1_000  # beyond 95 % of the rows, and at least
_BINS = 20


class Lengths:
    """Fed row by row. 4 bytes a row."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, int]] = []  # line, characters
        self._short: list[int] = []

    def add(self, line: int, text: str) -> None:
        self._rows.append((line, len(text)))
        if len(text) < _SHORT and len(text) + count_wide(text) < _SHORT:
            self._short.append(line)

    def result(self) -> dict[str, Any] | None:
        """The report's `lengths`; None without any text."""
        if not self._rows:
            return None
        lengths = np.array([length for _, length in self._rows])
        edges = _edges(int(lengths.min()), int(lengths.max()))
        counts, _ = np.histogram(lengths, bins=edges)
        return {
            "unit": "characters",
            "min": int(lengths.min()),
            "median": int(np.median(lengths)),
            "p95": int(np.percentile(lengths, 95)),
            "max": int(lengths.max()),
            "histogram": [
                {"from": low, "to": high - 1, "rows": int(rows)}
                for (low, high), rows in zip(pairwise(edges), counts, strict=True)
            ],
        }

    def warnings(self) -> list[Finding]:
        """Rows that hardly say anything, and rows far longer than the others."""
        long = self._long()
        return [
            *(warning(line, None, "short_rows") for line in self._short[:MOST_FINDINGS]),
            *(warning(line, None, "long_rows", characters=length) for line, length in long[:MOST_FINDINGS]),
        ]

    def totals(self) -> dict[str, int]:
        """How many rows each warning is of, listed or not."""
        return {"short_rows": len(self._short), "long_rows": len(self._long())}

    def _long(self) -> list[tuple[int, int]]:
        if not self._rows:
            return []
        limit = max(_LONG, _LONG_FACTOR * float(np.percentile([length for _, length in self._rows], 95)))
        return [(line, length) for line, length in self._rows if length > limit]


def _edges(low: int, high: int) -> list[int]:
    """Round numbers, at most 21: in even steps, or 1, 2, 5, 10 ... where the lengths differ by magnitudes."""
    rounds = [digit * 10**power for power in range(8) for digit in (1, 2, 5)]
    if high > 50 * max(1, low) and high >= _LONG:
        return [0, *(edge for edge in rounds if edge <= high), next(edge for edge in rounds if edge > high)]
    step = next(edge for edge in rounds if (high // edge - low // edge) < _BINS)
    return list(range(low // step * step, high // step * step + step + 1, step))
