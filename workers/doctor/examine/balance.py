"""Whether the labels are such that a model can learn each of them."""

from collections.abc import Sequence

from workers.doctor.finding import Finding, quote
from workers.doctor.formats.flat import unified

_FEWEST, _MOST_TIMES = 5, 20

Counts = Sequence[tuple[str, int]]  # label, rows


def warnings(labels: Counts) -> list[Finding]:
    """About the whole file: too few rows of a label, and spellings of one label."""
    found = []
    if labels and (rare := [label for label, rows in labels if _is_rare(rows, labels)]):
        message = f"{len(rare)} of {len(labels)} label(s) have far too few rows, such as {quote(rare[-1])}."
        found.append(_warning("imbalanced_labels", message))
    if spelled := _minor_spellings(labels):
        message = f"{len(spelled)} label(s) differ from another one only in case, width or white space"
        example = quote(next(iter(spelled)))
        found.append(_warning("label_variants", f"{message}, such as {example}.", "unify_labels"))
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


def _warning(code: str, message: str, fix: str | None = None) -> Finding:
    return Finding(line=None, param="label", code=code, message=message, is_error=False, fix=fix)
