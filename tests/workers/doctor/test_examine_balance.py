"""Labels with too few rows, and labels that are spelled in two ways."""

import pytest

from workers.doctor.examine.balance import main_spellings, to_unify, warnings


def test_balanced_labels_are_fine():
    assert warnings([("a", 50), ("b", 5), ("c", 20)]) == []


def test_a_label_with_few_rows_is_told():
    found = warnings([("a", 50), ("b", 4)])

    assert [(warning.code, warning.line, warning.fix) for warning in found] == [
        ("imbalanced_labels", None, None)
    ]
    assert found[0].message == "1 of 2 label(s) have far too few rows, such as 'b'."


def test_a_label_far_behind_the_largest_is_told():
    assert [warning.code for warning in warnings([("a", 201), ("b", 10)])] == ["imbalanced_labels"]
    assert warnings([("a", 200), ("b", 10)]) == []


def test_spellings_of_one_label_are_told():
    labels = [("Card Arrival", 40), ("card  arrival", 7), ("退款", 30), ("ＣＡＲＤ arrival", 5), ("other", 9)]

    found = warnings(labels)

    assert [(warning.code, warning.fix) for warning in found] == [("label_variants", "unify_labels")]
    assert to_unify(labels) == 12
    assert main_spellings(labels) == {
        "Card Arrival": "Card Arrival",
        "card  arrival": "Card Arrival",
        "ＣＡＲＤ arrival": "Card Arrival",
        "退款": "退款",
        "other": "other",
    }


def test_a_file_without_labels_is_not_judged():
    assert (warnings([]), to_unify([])) == ([], 0)


@pytest.mark.parametrize("slip", ["biling", "bililng", "billling", "billinh", "Biling"])
def test_a_rare_label_one_slip_from_a_frequent_one_is_named_with_it(slip):
    found = [one for one in warnings([("billing", 40), ("refund", 30), (slip, 2)]) if "misspel" in one.code]

    assert [one.values for one in found] == [
        {"value": slip, "rows": 2, "nearest": "billing", "nearest_rows": 40}
    ]


@pytest.mark.parametrize(
    ("labels"),
    [
        [("billing", 40), ("willing", 30)],  # both frequent
        [("cat", 40), ("car", 1)],  # too short to tell
        [("level 10", 40), ("level 11", 1)],
        [("billing", 40), ("refund", 1)],
        [("billing", 4), ("biling", 1)],
    ],
)
def test_other_labels_are_no_misspellings(labels):
    assert [one for one in warnings(labels) if one.code == "misspelled_label"] == []
