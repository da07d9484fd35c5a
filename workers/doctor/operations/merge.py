"""Several files as one."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from workers.doctor.formats import Rules
from workers.doctor.hashes import first_of_equals, hash_pairs, row_hash
from workers.doctor.operations.inputs import PlainRows
from workers.doctor.operations.selection import Masks


def choose(operation: dict[str, Any], sources: Sequence[PlainRows], rules: Rules) -> Masks:
    """All rows; with `drop_duplicates` the first of equal ones."""
    digests = [b"".join(row_hash(row) for row in source) for source in sources]
    first = first_of_equals(hash_pairs(b"".join(digests)))
    is_first = first == np.arange(len(first))
    stays = is_first if operation["drop_duplicates"] else np.ones(len(first), bool)
    return np.split(stays, np.cumsum([len(hash_pairs(of_source)) for of_source in digests])[:-1])
