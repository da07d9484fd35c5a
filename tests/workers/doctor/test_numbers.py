"""Numbers as people write them."""

import pytest

from tests.workers.doctor.plain_rows import run
from workers.doctor.formats.numbers import decimal_mark, mended_number
from workers.doctor.formats.regression import RULES


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3,5", 3.5),
        ("-0,25", -0.25),
        ("0,123", 0.123),
        ("12,3456", 12.3456),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("12,34,567", 1234567),
        ("1 234,5", 1234.5),
        ("1'234.50", 1234.5),
        ("\u22125", -5),
        ("５", 5),
        ("$3", 3),
        ("7分", 7),
        ("40%", 0.4),
        ("1,234", None),
        ("€1.234", None),
        ("1,23,4", None),
        ("1/2", None),
        ("3,5 to 4", None),
        ("", None),
    ],
)
def test_a_number_keeps_its_value_or_is_none(text, number):
    assert mended_number(text) == number


@pytest.mark.parametrize(
    ("column", "mark"),
    [
        (["3,0", "4,1", "1,234"], ","),
        (["1.234", "1.234,5"], ","),
        (["1.234.567", "1.234"], ","),
        (["1,234", "1,234.5"], "."),
        (["1,234", "2.5"], "."),
        (["3.0", "4,1"], None),
        (["1,234", "5,678"], None),
        (["3.0", "4.1"], None),
        ([1, 2.5, None], None),
    ],
)
def test_a_column_that_agrees_with_itself_tells_how_it_writes_fractions(column, mark):
    assert decimal_mark(column) == mark


def test_repairing_never_changes_a_number_that_could_be_two():
    row = {"text": "x", "value": "1,234"}

    assert RULES.repair(row, frozenset({"numbers_from_text"})) is row
    assert RULES.repair({"text": "x", "value": "3,5"}, frozenset({"numbers_from_text"}))["value"] == 3.5


def test_a_fixed_file_has_the_numbers_that_were_written(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("text;value\nFine;3.0\nGood;4,5\nPoor;1.5\n")

    fixed = run(tmp_path / "out", {"type": "fix", "fixes": ["numbers_from_text"]}, [path])

    assert [row["value"] for row in fixed] == [3, 4.5, 1.5]
