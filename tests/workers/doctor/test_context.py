"""What a row says is used, or is named with its line: in every spelling of conversations."""

import json

import pytest

from kernel.rows import Mapping, RowFormat
from tests.workers.doctor.plain_rows import read_rows

USER, BOT = {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}
HUMAN, GPT = {"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}
SYSTEM = {"role": "system", "content": "s"}
BEFORE = [{"role": "user", "content": "1"}, {"role": "assistant", "content": "2"}]
FUNCTION = {"name": "f", "parameters": {"type": "object"}}
TOOL = {"type": "function", "function": FUNCTION}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
CALLING = {"role": "assistant", "content": "", "tool_calls": [CALL]}
ANSWERED = {"role": "tool", "content": "4", "tool_call_id": "c1"}


def asked(*contents):
    return [{"role": "user", "content": content} for content in contents]


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"x": 0, "城": [1]}, 'q\n{"x": 0, "城": [1]}'),
        (["one", "two"], "q\none\ntwo"),
        ([1, 2], "q\n[1, 2]"),
        (7, "q\n7"),
        (0, "q\n0"),
        (False, "q\nfalse"),
        ("", "q"),
        ([], "q"),
        (None, "q"),
    ],
)
@pytest.mark.parametrize("field", ["input", "context"])
def test_an_instruction_is_read_with_what_it_is_about(tmp_path, about, said, field):
    report, rows = read_rows(tmp_path, [{"instruction": "q", field: about, "output": "a"}] * 2)

    assert rows[0]["messages"] == [*asked(said), BOT]
    assert report["error_count"] == 0


@pytest.mark.parametrize(
    "history",
    [
        [["1", "2"]],
        [{"role": "user", "content": "1"}, {"role": "assistant", "content": "2"}],
        [{"from": "human", "value": "1"}, {"from": "gpt", "value": "2"}],
        [{"query": "1", "response": "2"}],
        [{"user": "1", "bot": "2", "note": None}],
        ["1", "2"],
        '[["1", "2"]]',
    ],
)
@pytest.mark.parametrize(
    "row",
    [
        {"instruction": "q", "output": "a"},
        {"query": "q", "response": "a"},
        {"question": "q", "answer": "a"},
        {"prompt": "q", "completion": "a"},
        {"conversations": [HUMAN, GPT]},
        {"instruction": "q", "instances": [{"input": "", "output": "a"}]},
    ],
)
def test_earlier_turns_become_messages(tmp_path, history, row):
    report, rows = read_rows(tmp_path, [{**row, "history": history}] * 2)

    assert rows[0]["messages"] == [*BEFORE, USER, BOT]
    assert [warning["code"] for warning in report["warnings"]] == ["duplicate_rows"]


@pytest.mark.parametrize(
    "row",
    [
        {"messages": [USER, BOT]},
        {"instruction": "q", "output": "a"},
        {"question": "q", "answer": "a"},
        {"prompt": "q", "completion": "a"},
        {"prompt": [USER], "completion": [BOT]},
        {"conversations": [HUMAN, GPT]},
        {"instruction": "q", "instances": [{"output": "a"}]},
    ],
)
@pytest.mark.parametrize("key", ["system", "system_prompt"])
def test_a_system_prompt_beside_the_turns_is_the_first_message(tmp_path, row, key):
    _, rows = read_rows(tmp_path, [{**row, key: "s"}] * 2)

    assert rows[0]["messages"] == [SYSTEM, USER, BOT]


@pytest.mark.parametrize(
    ("row", "asked_first"),
    [
        ({"prompt": "q", "chosen": "a", "rejected": "b"}, [SYSTEM, *BEFORE, USER]),
        ({"question": "q", "chosen": "a", "rejected": "b"}, [SYSTEM, *BEFORE, USER]),
        ({"conversations": [HUMAN], "chosen": GPT, "rejected": "b"}, [SYSTEM, *BEFORE, USER]),
        ({"instruction": "do", "input": {"x": 1}, "chosen": "a", "rejected": "b"},
         [SYSTEM, *BEFORE, *asked('do\n{"x": 1}')]),
    ],
)  # fmt: skip
def test_a_preference_is_read_with_its_context(tmp_path, row, asked_first):
    report, rows = read_rows(tmp_path, [{**row, "system": "s", "history": [["1", "2"]]}] * 2)

    assert report["format"] == "preference"
    assert rows[0]["input"]["messages"] == asked_first
    assert (rows[0]["preferred_output"], rows[0]["non_preferred_output"][0]["content"]) == ([BOT], "b")


@pytest.mark.parametrize(
    ("row", "prompt"),
    [
        ({"prompt": "q", "completion": "a", "label": True}, "system: s\nuser: 1\nassistant: 2\nuser: q"),
        ({"messages": [USER, BOT], "label": "True"}, "system: s\nuser: 1\nassistant: 2\nuser: q"),
        ({"instruction": "q", "input": 7, "output": "a", "kto_tag": True},
         "system: s\nuser: 1\nassistant: 2\nuser: q\n7"),
    ],
)  # fmt: skip
def test_a_vote_is_read_with_its_context(tmp_path, row, prompt):
    report, rows = read_rows(tmp_path, [{**row, "system": "s", "history": [["1", "2"]]}] * 2)

    assert report["format"] == "grading"
    assert rows[0] == {"prompt": prompt, "response": "a", "score": 1}


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"messages": [USER, BOT], "persona": "p"}, "Line 1: not used: 'persona'."),
        ({"messages": [SYSTEM, USER, BOT], "system": "t"}, "Line 1: 'system' is not used: 'messages[0]'"),
        ({"instruction": "q", "output": "a", "thoughts": "t"}, "Line 1: not used: 'thoughts'."),
        ({"instruction": "q", "output": "a", "response": "b"}, "Line 1: 'response' is not used: 'output'"),
        ({"instruction": "q", "instances": [{"output": "a"}, {"output": "b"}]}, "only the first of 2 inst"),
        ({"conversations": [HUMAN, {**GPT, "think": "t"}]}, "Line 1, message 2: not used: 'think'."),
        ({"conversations": [HUMAN, GPT], "topic": "t"}, "Line 1: not used: 'topic'."),
        ({"prompt": "q", "completion": "a", "hint": "h"}, "Line 1: not used: 'hint'."),
        ({"question": "q", "answer": "a", "hint": "h"}, "Line 1: not used: 'hint'."),
        ({"prompt": "q", "chosen": "a", "rejected": "b", "margin": 2}, "Line 1: not used: 'margin'."),
        (
            {"prompt": "q", "question": "r", "chosen": "a", "rejected": "b"},
            "'question' is not used: 'prompt'",
        ),
        ({"prompt": "q", "completion": "a", "label": True, "by": "x"}, "Line 1: not used: 'by'."),
        ({"text": "some words to read", "label": "a", "by": "x"}, "Line 1: not used: 'by'."),
    ],
)
def test_what_is_not_used_is_named_with_its_line(tmp_path, row, named):
    report, rows = read_rows(tmp_path, [row] * 3)

    assert len(rows) == 3
    assert named in "\n".join(warning["message"] for warning in report["warnings"])


def test_a_field_of_a_late_row_is_named_there_and_counted(tmp_path):
    rows = [{"messages": [*asked(f"question {n}"), BOT]} for n in range(9)]
    rows[6]["note"] = rows[7]["note"] = "n"
    rows[8]["note"] = None

    report, _ = read_rows(tmp_path, rows)

    [advice] = [one for one in report["advice"] if one["code"] == "unread_fields"]
    assert (advice["rows"], advice["lines"], advice["param"]) == (2, [7], "note")


def test_columns_that_a_person_left_out_are_no_news(tmp_path):
    mapping = Mapping(format=RowFormat.CLASSIFICATION, columns={"text": ("a",), "label": ("b",)})

    report, rows = read_rows(tmp_path, "a,b,c\none,x,1\ntwo,y,2\n", "rows.csv", mapping=mapping)

    assert (len(rows), [one["code"] for one in report["warnings"] if "unread" in one["code"]]) == (2, [])


@pytest.mark.parametrize("row", [
    {"instruction": "q", "output": "a"}, {"question": "q", "answer": "a"}, {"prompt": "q", "chosen": "a",
     "rejected": "b"},
])  # fmt: skip
def test_history_that_cannot_be_read_is_an_error_and_not_left_out(tmp_path, row):
    report, rows = read_rows(tmp_path, [{**row, "history": [["1", "2", "3"]]}] * 2)

    assert rows == []
    assert report["errors"][0]["message"].startswith("Line 1: 'history' must hold earlier turns")


def test_a_system_prompt_and_history_of_a_table_are_read(tmp_path):
    table = 'query,response,history,system\nq,a,"[[""1"", ""2""]]",s\nr,b,[],s\n'

    report, rows = read_rows(tmp_path, table, "rows.csv")

    assert [row["messages"] for row in rows] == [
        [SYSTEM, *BEFORE, USER, BOT],
        [SYSTEM, *asked("r"), {"role": "assistant", "content": "b"}],
    ]
    assert report["mapping"]["columns"]["history"] == ["history"]


CALLS = [USER, CALLING, ANSWERED, BOT]


@pytest.mark.parametrize(
    "row",
    [
        {"messages": CALLS, "tools": json.dumps([TOOL])},
        {"messages": json.dumps(CALLS), "tools": json.dumps([TOOL])},
        {"messages": CALLS, "tools": [TOOL["function"]]},
        {"messages": CALLS, "tools": [{"type": "function", **FUNCTION}]},
        {"messages": CALLS, "tools": TOOL},
        {"messages": CALLS, "tools": [json.dumps(TOOL)]},
        {"messages": CALLS, "tools": [{"type": "function", "function": {"name": "f", "strict": None,
         "parameters": json.dumps({"type": "object"})}}]},
        {"messages": CALLS, "tools": [{"type": "function", "function": {"name": "f",
         "parameters": {"type": "object", "required": None}}}]},
        {"messages": [USER, {**CALLING, "tool_calls": json.dumps([CALL])}, ANSWERED, BOT], "tools": [TOOL]},
    ],
)  # fmt: skip
def test_json_text_is_read_as_what_it_says(tmp_path, row):
    report, rows = read_rows(tmp_path, [row] * 2)

    assert rows[0] == {"messages": CALLS, "tools": [TOOL]}
    assert (report["error_count"], report["spelling"]) == (0, "openai")


def test_parts_of_a_preference_that_are_json_text_are_read(tmp_path):
    row = {
        "input": json.dumps({"messages": [USER], "tools": json.dumps([TOOL])}),
        "preferred_output": json.dumps([BOT]),
        "non_preferred_output": "b",
    }

    report, rows = read_rows(tmp_path, [row] * 2)

    assert report["error_count"] == 0
    assert rows[0]["input"] == {"messages": [USER], "tools": [TOOL]}
    assert rows[0]["non_preferred_output"] == [{"role": "assistant", "content": "b"}]


@pytest.mark.parametrize(
    ("chosen", "rejected"),
    [
        ("\n\nHuman: q\n\nAssistant: a", "\n\nHuman: q\n\nAssistant: b"),
        ("User: q\nAssistant: a", "User: q\nAssistant: b"),
        ("用户：q\n助手：a", "用户：q\n助手：b"),
        ("q\na", "q\nb"),
        ([USER, BOT], [USER, {**BOT, "content": "b"}]),
        (json.dumps([USER, BOT]), json.dumps([USER, {**BOT, "content": "b"}])),
        ([HUMAN, GPT], [HUMAN, {**GPT, "value": "b"}]),
    ],
)
def test_what_both_answers_begin_with_is_the_prompt(tmp_path, chosen, rejected):
    report, rows = read_rows(tmp_path, [{"chosen": chosen, "rejected": rejected}] * 2)

    assert report["error_count"] == 0
    assert rows[0] == {
        "input": {"messages": [USER]},
        "preferred_output": [BOT],
        "non_preferred_output": [{"role": "assistant", "content": "b"}],
    }


def test_answers_that_repeat_more_than_the_prompt_are_read_with_it(tmp_path):
    whole = [[SYSTEM, USER, {"role": "assistant", "content": answer}] for answer in "ab"]

    _, rows = read_rows(tmp_path, [{"prompt": "q", "chosen": whole[0], "rejected": whole[1]}] * 2)

    assert rows[0]["input"]["messages"] == [SYSTEM, USER]


def test_answers_that_repeat_another_prompt_are_an_error(tmp_path):
    row = {"prompt": "q", "chosen": [*asked("r"), BOT], "rejected": [*asked("r"), {**BOT, "content": "b"}]}

    report, _ = read_rows(tmp_path, [row] * 2)

    assert [error["code"] for error in report["errors"]] == ["conflicting_prompt"] * 2


def test_nulls_do_not_tell_what_a_row_is(tmp_path):
    rows = [
        {"messages": None, "prompt": f"question {n}", "completion": "a", "chosen": None} for n in range(3)
    ]

    report, kept = read_rows(tmp_path, rows)

    assert (report["spelling"], len(kept), report["error_count"]) == ("prompt_completion", 3, 0)


@pytest.mark.parametrize("key", ["loss", "train", "training"])
@pytest.mark.parametrize("spelling", ["sharegpt", "conversations", "openai"])
def test_what_is_not_to_be_learned_has_no_weight(tmp_path, key, spelling):
    asked_, said = (HUMAN, {**GPT, key: False}) if spelling == "sharegpt" else (USER, {**BOT, key: False})
    name = "messages" if spelling == "openai" else "conversations"

    report, rows = read_rows(tmp_path, [{name: [asked_, said, asked_, said | {key: True}]}] * 2)

    assert report["error_count"] == 0
    assert [message.get("weight") for message in rows[0]["messages"]] == [None, 0, None, 1]


def test_turns_of_sharegpt_among_openais_messages_are_read(tmp_path):
    report, rows = read_rows(tmp_path, [{"messages": [HUMAN, GPT]}] * 2)

    assert (report["error_count"], rows[0]) == (0, {"messages": [USER, BOT]})


@pytest.mark.parametrize("votes", [(1, 0), ("1", "0"), ("True", "false"), (True, False)])
def test_a_vote_is_no_answer_to_learn(tmp_path, votes):
    rows = [{"prompt": f"q{n}", "completion": "a", "label": votes[n % 2]} for n in range(4)]

    report, kept = read_rows(tmp_path, rows)

    assert (report["format"], [row["score"] for row in kept]) == ("grading", [1, 0, 1, 0])


def test_numbers_with_units_are_numbers(tmp_path):
    table = "text,value\n" + "".join(f"a longer text number {n},{n}%\n" for n in range(9))

    report, _ = read_rows(tmp_path, table, "rows.csv")

    assert report["format"] == "regression"
    assert {one["code"]: one["rows"] for one in report["fixes"]} == {"numbers_from_text": 9}
