"""How long rows are."""

import pytest

from workers.doctor.examine.lengths import Lengths


def fed(*texts: str) -> Lengths:
    lengths = Lengths()
    for line, text in enumerate(texts, 1):
        lengths.add(line, text)
    return lengths


def test_nothing_is_said_without_text():
    assert (fed().result(), fed().warnings()) == (None, [])


def test_lengths_are_told_in_even_steps():
    found = fed(*("x" * length for length in range(10, 30))).result()

    assert found == {
        "unit": "characters",
        "min": 10,
        "median": 19,
        "p95": 28,
        "max": 29,
        "histogram": [{"from": length, "to": length, "rows": 1} for length in range(10, 30)],
    }


def test_lengths_of_different_magnitudes_are_told_in_growing_steps():
    found = fed("x" * 3, "x" * 40, "x" * 45_000).result()

    assert found is not None
    assert [(bin["from"], bin["to"]) for bin in found["histogram"] if bin["rows"]] == [
        (2, 4),
        (20, 49),
        (20_000, 49_999),
    ]


@pytest.mark.parametrize("longest", [1, 7, 20, 21, 99, 999, 1_000, 54_321, 1_000_000])
def test_every_row_is_in_one_bin(longest):
    found = fed(*("x" * length for length in {1, longest // 2 + 1, longest})).result()

    assert found is not None
    assert sum(bin["rows"] for bin in found["histogram"]) == len({1, longest // 2 + 1, longest})
    assert len(found["histogram"]) <= 21
    assert found["histogram"][-1]["rows"] >= 1


def test_short_rows_are_counted_as_each_script_writes():
    found = fed("ok", "好", "好的", "card").warnings()

    assert [(warning.code, warning.line) for warning in found] == [("short_rows", 1), ("short_rows", 2)]


def test_a_row_far_longer_than_the_others_is_told():
    found = fed(*["x" * 50] * 100, "x" * 5_000).warnings()

    assert [(warning.code, warning.line) for warning in found] == [("long_rows", 101)]
    assert found[0].message == "Line 101 has 5,000 characters, far more than most rows."
