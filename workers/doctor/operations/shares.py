"""Whole rows out of shares: nobody gets more than a row too much or too little."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from workers.doctor.finding import Row
from workers.doctor.formats import Rules


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """`total` divided like `weights`, by the largest remainder; of equal remainders the first."""
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    return _rounded(exact, [share - int(share) for share in exact], total)


class Quotas:
    """Parts of one stratum after another. What rounding took from a part, it gets in a later stratum."""

    def __init__(self, percents: Sequence[float]) -> None:
        amounts = [Fraction(str(percent)) for percent in percents]
        self._shares = [amount / sum(amounts) for amount in amounts]
        self._owed = [Fraction(0) for _ in amounts]

    def of(self, rows: int) -> list[int]:
        """Rows of each part in a stratum of so many: its exact share, rounded up or down."""
        exact = [share * rows for share in self._shares]
        owed = [due + share - int(share) for due, share in zip(self._owed, exact, strict=True)]
        return _rounded(exact, owed, rows)

    def settle(self, rows: Sequence[int]) -> None:
        """Say how many each part got in the stratum."""
        total = sum(rows)
        for part, got in enumerate(rows):
            self._owed[part] += self._shares[part] * total - got


def _rounded(exact: list[Fraction], claims: list[Fraction], total: int) -> list[int]:
    """Round down, then give what is left to the largest claims among those that lost something."""
    rows = [int(share) for share in exact]
    lost = [place for place, share in enumerate(exact) if share.denominator != 1]
    for place in sorted(lost, key=lambda place: -claims[place])[: total - sum(rows)]:
        rows[place] += 1
    return rows


def strata(rows: Iterable[Row], rules: Rules, is_stratified: bool) -> NDArray[np.int32]:
    """For each row the number of its label, in the order of their first rows; all 0 where there is none."""
    numbers: dict[str | None, int] = {}
    found = (numbers.setdefault(rules.label(row) if is_stratified else None, len(numbers)) for row in rows)
    return np.fromiter(found, np.int32)
