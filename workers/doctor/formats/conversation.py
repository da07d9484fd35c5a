"""The plain form of conversations, and their text."""

from collections.abc import Iterator
from typing import Any

from workers.doctor.finding import Row
from workers.doctor.formats.fields import is_empty

Messages = list[dict[str, Any]]
_SECOND = ("name", "weight", "tool_calls", "tool_call_id")  # after role and content


def plain_messages(messages: Messages) -> Messages:
    """Contents as strings; well-known fields first, in one order, and no nulls."""
    return [_plain_message(message) for message in messages]


def plain_tools(row: Row) -> Row:
    return {"tools": row["tools"]} if row.get("tools") else {}


def _plain_message(message: dict[str, Any]) -> dict[str, Any]:
    content = message.get("content")
    if isinstance(content, list):
        content = "\n".join(part["text"] for part in content)  # as the engine joins the parts of a request
    plain = {"role": message["role"], "content": content or ""}
    for key in (*_SECOND, *message):
        if not is_empty(message.get(key)):
            plain.setdefault(key, message[key])
    if "weight" in plain:
        plain["weight"] = int(plain["weight"])
    return plain


def seen_text(messages: Messages) -> str:
    """What a model reads: who said what, calls included."""
    return "\n".join(f"{message['role']}: {text}" for message in messages for text in _said(message))


def _said(message: dict[str, Any]) -> Iterator[str]:
    yield message["content"]
    for call in message.get("tool_calls") or ():
        yield f"{call['function']['name']} {call['function'].get('arguments', '')}"


def written(messages: Messages, path: str) -> Iterator[tuple[str, str]]:
    """(JSON path, text) of every content and every call's arguments."""
    for place, message in enumerate(messages):
        if message["content"]:
            yield f"{path}[{place}].content", message["content"]
        for number, call in enumerate(message.get("tool_calls") or ()):
            if arguments := call["function"].get("arguments"):
                yield f"{path}[{place}].tool_calls[{number}].function.arguments", arguments
