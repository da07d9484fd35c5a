"""Leakage between a training and a validation file."""

import json

import pytest

from kernel.rows import CompareTask, RowFormat
from tests.workers.doctor.plain_rows import labelled, lay_out
from workers.doctor.compare import compare

EN = "How long does it take until the money is back on my credit card after a return"
DIGEST = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
ZH = "退货之后需要多长时间退款才能回到我的信用卡上面，请你们尽快告诉我一下"


def overlap(tmp_path, source, other, format=RowFormat.CLASSIFICATION):
    paths = [
        lay_out(tmp_path / name, rows, format) / "plain.jsonl" for name, rows in (("a", source), ("b", other))
    ]
    compare(CompareTask(source=str(paths[0]), other=str(paths[1]), format=format), tmp_path)
    return json.loads((tmp_path / "overlap.json").read_bytes())


def test_equal_and_near_rows_are_found_with_both_lines(tmp_path):
    source = labelled(("one", "a"), (EN, "a"), (ZH, "b"), (EN, "b"))
    other = labelled(("two", "a"), (f"{ZH}吧", "b"), (EN.upper(), "c"), ("three", "a"))

    assert overlap(tmp_path, source, other) == {
        "exact": 1,
        "near": 1,
        "examined": 4,
        "rows": [
            {"line": 2, "other_line": 3, "kind": "exact"},
            {"line": 3, "other_line": 2, "kind": "near"},
        ],
    }


def test_files_without_common_rows_share_nothing(tmp_path):
    assert overlap(tmp_path, labelled((EN, "a")), labelled((ZH, "a"))) == {
        "exact": 0,
        "near": 0,
        "examined": 1,
        "rows": [],
    }


def test_lines_are_those_of_the_file_with_gaps(tmp_path):
    paths = [tmp_path / "a", tmp_path / "b"]
    paths[0].write_text('\n\n{"text":"one","label":"a"}\n', encoding="utf-8")
    paths[1].write_text('\n{"text":"One","label":"b"}\n', encoding="utf-8")

    compare(CompareTask(source=str(paths[0]), other=str(paths[1]), format=RowFormat.CLASSIFICATION), tmp_path)

    found = json.loads((tmp_path / "overlap.json").read_bytes())
    assert found["rows"] == [{"line": 3, "other_line": 2, "kind": "exact"}]


def chat(question, answer):
    roles = (("system", f"Rules.\n{EN * 40}"), ("user", question), ("assistant", answer))
    return {"messages": [{"role": role, "content": content} for role, content in roles]}


def test_a_shared_system_prompt_is_no_leak(tmp_path):
    source = [chat(f"Question number {number} about {word}", "x") for number, word in enumerate("abcdefgh")]
    other = [chat("Do you ship to Norway?", "x"), chat("Question number 3 about d", "another answer")]

    found = overlap(tmp_path, source, other, RowFormat.CHAT)

    assert (found["exact"], found["rows"][0]) == (1, {"line": 4, "other_line": 2, "kind": "exact"})
    assert not any(row["other_line"] == 1 for row in found["rows"])


def test_a_row_that_is_there_twice_counts_once(tmp_path):
    source = labelled((f"{EN} now", "a"), (f"{EN} then", "a"), (EN, "a"), (EN, "b"))

    found = overlap(tmp_path, source, labelled((EN, "a"), (f"{EN} please", "a")))

    assert (found["exact"], found["near"]) == (1, 1)


@pytest.mark.parametrize("format", [RowFormat.IMAGE, RowFormat.AUDIO])
def test_members_of_archives_are_compared_by_their_bytes(tmp_path, format):
    """One under another name; and none for its name, or for a digest that looks much like another."""
    digests = [DIGEST, f"{DIGEST[:-1]}f", DIGEST[::-1], f"{DIGEST[:-1]}0"]
    source = [{format.value: f"{number}.x", "sha256": digests[number], "label": "x"} for number in (0, 1, 2)]
    other = [
        {format.value: f"{name}.x", "sha256": digests[number]} for name, number in ((0, 3), (1, 3), (7, 2))
    ]

    assert overlap(tmp_path, source, other, format) == {
        "exact": 1,
        "near": 0,
        "examined": 3,
        "rows": [{"line": 3, "other_line": 3, "kind": "exact"}],
    }


def test_numbers_are_compared_exactly_only(tmp_path):
    source = [{"timestamp": "2024-01-01", "value": 1}, {"timestamp": "2024-01-02", "value": 1}]

    found = overlap(tmp_path, source, [{"timestamp": "2024-01-02", "value": 5}], RowFormat.SERIES)

    assert found["rows"] == [{"line": 2, "other_line": 1, "kind": "exact"}]


def test_shown_rows_are_bounded(tmp_path):
    rows = labelled(*((f"{number} apples", "a") for number in range(1_200)))

    found = overlap(tmp_path, rows, rows)

    assert (found["exact"], len(found["rows"])) == (1_200, 1_000)
