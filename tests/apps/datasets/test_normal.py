"""The plain form that trainers read."""

import io
import json

import pytest

from apps.datasets.validation.normal import normal_lines
from apps.datasets.validation.validate import validate

USER = {"role": "user", "content": "hi"}
ANSWER = {"role": "assistant", "content": "hello"}


def plain(data: str) -> list[dict | None]:
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
