"""What a sound chat row is, and how the others are mended."""

from typing import Any

import pytest

from kernel.rows import RowFormat
from workers.doctor.formats import rules

CHAT = rules(RowFormat.CHAT)
USER = {"role": "user", "content": "hi"}
ANSWER = {"role": "assistant", "content": "hello"}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
ANSWERED = {"role": "tool", "tool_call_id": "c1", "content": "4"}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}


def chat(*messages: Any, **extra: Any) -> dict[str, Any]:
    return {"messages": list(messages), **extra}


def tools(**function: Any) -> list[dict[str, Any]]:
    return [{"type": "function", "function": function}]


@pytest.mark.parametrize(
    "row",
    [
        chat(USER, ANSWER),
        chat({"role": "system", "content": "礼貌"}, {**USER, "name": "Li"}, ANSWER, USER, ANSWER),
        chat(
            {"role": "developer", "content": ""}, USER, {**ANSWER, "weight": 0}, USER, {**ANSWER, "weight": 1}
        ),
        chat(USER, CALLING, ANSWERED, ANSWER, tools=[TOOL], parallel_tool_calls=False),
        chat(USER, {"role": "assistant", "content": [{"type": "text", "text": "a"}]}, functions=[]),
        chat(USER, {**ANSWER, "tool_calls": None, "function_call": None, "name": None}, tools=None, id=7),
    ],
)
def test_sound_rows_have_no_findings(row: dict[str, Any]):
    assert CHAT.check(row, 1) == []


@pytest.mark.parametrize(
    ("row", "param", "code", "fix", "says"),
    [
        ({"message": []}, "messages", "missing_messages", "drop_rows", "'messages' is missing"),
        ({"messages": {}}, "messages", "invalid_messages", "drop_rows", "must be an array"),
        (chat(), "messages", "empty_messages", "drop_rows", "'messages' is empty"),
        (chat("hi"), "messages[0]", "invalid_message", "drop_rows", "must be an object"),
        (
            chat(USER, {"content": "x"}),
            "messages[1].role",
            "missing_role",
            "drop_rows",
            "Line 7, message 2: 'role' is missing",
        ),
        (
            chat({"role": "human", "content": "x"}, ANSWER),
            "messages[0].role",
            "unknown_role",
            "rename_roles",
            "'human' is not one of system, developer, user, assistant, tool.",
        ),
        (
            chat({"role": "用户", "content": "x"}, ANSWER),
            "messages[0].role",
            "unknown_role",
            "rename_roles",
            "",
        ),
        (
            chat({"role": "narrator", "content": "x"}),
            "messages[0].role",
            "unknown_role",
            "drop_rows",
            "not one",
        ),
        (
            chat({"role": ["user"], "content": "x"}),
            "messages[0].role",
            "unknown_role",
            "drop_rows",
            "not one of",
        ),
        (
            chat({"role": "function", "name": "f", "content": "4"}, ANSWER),
            "messages[0].role",
            "deprecated_role",
            "functions_to_tools",
            "'tool' message",
        ),
        (
            chat(USER, {"role": "assistant"}),
            "messages[1].content",
            "missing_content",
            "drop_rows",
            "'content' is missing",
        ),
        (
            chat({"role": "user", "content": None}, ANSWER),
            "messages[0].content",
            "invalid_content",
            "drop_rows",
            "must be a string",
        ),
        (
            chat({"role": "user", "content": 7}, ANSWER),
            "messages[0].content",
            "invalid_content",
            "contents_to_text",
            "must be a string",
        ),
        (
            chat({"role": "user", "content": [{"type": "text", "text": "x"}, {"type": "image_url"}]}, ANSWER),
            "messages[0].content[1]",
            "invalid_content",
            "drop_rows",
            "only text parts",
        ),
        (
            chat({"role": "user", "content": ["x"]}, ANSWER),
            "messages[0].content[0]",
            "invalid_content",
            "contents_to_text",
            "only text parts",
        ),
        (
            chat(USER, {**ANSWER, "content": "\u3000"}),
            "messages[1].content",
            "blank_content",
            "drop_rows",
            "blank",
        ),
        (chat({**USER, "name": 1}, ANSWER), "messages[0].name", "invalid_name", "drop_rows", "a string"),
        (chat(USER), "messages", "missing_assistant", "drop_rows", "no assistant message"),
        (
            chat(USER, {**ANSWER, "weight": 2}),
            "messages[1].weight",
            "invalid_weight",
            "drop_rows",
            "0 or 1, not '2'",
        ),
        (
            chat(USER, {**ANSWER, "weight": True}),
            "messages[1].weight",
            "invalid_weight",
            "weights_to_integers",
            "",
        ),
        (
            chat({**USER, "weight": 1}, ANSWER),
            "messages[0].weight",
            "invalid_weight",
            "weights_to_integers",
            "assistant messages only",
        ),
        (chat(USER, {**ANSWER, "weight": 0}), "messages", "nothing_to_train", "drop_rows", "weight 0"),
        (
            chat(USER, {"role": "tool", "content": "4"}, ANSWER),
            "messages[1].tool_call_id",
            "missing_tool_call_id",
            "add_call_ids",
            "tool_call_id",
        ),
        (
            chat(USER, ANSWERED, CALLING, tools=[TOOL]),
            "messages[1].tool_call_id",
            "unknown_tool_call_id",
            "drop_rows",
            "'c1' is the id of no tool call before it",
        ),
        (
            chat(USER, {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": {}}}]}),
            "messages[1].tool_calls[0]",
            "invalid_tool_calls",
            "arguments_to_json",
            "written as a string",
        ),
        (
            chat(USER, {**CALLING, "tool_calls": [{**CALL, "id": None}]}),
            "messages[1].tool_calls[0]",
            "invalid_tool_calls",
            "add_call_ids",
            "needs an 'id'",
        ),
        (
            chat(USER, {**ANSWER, "tool_calls": {"name": "f"}}),
            "messages[1].tool_calls",
            "invalid_tool_calls",
            "drop_rows",
            "",
        ),
        (
            chat({**USER, "tool_calls": [CALL]}, ANSWER),
            "messages[0].tool_calls",
            "invalid_tool_calls",
            "drop_rows",
            "",
        ),
        (
            chat(USER, {**ANSWER, "function_call": {"name": "f"}}),
            "messages[1].function_call",
            "invalid_tool_calls",
            "functions_to_tools",
            "'function_call' as 'tool_calls'",
        ),
        (
            chat(USER, ANSWER, functions=[{}]),
            "functions",
            "invalid_tools",
            "functions_to_tools",
            "as 'tools'",
        ),
        (chat(USER, ANSWER, tools={"name": "f"}), "tools", "invalid_tools", "drop_rows", "must be an array"),
        (chat(USER, ANSWER, tools=[{"name": "f"}]), "tools[0]", "invalid_tools", "drop_rows", "tool 1"),
        (
            chat(USER, ANSWER, tools=[{**TOOL, "type": "x"}]),
            "tools[0].type",
            "invalid_tools",
            "drop_rows",
            "type",
        ),
        (
            chat(USER, ANSWER, parallel_tool_calls="yes"),
            "parallel_tool_calls",
            "invalid_tools",
            "drop_rows",
            "",
        ),
        (
            chat(USER, ANSWER, tools=tools(name="f", parameters={"type": "objekt"})),
            "tools[0].function.parameters",
            "invalid_tool_schema",
            "drop_rows",
            "no JSON schema",
        ),
        (
            chat(USER, ANSWER, tools=tools(name="f", parameters=[])),
            "tools[0].function.parameters",
            "invalid_tool_schema",
            "drop_rows",
            "must be an object",
        ),
    ],
)
def test_a_bad_row_is_named_with_its_fix(row: Any, param: str, code: str, fix: str, says: str):
    [error] = CHAT.check(row, 7)

    assert (error.line, error.param, error.code, error.fix, error.is_error) == (7, param, code, fix, True)
    assert says in error.message and error.message.startswith("Line 7")


@pytest.mark.parametrize(
    ("row", "param", "code", "fix"),
    [
        (chat(USER, ANSWER, USER), "messages[2].role", "last_message_not_assistant", "trim_after_answer"),
        (chat(ANSWER), "messages", "no_user_message", None),
        (chat(USER, {**USER, "role": "system"}, ANSWER), "messages[1].role", "system_not_first", None),
        (chat(USER, USER, ANSWER), "messages[1].role", "repeated_user", None),
        (chat({**USER, "content": " "}, ANSWER), "messages[0].content", "blank_prompt", None),
        (
            chat(USER, CALLING, tools=tools(name="g")),
            "messages[1].tool_calls[0].function.name",
            "undeclared_tool",
            None,
        ),
        (chat(USER, CALLING), "messages[1].tool_calls[0].function.name", "undeclared_tool", None),
    ],
)
def test_an_odd_row_is_sound_with_a_warning(row: Any, param: str, code: str, fix: str | None):
    [warning] = CHAT.check(row, 1)

    assert (warning.param, warning.code, warning.fix, warning.is_error) == (param, code, fix, False)


NAMELESS = {key: value for key, value in CALL.items() if key != "id"}
FUNCTIONS = chat(
    USER,
    {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}},
    {"role": "function", "name": "f", "content": "4"},
    ANSWER,
    functions=[{"name": "f"}],
)


@pytest.mark.parametrize(
    ("fix", "row", "mended"),
    [
        ("rename_roles", chat({"role": "Human", "content": "x"}, {"role": "gpt", "content": "y"}), None),
        ("contents_to_text", chat({"role": "user", "content": [{"text": "a"}, 7]}, ANSWER), None),
        ("weights_to_integers", chat({**USER, "weight": 1}, {**ANSWER, "weight": "1.0"}), None),
        (
            "arguments_to_json",
            chat(
                USER,
                {**CALLING, "tool_calls": [{**CALL, "function": {"name": "f", "arguments": {"城": "北京"}}}]},
                tools=[TOOL],
            ),
            None,
        ),
        ("trim_after_answer", chat(USER, ANSWER, USER), chat(USER, ANSWER)),
        ("functions_to_tools", FUNCTIONS, None),
        (
            "add_call_ids",
            chat(
                USER,
                {**CALLING, "tool_calls": [NAMELESS, {**NAMELESS, "id": None}]},
                {"role": "tool", "content": "1"},
                {"role": "tool", "content": "2", "tool_call_id": ""},
                ANSWER,
                tools=[TOOL],
            ),
            None,
        ),
    ],
)
def test_a_fix_leaves_nothing_to_find(fix: str, row: Any, mended: Any):
    assert {finding.fix for finding in CHAT.check(row, 1)} == {fix}

    repaired = CHAT.repair(row, frozenset({fix}))

    assert CHAT.check(repaired, 1) == []
    assert mended is None or repaired == mended
    assert CHAT.repair(repaired, frozenset({fix})) is repaired


def test_functions_become_tools_whose_calls_have_ids():
    repaired = CHAT.repair(FUNCTIONS, frozenset({"functions_to_tools"}))

    call = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    assert repaired["tools"] == tools(name="f")
    assert repaired["messages"][1] == {"role": "assistant", "content": None, "tool_calls": [call]}
    assert repaired["messages"][2] == {"role": "tool", "name": "f", "content": "4", "tool_call_id": "call_1"}


def test_a_fix_that_was_not_asked_for_changes_nothing():
    row = chat({"role": "human", "content": 7, "weight": True})

    assert CHAT.repair(row, frozenset({"drop_rows"})) is row


@pytest.mark.parametrize(
    "row", [{}, {"messages": 7}, {"messages": [7, None, {}, {"role": 7, "tool_calls": 7}]}]
)
def test_repairs_survive_what_nobody_checked(row: Any):
    fixes = (
        "rename_roles",
        "trim_after_answer",
        "weights_to_integers",
        "functions_to_tools",
        "contents_to_text",
    )

    assert CHAT.repair(row, frozenset({*fixes, "arguments_to_json"})) is row


def test_the_plain_form_ends_with_the_answer_and_has_texts_only():
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    calling = {
        "tool_calls": [CALL],
        "content": None,
        "role": "assistant",
        "weight": 1.0,
        "name": None,
        "mood": "x",
    }

    plain = CHAT.plain(chat({**USER, "content": parts}, calling, USER, tools=[TOOL], id=7))

    assert list(plain["messages"][1]) == ["role", "content", "weight", "tool_calls", "mood"]
    assert plain == {
        "messages": [
            {"role": "user", "content": "a\nb"},
            {"role": "assistant", "content": "", "weight": 1, "tool_calls": [CALL], "mood": "x"},
        ],
        "tools": [TOOL],
    }


def test_input_and_texts_of_a_chat():
    plain = CHAT.plain(chat(USER, CALLING, ANSWERED, ANSWER, tools=[TOOL]))

    assert CHAT.input_of(plain) == 'user: hi\nassistant: \nassistant: f {"a": 1}\ntool: 4'
    assert list(CHAT.texts(plain)) == [
        ("messages[0].content", "hi"),
        ("messages[1].tool_calls[0].function.arguments", '{"a": 1}'),
        ("messages[2].content", "4"),
        ("messages[3].content", "hello"),
    ]
    assert CHAT.label(plain) is None
