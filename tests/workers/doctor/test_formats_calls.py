"""Calls and their answers, and what is not there although its key is."""

import json

import pytest

from tests.workers.doctor.test_formats_chat import ANSWER, ANSWERED, CALL, CALLING, CHAT, TOOL, USER, chat

OTHER = {**CALL, "id": "c2"}


@pytest.mark.parametrize(
    ("messages", "turn", "code"),
    [
        ((USER, CALLING, ANSWER), 1, "unanswered_tool_call"),
        ((USER, CALLING, USER, ANSWER), 1, "unanswered_tool_call"),
        ((USER, CALLING, CALLING, ANSWERED, ANSWER), 1, "unanswered_tool_call"),
        ((USER, {**CALLING, "tool_calls": [CALL, OTHER]}, ANSWERED, ANSWER), 1, "unanswered_tool_call"),
        ((USER, CALLING, ANSWERED, ANSWERED, ANSWER), 3, "unknown_tool_call_id"),
        ((USER, CALLING, ANSWERED, ANSWER, ANSWERED, ANSWER), 4, "unknown_tool_call_id"),
        ((USER, {**CALLING, "tool_calls": [CALL, CALL]}, ANSWERED, ANSWERED, ANSWER), 1,
         "repeated_tool_call_id"),
    ],
)  # fmt: skip
def test_a_call_that_is_not_answered_once_before_the_next_message_is_an_error(messages, turn, code):
    errors = [finding for finding in CHAT.check(chat(*messages, tools=[TOOL]), 3) if finding.is_error]

    assert [(error.code, error.fix) for error in errors] == [(code, "drop_rows")]
    assert f"[{turn}]" in errors[0].param


@pytest.mark.parametrize(
    "messages",
    [
        (USER, CALLING),  # it is what is trained
        (USER, CALLING, ANSWERED, CALLING),
        (USER, CALLING, ANSWERED, ANSWER, USER, CALLING, ANSWERED, ANSWER),  # the id again, later
        (
            USER,
            {**CALLING, "tool_calls": [CALL, OTHER]},
            {**ANSWERED, "tool_call_id": "c2"},
            ANSWERED,
            ANSWER,
        ),
    ],
)
def test_answered_calls_are_sound_in_any_order(messages):
    assert CHAT.check(chat(*messages, tools=[TOOL]), 1) == []


def test_what_arrow_fills_gaps_with_is_not_there():
    gaps = {"name": None, "weight": None, "tool_calls": None, "tool_call_id": None, "function_call": None}
    row = chat({**USER, **gaps}, {**ANSWER, **gaps, "tool_calls": []}, tools=[], functions=None)

    assert CHAT.check(row, 1) == []
    assert CHAT.plain(row) == chat(USER, ANSWER)


def test_a_call_without_arguments_has_none():
    silent = {**CALL, "function": {"name": "f", "arguments": None}}
    row = chat(USER, {**CALLING, "tool_calls": [silent]}, tools=[TOOL])

    repaired = CHAT.repair(row, frozenset({"arguments_to_json"}))

    assert repaired["messages"][1]["tool_calls"][0]["function"]["arguments"] == "{}"
    assert [CHAT.check(row, 1)[0].fix, CHAT.check(repaired, 1)] == ["arguments_to_json", []]


@pytest.mark.parametrize("answer", [{"km": 900}, [True, None], [{"city": "Riga"}]])
def test_what_a_tool_answers_becomes_its_json(answer):
    row = chat(USER, CALLING, {**ANSWERED, "content": answer}, ANSWER, tools=[TOOL])

    repaired = CHAT.repair(row, frozenset({"contents_to_text"}))

    assert {finding.fix for finding in CHAT.check(row, 1)} == {"contents_to_text"}
    assert CHAT.check(repaired, 1) == []
    assert json.loads(repaired["messages"][2]["content"]) == answer
