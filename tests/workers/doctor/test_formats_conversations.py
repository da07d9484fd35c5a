"""Preference and reinforcement rows."""

from typing import Any

import pytest

from kernel.rows import RowFormat
from workers.doctor.formats import rules

PREFERENCE, REINFORCEMENT = rules(RowFormat.PREFERENCE), rules(RowFormat.REINFORCEMENT)
USER = {"role": "user", "content": "hi"}
GOOD, BAD = ({"role": "assistant", "content": text} for text in ("hello", "what?"))
PAIR = {"input": {"messages": [USER]}, "preferred_output": [GOOD], "non_preferred_output": [BAD]}


def test_both_spellings_of_a_pair_have_one_plain_form():
    other = {"input": PAIR["input"], "preferred_completion": [GOOD], "non_preferred_completion": [BAD]}

    assert PREFERENCE.check(PAIR, 1) == PREFERENCE.check(other, 1) == []
    assert PREFERENCE.plain(other) == PREFERENCE.plain(PAIR) == PAIR
    assert PREFERENCE.input_of(PAIR) == "user: hi"
    assert [path for path, _ in PREFERENCE.texts(PAIR)] == [
        "input.messages[0].content",
        "preferred_output[0].content",
        "non_preferred_output[0].content",
    ]


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"input": "hi"}, "input", "invalid_input"),
        ({"input": {}}, "input.messages", "missing_messages"),
        ({"input": {"messages": [USER, GOOD]}}, "input.messages[1].role", "last_message_not_user"),
        ({"input": {"messages": [{"role": "user"}]}}, "input.messages[0].content", "missing_content"),
        ({"input": {"messages": [USER], "tools": {"name": 1}}}, "input.tools", "invalid_tools"),
        ({"preferred_output": []}, "preferred_output", "empty_output"),
        ({"preferred_output": [GOOD, GOOD]}, "preferred_output", "invalid_output"),
        ({"preferred_output": [USER]}, "preferred_output", "invalid_output"),
        ({"preferred_output": "hello"}, "preferred_output", "invalid_output"),
        ({"non_preferred_output": [GOOD]}, "non_preferred_output", "identical_outputs"),
        (
            {"non_preferred_output": [{**BAD, "content": ""}]},
            "non_preferred_output[0].content",
            "blank_content",
        ),
    ],
)
def test_a_bad_pair_is_named(change: dict[str, Any], param: str, code: str):
    [error] = PREFERENCE.check({**PAIR, **change}, 3)

    assert (error.line, error.param, error.code, error.is_error) == (3, param, code, True)


def test_a_pair_without_anything_lacks_three_things():
    assert [error.code for error in PREFERENCE.check({}, 1)] == [
        "missing_input",
        "missing_output",
        "missing_output",
    ]


def test_a_pair_is_mended_everywhere():
    row = {
        "input": {"messages": [{"role": "human", "content": "hi"}]},
        "preferred_completion": [{"role": "gpt", "content": "hello"}],
        "non_preferred_completion": [{"role": "bot", "content": "what?"}],
    }

    repaired = PREFERENCE.repair(row, frozenset({"rename_roles"}))

    assert PREFERENCE.check(repaired, 1) == []
    assert PREFERENCE.plain(repaired) == PAIR
    assert PREFERENCE.repair(PAIR, frozenset({"rename_roles"})) is PAIR


def test_what_graders_read_is_kept():
    row = {"messages": [USER], "reference": "4", "level": 2}

    assert REINFORCEMENT.check(row, 1) == []
    assert REINFORCEMENT.plain(row) == row
    assert REINFORCEMENT.input_of(row) == "user: hi"
    assert list(REINFORCEMENT.texts(row)) == [("messages[0].content", "hi"), ("reference", "4")]


def test_reinforcement_ends_with_the_user():
    [error] = REINFORCEMENT.check({"messages": [USER, GOOD]}, 2)

    assert (error.line, error.param, error.code) == (2, "messages[1].role", "last_message_not_user")
