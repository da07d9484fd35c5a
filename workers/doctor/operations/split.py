"""Rows dealt out to parts, such as training and validation."""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.doctor.examine.duplicates import first_of_equals, hash_pairs
from workers.doctor.formats import Rules
from workers.doctor.hashes import input_hash
from workers.doctor.operations.inputs import PlainRows
from workers.doctor.operations.selection import Masks
from workers.doctor.operations.shares import Quotas, strata


def choose(operation: dict[str, Any], sources: Sequence[PlainRows], rules: Rules) -> Masks:
    """The rows of the part that `part` names.

    Each row is in exactly one part, whichever process makes it. Rows that ask the same stay together, so that
    nobody is examined on what was taught; where no rows do, each part's share is exact within one row, and of
    each label too if `is_stratified`.
    """
    (source,) = sources
    names = [part["name"] for part in operation["parts"]]
    label = strata(source, rules, operation["is_stratified"])
    first = first_of_equals(hash_pairs(b"".join(input_hash(rules.input_of(row)) for row in source)))
    percents = [part["percent"] for part in operation["parts"]]
    return [_deal(first, label, percents, operation["seed"])[first] == names.index(operation["part"])]


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
