"""Rows that answer a description."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import numpy as np

from workers.doctor.examine.duplicates import text_of
from workers.doctor.examine.languages import Languages, language_of
from workers.doctor.finding import Row
from workers.doctor.formats import Rules
from workers.doctor.operations.inputs import PlainRows
from workers.doctor.operations.selection import Masks

_ROWS_FOR_LANGUAGE = 5_000
_Test = Callable[[Row, str], bool]  # of a row and everything written in it


def choose(operation: dict[str, Any], sources: Sequence[PlainRows], rules: Rules) -> Masks:
    """Rows for which all of `where` holds; `contains` without regard to case."""
    (source,) = sources
    tests = _tests(operation["where"], source, rules)
    kept = (all(test(row, text_of(rules, row)) for test in tests) for row in source)
    return [np.fromiter(kept, bool)]


def _tests(where: dict[str, Any], source: PlainRows, rules: Rules) -> list[_Test]:
    tests: list[_Test] = []
    if labels := where.get("labels"):
        tests.append(lambda row, text: rules.label(row) in labels)
    if unwanted := where.get("without_labels"):
        tests.append(lambda row, text: rules.label(row) not in unwanted)
    if part := str(where.get("contains") or "").casefold():
        tests.append(lambda row, text: part in text.casefold())
    if languages := where.get("languages"):
        main = _main_language(source, rules)
        tests.append(lambda row, text: language_of(text, main) in languages)
    if (fewest := where.get("min_characters")) is not None:
        tests.append(lambda row, text: len(text) >= fewest)
    if (most := where.get("max_characters")) is not None:
        tests.append(lambda row, text: len(text) <= most)
    return tests


def _main_language(source: PlainRows, rules: Rules) -> str:
    languages = Languages()
    for number, row in enumerate(islice(source, _ROWS_FOR_LANGUAGE), 1):
        languages.add(number, text_of(rules, row))
    return languages.main
