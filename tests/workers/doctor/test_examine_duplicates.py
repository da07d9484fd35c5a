"""Rows that are there twice, nearly twice, or with two answers."""

import pytest

from kernel.rows import RowFormat
from tests.workers.doctor.plain_rows import labelled, lay_out
from workers.doctor.examine.duplicates import Duplicates, conflicts
from workers.doctor.examine.rows import Rows
from workers.doctor.formats import rules

LONG = "How long does it take until the money is back on my credit card after a return"
ZH = "退货之后需要多长时间退款才能回到我的信用卡上面，请你们尽快告诉我一下"


def duplicates(tmp_path, rows, format=RowFormat.CLASSIFICATION):
    return Duplicates(Rows(lay_out(tmp_path, rows, format)), rules(format))


def test_exact_and_near_rows_are_told_apart(tmp_path):
    found = duplicates(
        tmp_path,
        labelled((LONG, "a"), (ZH, "b"), (LONG, "a"), (f"{LONG}?", "a"), (f"{ZH}吧", "b"), ("Hi", "c")),
    )

    assert found.result() == {
        "exact": 1,
        "near": 2,
        "groups": [
            {"kind": "exact", "lines": [1, 3]},
            {"kind": "near", "lines": [1, 4]},
            {"kind": "near", "lines": [2, 5]},
        ],
    }
    assert [(warning.code, warning.line, warning.fix) for warning in found.warnings()] == [
        ("duplicate_rows", 3, "drop_duplicates"),
        ("near_duplicate_rows", 4, "drop_near_duplicates"),
        ("near_duplicate_rows", 5, "drop_near_duplicates"),
    ]


def test_a_near_text_with_another_label_is_no_duplicate(tmp_path):
    found = duplicates(tmp_path, labelled((LONG, "a"), (f"{LONG}?", "b")))

    assert found.result()["near"] == 0


def test_a_near_text_with_another_number_is_no_duplicate(tmp_path):
    rows = [{"text": LONG, "value": 1}, {"text": f"{LONG}?", "value": 2}]

    assert duplicates(tmp_path, rows, RowFormat.REGRESSION).result()["near"] == 0


def test_two_questions_about_one_document_are_no_duplicates(tmp_path):
    rows = [
        {"anchor": "Who built it?", "positive": LONG * 5},
        {"anchor": "When was that?", "positive": LONG * 5},
    ]

    assert duplicates(tmp_path, rows, RowFormat.PAIRS).result()["near"] == 0


def test_a_shared_system_prompt_makes_no_duplicates(tmp_path):
    rows = [
        {
            "messages": [
                {"role": "system", "content": LONG * 100},
                {"role": "user", "content": question},
                {"role": "assistant", "content": ZH},
            ]
        }
        for question in (LONG, f"{LONG}, please", "你们周末营业吗？", "Do you ship to Norway?", "我要投诉")
    ]

    found = duplicates(tmp_path, rows, RowFormat.CHAT)

    assert found.near == [[0, 1]]


def test_what_goes_is_near_to_what_stays(tmp_path):
    """A chain: each is near to the next, the last is not near to the first."""
    words = LONG.split()
    chain = [" ".join(words[start : start + 14]) for start in range(3)]

    found = duplicates(tmp_path, labelled(*((text, "a") for text in chain)))

    assert found.near == [[0, 1]]


def test_one_question_with_two_labels_is_a_conflict(tmp_path):
    rows = labelled((LONG, "a"), ("Other", "a"), (LONG.upper(), "b"), (LONG, "a"))

    found = conflicts(Rows(lay_out(tmp_path, rows)), RowFormat.CLASSIFICATION)

    assert [(warning.code, warning.line) for warning in found] == [
        ("conflicting_labels", 3),
    ]
    assert found[0].message == "Line 3 asks the same as line 1, with another label."


def test_one_anchor_may_have_many_positives(tmp_path):
    rows = [{"anchor": "q", "positive": "x"}, {"anchor": "q", "positive": "y"}]

    assert conflicts(Rows(lay_out(tmp_path, rows, RowFormat.PAIRS)), RowFormat.PAIRS) == []


def members(format, *found):
    return [{format.value: name, "sha256": digest, "label": label} for name, digest, label in found]


def test_one_picture_under_two_names_is_a_duplicate(tmp_path):
    rows = members(RowFormat.IMAGE, ("a", "9f", "x"), ("a", "9e", "x"), ("b", "9f", "x"), ("c", "9f", "y"))

    found = duplicates(tmp_path, rows, RowFormat.IMAGE)

    assert found.result() == {"exact": 1, "near": 0, "groups": [{"kind": "exact", "lines": [1, 3]}]}


@pytest.mark.parametrize("format", [RowFormat.IMAGE, RowFormat.AUDIO])
def test_one_picture_or_sound_with_two_labels_is_a_conflict(tmp_path, format):
    rows = members(format, ("a", "9f", "x"), ("a", "9e", "y"), ("b", "9f", "x"), ("c", "9f", "y"))

    found = conflicts(Rows(lay_out(tmp_path, rows, format)), format)

    assert [(warning.code, warning.line) for warning in found] == [("conflicting_labels", 4)]


def test_groups_are_bounded(tmp_path):
    texts = [f"{number} is a number" for number in range(150)]

    result = duplicates(tmp_path, labelled(*((text, "a") for text in texts + texts))).result()

    assert (result["exact"], len(result["groups"])) == (150, 100)
