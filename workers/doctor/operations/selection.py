"""Operations that only choose among rows: filter, sample, split and merge."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.doctor.formats import Rules
from workers.doctor.operations.inputs import PlainRows
from workers.doctor.operations.output import Output

Masks = list[NDArray[np.bool_]]  # for each source, which of its rows stay
Choose = Callable[[dict[str, Any], Sequence[PlainRows], Rules], Masks]


def write_chosen(sources: Sequence[PlainRows], masks: Masks, output: Output) -> None:
    """In the order of the sources and of their rows."""
    for number, (source, mask) in enumerate(zip(sources, masks, strict=True)):
        for row, stays in zip(source, mask, strict=True):
            if stays:
                output.write(row, source=number)
