"""Rows of a few named fields, and token labels."""

from typing import Any

import pytest

from kernel.rows import RowFormat
from workers.doctor.formats import rules
from workers.doctor.formats.fields import as_time

F = RowFormat
ABA, ABB = ({"anchor": "a", "positive": "b", "negative": text} for text in ("a ", "b"))


@pytest.mark.parametrize(
    ("format", "row", "plain", "seen", "label"),
    [
        (F.CLASSIFICATION, {"text": " 退款 ", "label": "a"}, {"text": " 退款 ", "label": "a"}, " 退款 ", "a"),
        (F.CLASSIFICATION, {"text": "x", "label": 1}, {"text": "x", "label": "1"}, "x", "1"),
        (F.REGRESSION, {"text": "x", "value": "2.50", "id": 1}, {"text": "x", "value": 2.5}, "x", None),
        (F.GRADING, {"prompt": "p", "response": "r", "score": 1}, None, "p\nr", None),
        (F.PAIRS, {"anchor": "a", "positive": "b", "score": ""}, {"anchor": "a", "positive": "b"}, "a", None),
        (F.TRIPLETS, {"anchor": "a", "positive": "b", "negative": "c"}, None, "a", None),
        (F.RANKING, {"user": 1, "item": "i", "rating": "4", "timestamp": "2024/1/2"}, None, "1\ni", None),
        (F.TEXT, {"text": "x", "title": None}, {"text": "x"}, "x", None),
        (F.SERIES, {"timestamp": "0 ", "value": "-1e3"}, {"timestamp": "0", "value": -1000}, "0", None),
        (F.IMAGE, {"image": "a/1.png", "sha256": "9f", "label": "cat"}, None, "9f", "cat"),
        (F.AUDIO, {"audio": "1.wav", "sha256": "9f"}, None, "9f", None),
        (F.TOKEN_LABELS, {"tokens": ["李", "娜"], "labels": ["B-P", "I-P"]}, None, "李\n娜", None),
    ],
)  # fmt: skip
def test_sound_rows_and_their_plain_form(format: F, row: Any, plain: Any, seen: str, label: str | None):
    rules_of_format = rules(format)

    assert rules_of_format.check(row, 1) == []
    found = rules_of_format.plain(row)
    assert found == (plain or {**row, **({"rating": 4} if format is F.RANKING else {})})
    assert (rules_of_format.input_of(found), rules_of_format.label(found)) == (seen, label)


@pytest.mark.parametrize(
    ("format", "row", "param", "code", "fix"),
    [
        (F.CLASSIFICATION, {"text": "x"}, "label", "missing_field", "drop_rows"),
        (F.CLASSIFICATION, {"text": "x", "label": 1.5}, "label", "invalid_type", "contents_to_text"),
        (F.CLASSIFICATION, {"text": None, "label": "a"}, "text", "invalid_type", "drop_rows"),
        (F.CLASSIFICATION, {"text": " ", "label": "a"}, "text", "blank_text", "drop_rows"),
        (F.CLASSIFICATION, {"text": "x", "label": "\u3000"}, "label", "blank_label", "drop_rows"),
        (F.CLASSIFICATION, {"text": "x", "label": "l" * 201}, "label", "invalid_label", "drop_rows"),
        (F.CLASSIFICATION, {"text": "x", "label": "a\x07b"}, "label", "invalid_label", "drop_rows"),
        (F.REGRESSION, {"text": "x", "value": "1,234"}, "value", "invalid_number", "drop_rows"),
        (F.REGRESSION, {"text": "x", "value": "1,234.5"}, "value", "invalid_number", "numbers_from_text"),
        (F.REGRESSION, {"text": "x", "value": "3,5"}, "value", "invalid_number", "numbers_from_text"),
        (F.REGRESSION, {"text": "x", "value": "５"}, "value", "invalid_number", "numbers_from_text"),
        (F.REGRESSION, {"text": "x", "value": "nan"}, "value", "invalid_number", "drop_rows"),
        (F.REGRESSION, {"text": "x", "value": float("inf")}, "value", "invalid_number", "drop_rows"),
        (F.REGRESSION, {"text": "x", "value": True}, "value", "invalid_number", "drop_rows"),
        (F.REGRESSION, {"text": "x", "value": " "}, "value", "blank_number", "drop_rows"),
        (F.GRADING, {"prompt": "p", "response": " ", "score": 1}, "response", "blank_text", "drop_rows"),
        (F.PAIRS, {"anchor": "a", "positive": "b", "score": "x"}, "score", "invalid_number", "drop_rows"),
        (F.TRIPLETS, ABA, "negative", "identical_texts", "drop_rows"),
        (F.TRIPLETS, ABB, "negative", "identical_texts", "drop_rows"),
        (F.RANKING, {"user": 1.5, "item": "i"}, "user", "invalid_type", "contents_to_text"),
        (F.RANKING, {"user": 1, "item": 2, "timestamp": "x"}, "timestamp", "invalid_timestamp", "drop_rows"),
        (F.SERIES, {"timestamp": "2024-13-01", "value": 1}, "timestamp", "invalid_timestamp", "drop_rows"),
        (F.TOKEN_LABELS, {"tokens": "ab", "labels": ["O"]}, "tokens", "invalid_type", "drop_rows"),
        (F.TOKEN_LABELS, {"tokens": ["a"], "labels": [3]}, "labels[0]", "invalid_type", "contents_to_text"),
        (F.TOKEN_LABELS, {"tokens": ["a", "b"], "labels": ["O"]}, "labels", "unequal_lengths", "drop_rows"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_with_its_fix(format: F, row: Any, param: str, code: str, fix: str):
    [error] = rules(format).check(row, 4)

    assert (error.line, error.param, error.code, error.fix, error.is_error) == (4, param, code, fix, True)
    assert error.message.startswith("Line 4")


@pytest.mark.parametrize(
    ("format", "row", "param", "code"),
    [
        (F.CLASSIFICATION, {"text": "x", "label": " a"}, "label", "padded_label"),
        (F.PAIRS, {"anchor": "a", "positive": "a "}, "positive", "identical_texts"),
        (
            F.TOKEN_LABELS,
            {"tokens": ["a", "b"], "labels": ["B-X", "I-Y"]},
            "labels[1]",
            "inside_without_begin",
        ),
    ],
)
def test_an_odd_row_is_sound_with_a_warning(format: F, row: Any, param: str, code: str):
    [warning] = rules(format).check(row, 1)

    assert (warning.param, warning.code, warning.is_error) == (param, code, False)


@pytest.mark.parametrize(
    ("format", "fix", "row", "mended"),
    [
        (
            F.REGRESSION,
            "numbers_from_text",
            {"text": "x", "value": "￥1,234.50"},
            {"text": "x", "value": 1234.5},
        ),
        (F.CLASSIFICATION, "contents_to_text", {"text": 7, "label": 1}, {"text": "7", "label": "1"}),
        (F.CLASSIFICATION, "strip_labels", {"text": "x", "label": "\u3000a "}, {"text": "x", "label": "a"}),
        (
            F.CLASSIFICATION,
            "unify_labels",
            {"text": "x", "label": "Ｒe  Fund"},
            {"text": "x", "label": "re fund"},
        ),
        (F.RANKING, "contents_to_text", {"user": 1, "item": 2.5}, {"user": 1, "item": "2.5"}),
        (
            F.TOKEN_LABELS,
            "contents_to_text",
            {"tokens": ["a"], "labels": [3]},
            {"tokens": ["a"], "labels": ["3"]},
        ),
        (
            F.TOKEN_LABELS,
            "strip_labels",
            {"tokens": ["a"], "labels": [" O"]},
            {"tokens": ["a"], "labels": ["O"]},
        ),
    ],
)
def test_a_fix_mends_the_row(format: F, fix: str, row: Any, mended: Any):
    rules_of_format = rules(format)

    assert rules_of_format.repair(row, frozenset({fix})) == mended
    assert rules_of_format.check(mended, 1) == []
    assert rules_of_format.repair(mended, frozenset({fix})) is mended
    assert rules_of_format.repair(row, frozenset({"drop_rows"})) is row


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("2024-01-02T03:04:05Z", 1704164645.0),
        ("2024-01-02 11:04:05+08:00", 1704164645.0),
        ("2024年1月2日3时4分5秒", 1704164645.0),
        ("2024/1/2 3:04:05", 1704164645.0),
        (1704164645, 1704164645.0),
        ("1704164645", 1704164645.0),
        ("2024-01-02", 1704153600.0),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_times_are_read_as_people_write_them(written: Any, seconds: float | None):
    assert as_time(written) == seconds
