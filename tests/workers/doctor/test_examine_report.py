"""All deeper looks together."""

import json

import msgspec
import pytest

from kernel.rows import RowFormat
from tests.workers.doctor.plain_rows import labelled, lay_out
from workers.doctor.examine import examine
from workers.doctor.examine import rows as examined_rows
from workers.doctor.examine.rows import spread

DIGEST = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7a"  # all but its last digit
QUESTION = "Where is the parcel that I ordered from your shop two weeks ago"


def test_a_file_is_looked_at_from_every_side(tmp_path):
    rows = labelled(
        *((f"Question {number} about order {number}, where is it now?", "a") for number in range(60)),
        (QUESTION, "b"),
        (QUESTION, "b"),
        (QUESTION.upper(), "B"),
        ("请打电话13800138000给我，谢谢", "b"),
    )
    known = {"labels": [{"label": "a", "rows": 60}, {"label": "b", "rows": 3}, {"label": "B", "rows": 1}]}

    found = examine(lay_out(tmp_path, rows), RowFormat.CLASSIFICATION, known)

    assert found["examined"] == {"rows": 64, "of": 64}
    assert found["duplicates"]["exact"] == 1
    assert found["fixes"] == {
        "drop_duplicates": 1,
        "drop_near_duplicates": found["duplicates"]["near"],
        "redact_sensitive": 1,
        "unify_labels": 1,
    }
    assert found["sensitive"] == [
        {"kind": "phone", "rows": 1, "lines": [64], "example": "1•••••••••0"},
    ]
    assert found["languages"] == [{"language": "en", "rows": 63}, {"language": "zh", "rows": 1}]
    assert found["lengths"]["max"] == len(QUESTION)
    assert {warning.code for warning in found["warnings"]} >= {
        "imbalanced_labels",
        "label_variants",
        "conflicting_labels",
        "duplicate_rows",
        "other_language",
        "sensitive_data",
    }
    assert not any(warning.is_error for warning in found["warnings"])
    found.pop("warnings")
    assert json.loads(msgspec.json.encode(found)) == found


@pytest.mark.parametrize(
    ("format", "rows"),
    [
        (RowFormat.IMAGE, [{"image": "a.png", "sha256": f"{DIGEST}{end}"} for end in "12"]),
        (RowFormat.AUDIO, [{"audio": "a.wav", "sha256": "13800138000"}]),
        (RowFormat.SERIES, [{"timestamp": "2024-01-01", "value": 1}]),
        (RowFormat.RANKING, [{"user": "ann@mail.example", "item": "i"}]),
    ],
)  # fmt: skip
def test_rows_without_text_have_no_lengths(tmp_path, format, rows):
    found = examine(lay_out(tmp_path, rows, format), format, {"labels": []})

    assert (found["lengths"], found["languages"], found["sensitive"]) == (None, [], [])
    assert found["duplicates"] == {"exact": 0, "near": 0, "groups": []}


def test_a_file_without_sound_rows_is_looked_at(tmp_path):
    found = examine(lay_out(tmp_path, []), RowFormat.CHAT, {"labels": []})

    assert (found["examined"], found["warnings"]) == ({"rows": 0, "of": 0}, [])


def test_costly_looks_see_some_rows_and_say_so(tmp_path, monkeypatch):
    monkeypatch.setattr(examined_rows, "_MOST_BYTES", 2_000)
    rows = labelled(*((f"{number:040d}", "a") for number in range(1_000)), (f"{0:040d}", "a"))

    found = examine(lay_out(tmp_path, rows), RowFormat.CLASSIFICATION, {"labels": []})

    assert found["examined"] == {"rows": 31, "of": 1_001}
    assert sum(bin["rows"] for bin in found["lengths"]["histogram"]) == 31
    assert found["duplicates"]["exact"] == 1


@pytest.mark.parametrize(("rows", "most"), [(0, 5), (3, 5), (5, 5), (60, 10), (1_000, 7), (12, 11)])
def test_a_spread_has_one_row_of_each_stretch(rows, most):
    positions = spread(rows, most)

    assert len(positions) == min(rows, most)
    assert positions == sorted(set(positions))
    assert all(0 <= position < rows for position in positions)
    assert spread(rows, most) == positions


def test_a_spread_sees_both_kinds_of_alternating_rows():
    assert {position % 2 for position in spread(600, 100)} == {0, 1}
