"""The plain form that trainers read."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from apps.datasets.validation.normal import normal_lines
from apps.datasets.validation.validate import validate

USER = {"role": "user", "content": "hi"}
ANSWER = {"role": "assistant", "content": "hello"}


def plain(data: str) -> list[dict[str, Any] | None]:
    """The plain form's lines; None for a blank one."""
    assert validate(io.BytesIO(data.encode())).is_valid
    text = b"".join(normal_lines(io.BytesIO(data.encode()))).decode()
    return [json.loads(line) if line else None for line in text.split("\n")[:-1]]


@pytest.mark.parametrize(
    "data",
    [
        "\ufeffUtterance\tINTENT\nhi there\t a \n\n再见\tb\n",
        'id,label,sentence\n1,a,hi there\n\n2,b,"再见"\n',
    ],
)
def test_tables_become_json_lines_with_their_line_numbers(data: str):
    assert plain(data) == [None, {"text": "hi there", "label": "a"}, None, {"text": "再见", "label": "b"}]


def test_a_row_over_many_lines_keeps_its_first_line():
    assert plain('text,label\n"one\ntwo",a\nx,b\n') == [
        None,
        {"text": "one\ntwo", "label": "a"},
        None,
        {"text": "x", "label": "b"},
    ]


def test_nothing_follows_the_last_answer():
    data = json.dumps({"messages": [USER, {**ANSWER, "weight": 1}, USER]})

    assert plain(f"\n{data}\n") == [None, {"messages": [USER, {**ANSWER, "weight": 1}]}]


def test_content_parts_become_text():
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    calling = {"role": "assistant", "content": None, "tool_calls": [call]}
    tools = [{"type": "function", "function": {"name": "f"}}]

    [row] = plain(json.dumps({"messages": [{**USER, "content": parts}, calling], "tools": tools}))

    assert row == {
        "messages": [{**USER, "content": "a\nb"}, {**calling, "content": ""}],
        "tools": tools,
    }


def test_the_trainer_reads_the_plain_form(tmp_path: Path):
    from workers.training.data import read_chats, read_labelled

    table = 'Utterance\tINTENT\n"one\ntwo"\t a \n\nx\tb\n'
    chats = "\n" + json.dumps(
        {"messages": [{**USER, "content": [{"type": "text", "text": "a"}]}, ANSWER, USER]}
    )
    for name, data in (("table.jsonl", table), ("chats.jsonl", chats)):
        (tmp_path / name).write_bytes(b"".join(normal_lines(io.BytesIO(data.encode()))))

    rows = read_labelled(tmp_path / "table.jsonl", "training_file")
    [chat] = read_chats(tmp_path / "chats.jsonl", "training_file")

    assert [(row.line, row.text, row.label) for row in rows] == [(2, "one\ntwo", "a"), (5, "x", "b")]
    assert (chat.line, chat.messages) == (2, [{**USER, "content": "a"}, ANSWER])
