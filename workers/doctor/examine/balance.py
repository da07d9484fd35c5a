"""Whether the labels are such that a model can learn each of them."""

from collections.abc import Iterator, Sequence

from workers.doctor.finding import Finding, cut
from workers.doctor.formats.fields import warning
from workers.doctor.formats.labels import unified

_FEWEST, _MOST_TIMES = 5, 20
_SHORTEST, _SLIP_TIMES = 4, 5  # letters of a label; how much more frequent the right one is

Counts = Sequence[tuple[str, int]]  # label, rows


def warnings(labels: Counts) -> list[Finding]:
    """About the whole file: too few rows of a label, and spellings of one label."""
    found = []
    if labels and (rare := [label for label, rows in labels if _is_rare(rows, labels)]):
        found.append(
            warning(
                None,
                "label",
                "imbalanced_labels",
                rare=len(rare),
                labels=len(labels),
                value=cut(rare[-1]),
            )
        )
    if spelled := _minor_spellings(labels):
        example = cut(next(iter(spelled)))
        found.append(
            warning(None, "label", "label_variants", "unify_labels", labels=len(spelled), value=example)
        )
    found.extend(
        warning(
            None,
            "label",
            "misspelled_label",
            value=cut(label),
            rows=rows,
            nearest=cut(near),
            nearest_rows=count,
        )
        for label, rows, near, count in _misspelled(labels)
    )
    return found


def _misspelled(labels: Counts) -> Iterator[tuple[str, int, str, int]]:
    """Rare labels that are one slip away from a frequent one: label, rows, the nearest label, its rows."""
    main = main_spellings(labels)
    frequent = [(label, rows) for label, rows in labels if rows >= _FEWEST]
    for label, rows in labels:
        if main[label] != label or rows * _SLIP_TIMES > max((count for _, count in frequent), default=0):
            continue
        near = [
            (other, count)
            for other, count in frequent
            if count >= rows * _SLIP_TIMES and _is_slip(unified(label), unified(other))
        ]
        if near:
            yield label, rows, *max(near, key=lambda one: one[1])


def _is_slip(one: str, other: str) -> bool:
    """True when a letter too many, too few, another or in the wrong place is all that differs.

    Numbers differ by a digit and mean something else, and so do very short words.
    """
    if min(len(one), len(other)) < _SHORTEST or abs(len(one) - len(other)) > 1 or one == other:
        return False
    if any(character.isdigit() for character in one + other):
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    rest, others = one[start:], other[start:]
    return (
        rest[1:] == others[1:]
        or rest[1:] == others
        or rest == others[1:]
        or (rest[:2] == others[1::-1] and rest[2:] == others[2:])
    )


def to_unify(labels: Counts) -> int:
    """Rows whose label is not the most frequent of its spellings."""
    return sum(_minor_spellings(labels).values())


def main_spellings(labels: Counts) -> dict[str, str]:
    """For each label the most frequent of its spellings; of equals the first in the alphabet."""
    main: dict[str, str] = {}
    for label, _ in sorted(labels, key=lambda item: (-item[1], item[0])):
        main.setdefault(unified(label), label)
    return {label: main[unified(label)] for label, _ in labels}


def _minor_spellings(labels: Counts) -> dict[str, int]:
    main = main_spellings(labels)
    return {label: rows for label, rows in labels if main[label] != label}


def _is_rare(rows: int, labels: Counts) -> bool:
    return rows < _FEWEST or rows * _MOST_TIMES < max(count for _, count in labels)
