"""Rows that are OpenAI's but for how a table or another library writes their parts.

JSON text is read as what it says, a system prompt beside the messages is their first, and nulls are gaps.

Source: https://huggingface.co/docs/trl/dataset_formats (tools as JSON text)
"""

from collections.abc import Iterator
from typing import Any

from workers.doctor.finding import Finding, Row
from workers.doctor.formats.fields import is_empty, warning
from workers.doctor.recognise.conversations import of_openai
from workers.doctor.recognise.parts import SYSTEM, Messages, parsed, system_of, tools_of
from workers.doctor.recognise.spelling import is_list_of_objects

READS = frozenset(("messages", "tools", "functions", "function_call", "parallel_tool_calls", *SYSTEM))
_OUTPUTS = ("preferred_output", "preferred_completion", "non_preferred_output", "non_preferred_completion")
PREFERENCE_READS = frozenset(("input", *_OUTPUTS))


def to_messages(row: Row, line: int) -> Row | Finding:
    """The same object if there is nothing to change."""
    mended: Row = {}
    messages = of_openai(_read(row.get("messages")), line)
    if isinstance(messages, Finding):
        return messages
    if is_list_of_objects(messages):
        messages = [*_system_beside(row, messages), *messages] if _system_beside(row, messages) else messages
    if messages is not row.get("messages"):
        mended["messages"] = messages
    if is_empty(row.get("tools")):
        tools = None
    else:
        tools = tools_of(row["tools"], line)
        if isinstance(tools, Finding):
            return tools
        if tools != row["tools"]:
            mended["tools"] = tools
    return {**row, **mended} if mended else row


def unread_system(row: Row, line: int) -> Iterator[Finding]:
    """A second system prompt: the one among the messages is read."""
    messages = _read(row.get("messages"))
    for key in SYSTEM:
        if not is_empty(row.get(key)) and is_list_of_objects(messages) and _has_system(messages):
            yield warning(line, key, "unread_field", reason="other", other="messages[0]")


def to_preference(row: Row, line: int) -> Row | Finding:
    mended: Row = {}
    asked = parsed(row.get("input"))
    if is_list_of_objects(asked):
        asked = {"messages": asked}
    if isinstance(asked, dict):
        asked = to_messages(asked, line)
        if isinstance(asked, Finding):
            return asked
    if asked is not row.get("input"):
        mended["input"] = asked
    for key in _OUTPUTS:
        output = parsed(row.get(key))
        output = [output] if isinstance(output, dict) else output
        output = [{"role": "assistant", "content": output}] if isinstance(output, str) else _read(output)
        if output is not row.get(key):
            mended[key] = output
    return {**row, **mended} if mended else row


def _read(messages: Any) -> Any:
    """Messages out of JSON text, and so their calls; the same object if neither is text."""
    messages = parsed(messages)
    if not isinstance(messages, list) or not any(_has_text_of_calls(message) for message in messages):
        return messages
    return [
        {**message, "tool_calls": parsed(message["tool_calls"])} if _has_text_of_calls(message) else message
        for message in messages
    ]


def _has_text_of_calls(message: Any) -> bool:
    return isinstance(message, dict) and isinstance(message.get("tool_calls"), str)


def _has_system(messages: Messages) -> bool:
    return any(message.get("role") in ("system", "developer") for message in messages)


def _system_beside(row: Row, messages: Messages) -> Messages:
    return [] if _has_system(messages) else system_of(row)
