"""Whether the labels are such that a model can learn each of them."""

from collections.abc import Sequence

from workers.doctor.finding import Finding, cut
from workers.doctor.formats.fields import warning
from workers.doctor.formats.labels import unified

_FEWEST, _MOST_TIMES = 5, 20

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
    return found


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
