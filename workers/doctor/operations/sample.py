"""Some of the rows, by chance."""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np

from workers.doctor.formats import Rules
from workers.doctor.operations.inputs import PlainRows
from workers.doctor.operations.selection import Masks
from workers.doctor.operations.shares import apportion, strata


def choose(operation: dict[str, Any], sources: Sequence[PlainRows], rules: Rules) -> Masks:
    """`rows` of them, or all if there are no more; stratified, each label keeps its share within one row."""
    (source,) = sources
    label = strata(source, rules, operation["is_stratified"])
    mask = np.zeros(len(label), bool)
    counts = np.bincount(label).tolist()
    wanted = apportion(min(operation["rows"], len(label)), counts) if counts else []
    for number, rows in enumerate(wanted):
        positions = np.flatnonzero(label == number).tolist()
        mask[Random(f"{operation['seed']}:{number}").sample(positions, rows)] = True
    return [mask]
