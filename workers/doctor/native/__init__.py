"""The quick way for JSON Lines that are already in a format's own spelling.

A line is decoded straight into types that only a row beyond doubt fits. Whatever does not fit takes the slow
way, which alone decides what is wrong; so both ways always find the same.
"""

from typing import Protocol

import msgspec

from kernel.rows import RowFormat
from workers.doctor.finding import Row

Sound = msgspec.Struct | bytes  # a row beyond doubt: in plain form, or as its line if that has to be changed


class Lane(Protocol):
    """Knows the rows of one format without labels that are beyond doubt."""

    def take(self, data: bytes) -> Sound | None:
        """A row of which `Rules.check` would say nothing at all; None when that is not sure."""
        ...

    def learn(self, row: Row) -> None:
        """Of a row that was not sure `Rules.check` said nothing: the next one like it is sure."""
        ...

    def input_of(self, row: msgspec.Struct) -> str:
        """As `Rules.input_of`."""
        ...


def lane_for(format: RowFormat) -> Lane | None:
    """A fresh lane; None for a format that has only the slow way."""
    if format is RowFormat.CHAT:
        from workers.doctor.native.chat import ChatLane

        return ChatLane()
    return None
