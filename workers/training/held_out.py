"""Which rows a model is judged by: none whose like was trained on, whoever made the split.

Rows are whole here. Pieces of a long one are made after the split, so that all of them are on one side.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar

from kernel.errors import TooFewExamples
from workers.doctor.likes import first_alike, first_equal, has_like
from workers.training.data import LabelledRow
from workers.training.seeds import seeded

CHATS = (4, 100)  # least and most chats held out when there is no validation file
CHAT_SHARE = 0.10
TEXT_SHARE = 0.15
_FROM_ROWS = 4  # a label with fewer rows keeps all of them for training


class HasInput(Protocol):
    """A row that says what a model sees of it, without the answer."""

    @property
    def input(self) -> str: ...


Row = TypeVar("Row", bound=HasInput)
Item = TypeVar("Item")  # a row, or what was made of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Generic[Item]):
    """Rows to train on, and rows to score.

    `left_out` are rows of a validation file whose like is trained on: they are scored apart. `repeated_rows`
    counts them; without a validation file it counts the rows that were kept on one side with their like.
    """

    training: list[Item]
    held_out: list[Item]
    left_out: list[Item] = field(default_factory=list)
    source: Literal["training_file", "validation_file"]
    repeated_rows: int


def by_validation_file(training: list[Row], validation: list[Row]) -> Split[Row]:
    """The customer's own split: every training row is trained on, and the score leaves out their likes."""
    is_like = has_like([row.input for row in validation], [row.input for row in training])
    return Split(
        training=training,
        held_out=[row for row, like in zip(validation, is_like, strict=True) if not like],
        left_out=[row for row, like in zip(validation, is_like, strict=True) if like],
        source="validation_file",
        repeated_rows=int(is_like.sum()),
    )


def hold_out_chats(rows: Sequence[Row], seed: int) -> Split[Row]:
    """Hold out about a tenth by seed, at least 4 and at most 100; fewer where too many rows are alike.

    Raises:
        TooFewExamples: fewer than 5 rows.
    """
    least, most = CHATS
    if len(rows) <= least:
        raise TooFewExamples(f"{len(rows)} rows are too few to train on.", param="training_file")
    inputs = [row.input for row in rows]
    groups = _groups(inputs)
    wanted = min(max(round(len(rows) * CHAT_SHARE), least), most)
    seeded(seed, 0).shuffle(groups)
    held: list[int] = []
    for group in groups:
        if len(held) + len(group) <= wanted:
            held += group
    return _split(rows, inputs, groups, held)


def hold_out_by_label(rows: Sequence[LabelledRow], seed: int) -> Split[LabelledRow]:
    """Hold out 15 % of each label by seed, at least one row where it has 4 or more; fewer where too many
    rows are alike. Of no label goes more than half."""
    inputs, labels = [row.input for row in rows], [row.label for row in rows]
    rows_of, held_of = Counter(labels), Counter[str]()
    groups = _groups(inputs)
    of_label: dict[str, list[list[int]]] = {}
    for group in groups:
        of_label.setdefault(labels[group[0]], []).append(group)
    generator, held = seeded(seed, 0), list[int]()
    for label, candidates in sorted(of_label.items()):
        generator.shuffle(candidates)
        wanted = max(1, round(rows_of[label] * TEXT_SHARE), min(map(len, candidates)))
        for group in candidates:
            counts = Counter(labels[row] for row in group)
            fits = held_of[label] + counts[label] <= wanted
            if fits and all(_can_spare(rows_of[name], held_of[name] + counts[name]) for name in counts):
                held += group
                held_of += counts
    return _split(rows, inputs, groups, held)


def _can_spare(rows: int, held: int) -> bool:
    return rows >= _FROM_ROWS and 2 * held <= rows


def _groups(inputs: Sequence[str]) -> list[list[int]]:
    """Positions of rows that are alike, each row in one group; in the order of their first rows."""
    groups: dict[int, list[int]] = {}
    for position, first in enumerate(first_alike(inputs).tolist()):
        groups.setdefault(first, []).append(position)
    return list(groups.values())


def _split(
    rows: Sequence[Row], inputs: Sequence[str], groups: list[list[int]], held: list[int]
) -> Split[Row]:
    """A held-out input counts once, however often it is there: a repeat says nothing new of the model."""
    kept, kept_back = sorted(held), set(held)
    first = first_equal([inputs[position] for position in kept])
    return Split(
        training=[row for position, row in enumerate(rows) if position not in kept_back],
        held_out=[rows[position] for place, position in enumerate(kept) if first[place] == place],
        source="training_file",
        repeated_rows=sum(len(group) for group in groups if len(group) > 1),
    )
