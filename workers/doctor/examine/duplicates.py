"""Rows that are there twice, nearly twice, or twice with different answers."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernel.rows import RowFormat
from workers.doctor.examine.rows import Rows
from workers.doctor.finding import Finding, Row
from workers.doctor.formats import Rules
from workers.doctor.formats.fields import warning
from workers.doctor.hashes import first_of_equals
from workers.doctor.near import NEAR, Commonplaces, candidates, sign, similarity

Content = tuple[list[tuple[str, Any]], list[tuple[str, str]]]

_MOST_GROUPS, _MOST_LINES, _MOST_FINDINGS = 100, 50, 1_000
_MOST_COMPARED = 100_000
_ANSWERS = {
    RowFormat.CLASSIFICATION: "label",
    RowFormat.TOKEN_LABELS: "labels",
    RowFormat.CHAT: "answer",
    RowFormat.REGRESSION: "value",
    RowFormat.GRADING: "score",
    RowFormat.SERIES: "value",
    RowFormat.IMAGE: "label",
    RowFormat.AUDIO: "label",
}


class Duplicates:
    """Of one file: exact ones among all its rows, near ones among those that the deeper looks see."""

    def __init__(self, rows: Rows, rules: Rules) -> None:
        self._rows, self._rules = rows, rules
        first = first_of_equals(rows.hashes)
        self.exact = _groups(first)
        later = {position for group in self.exact for position in group[1:]}
        self.near = self._near([position for position in rows.spread() if position not in later])

    def result(self) -> dict[str, Any]:
        """The report's `duplicates`: how many rows repeat an earlier one, and which."""
        groups = [("exact", group) for group in self.exact] + [("near", group) for group in self.near]
        return {
            "exact": _repeats(self.exact),
            "near": _repeats(self.near),
            "groups": [
                {"kind": kind, "lines": [self._rows.line(position) for position in group[:_MOST_LINES]]}
                for kind, group in groups[:_MOST_GROUPS]
            ],
        }

    def totals(self) -> dict[str, int]:
        """How many rows each warning is of, listed or not."""
        return {"duplicate_rows": _repeats(self.exact), "near_duplicate_rows": _repeats(self.near)}

    def warnings(self) -> list[Finding]:
        return [
            *(
                warning(line, None, "duplicate_rows", "drop_duplicates", other=other)
                for line, other in self._repeated(self.exact)
            ),
            *(
                warning(line, None, "near_duplicate_rows", "drop_near_duplicates", other=other)
                for line, other in self._repeated(self.near)
            ),
        ]

    def _repeated(self, groups: list[list[int]]) -> list[tuple[int, int]]:
        """Lines, and for each the line that it repeats."""
        pairs = [(position, group[0]) for group in groups for position in group[1:]]
        return [(self._rows.line(one), self._rows.line(first)) for one, first in pairs[:_MOST_FINDINGS]]

    def _near(self, positions: list[int]) -> list[list[int]]:
        common = Commonplaces(self._pieces(position) for position in positions)
        signatures = sign(common.without(self._pieces(position)) for position in positions)
        content = lru_cache(maxsize=256)(lambda position: _content(self._rules, self._rows.plain(position)))
        first = np.arange(len(positions))
        for early, late in candidates(signatures, _MOST_COMPARED):
            head = int(first[early])  # not `early`: what stays must be near to what goes
            if first[late] == late and _is_near(content(positions[head]), content(positions[late])):
                first[late] = head
        return [[positions[place] for place in group] for group in _groups(first)]

    def _pieces(self, position: int) -> list[str]:
        return [text for _, text in self._rules.texts(self._rows.plain(position))]


def text_of(rules: Rules, plain: Row) -> str:
    """Everything written in a row."""
    return "\n".join(text for _, text in rules.texts(plain))


def conflicts(rows: Rows, format: RowFormat) -> list[Finding]:
    """Rows that ask the same as an earlier one, and have another answer."""
    if format not in _ANSWERS:
        return []
    first = first_of_equals(rows.input_hashes)
    positions = np.flatnonzero(_differs(rows, first))[:_MOST_FINDINGS]
    return list(_conflicting(rows, first, positions, _ANSWERS[format]))


def count_conflicts(rows: Rows) -> int:
    """How many such rows there are, listed or not."""
    return int(_differs(rows, first_of_equals(rows.input_hashes)).sum())


def _differs(rows: Rows, first: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray((rows.hashes != rows.hashes[first]).any(axis=1))


def _conflicting(
    rows: Rows, first: NDArray[np.int64], positions: NDArray[np.int64], answer: str
) -> Iterator[Finding]:
    is_label = answer in ("label", "labels")
    for position in positions:
        line, other = rows.line(position), rows.line(int(first[position]))
        yield warning(
            line,
            None,
            "conflicting_labels" if is_label else "conflicting_answers",
            other=other,
            answer=answer,
        )


def _is_near(one: Content, other: Content) -> bool:
    """Each text near to its counterpart: two questions about one long document are two questions."""
    (facts, texts), (other_facts, other_texts) = one, other
    if facts != other_facts or not texts or [path for path, _ in texts] != [path for path, _ in other_texts]:
        return False
    pairs = zip(texts, other_texts, strict=True)
    return all(similarity(text, other_text) >= NEAR for (_, text), (_, other_text) in pairs)


def _content(rules: Rules, plain: Row) -> Content:
    """What must be equal for two rows to be near (labels and numbers), and what must be near."""
    names = [name for name, value in plain.items() if name in ("label", "labels") or _is_number(value)]
    return [(name, plain[name]) for name in names], list(rules.texts(plain))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _groups(first: NDArray[np.int64]) -> list[list[int]]:
    """Positions that have the same first, where there are two or more; the largest groups first."""
    found: dict[int, list[int]] = {}
    for position in np.flatnonzero(first != np.arange(len(first))):
        found.setdefault(int(first[position]), [int(first[position])]).append(int(position))
    return sorted(found.values(), key=lambda group: (-len(group), group[0]))


def _repeats(groups: list[list[int]]) -> int:
    return sum(len(group) - 1 for group in groups)
