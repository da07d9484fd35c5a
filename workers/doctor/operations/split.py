"""Rows dealt out to parts, such as training and validation."""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.doctor.examine.rows import spread
from workers.doctor.formats import Rules
from workers.doctor.hashes import first_of_equals, hash_pairs, input_hash
from workers.doctor.likes import first_near, join
from workers.doctor.operations.inputs import PlainRows
from workers.doctor.operations.selection import Masks
from workers.doctor.operations.shares import Quotas, strata

_MOST_ROWS, _MOST_CHARACTERS = 50_000, 4_000  # that are compared, and of each


def choose(operation: dict[str, Any], sources: Sequence[PlainRows], rules: Rules) -> Masks:
    """The rows of the part that `part` names.

    Each row is in exactly one part, whichever process makes it. Rows that ask the same, or nearly the same,
    stay together, so that nobody is examined on what was taught; where no rows do, each part's share is exact
    within one row, and of each label too if `is_stratified`. Only where so many rows are alike that a part
    would miss its share by half do rows part that are no more than nearly the same.
    """
    (source,) = sources
    names = [part["name"] for part in operation["parts"]]
    percents = [part["percent"] for part in operation["parts"]]
    label = strata(source, rules, operation["is_stratified"])
    equal = first_of_equals(hash_pairs(b"".join(input_hash(rules.input_of(row)) for row in source)))
    alike = _with_near(equal, source, rules)
    dealt = _deal(alike, label, percents, operation["seed"])[alike]
    if _misses_a_share(dealt, percents):
        dealt = _deal(equal, label, percents, operation["seed"])[equal]
    return [dealt == names.index(operation["part"])]


def _with_near(equal: NDArray[np.int64], source: PlainRows, rules: Rules) -> NDArray[np.int64]:
    """Groups of equals, joined where they are nearly equal. Of many rows only so many are compared."""
    heads = np.flatnonzero(equal == np.arange(len(equal)))
    heads = heads[spread(len(heads), _MOST_ROWS)]
    wanted = set(heads.tolist())
    texts = [
        rules.input_of(row)[:_MOST_CHARACTERS] for position, row in enumerate(source) if position in wanted
    ]
    return join(equal, heads, first_near(texts))


def _misses_a_share(dealt: NDArray[np.int16], percents: list[float]) -> bool:
    rows = np.bincount(dealt, minlength=len(percents))
    wanted = np.array(percents) / sum(percents) * len(dealt)
    return bool((2 * np.abs(rows - wanted) > np.maximum(wanted, 2)).any())


def _deal(
    first: NDArray[np.int64], label: NDArray[np.int32], percents: list[float], seed: int
) -> NDArray[np.int16]:
    """The number of the part of each first row; a group of equals belongs to its first row's label."""
    sizes = np.bincount(first, minlength=len(first))
    leads = np.flatnonzero(sizes)
    part = np.zeros(len(first), np.int16)
    quotas = Quotas(percents)
    for number in np.unique(label[leads]).tolist():
        groups = leads[label[leads] == number].tolist()
        Random(f"{seed}:{number}").shuffle(groups)
        groups.sort(key=lambda lead: -sizes[lead])  # the large ones first: small ones fill what they leave
        lacking = quotas.of(int(sizes[groups].sum()))
        got = [0] * len(percents)
        for lead in groups:
            chosen = max(range(len(lacking)), key=lacking.__getitem__)
            part[lead] = chosen
            lacking[chosen] -= int(sizes[lead])
            got[chosen] += int(sizes[lead])
        quotas.settle(got)
    return part
