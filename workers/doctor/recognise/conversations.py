"""Conversations as ShareGPT's tools write them: `from` and `value`, with tool calls as text.

Source: https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md (sharegpt format)
"""

import json
from typing import Any

from workers.doctor.finding import Finding, Row
from workers.doctor.formats.fields import error
from workers.doctor.recognise.spelling import is_list_of_objects, missing

_ROLES = {
    "human": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "tool": "observation",
    "function_response": "observation",
}
_FIELDS = {"content": "value", "weight": "weight"}
KEYS = ("conversations", "conversation")


def is_conversation(row: Row) -> bool:
    return any(is_list_of_objects(row.get(key)) for key in KEYS)


def to_chat(row: Row, line: int) -> Row | Finding:
    """Bring a row into OpenAI's chat messages."""
    key = next((key for key in KEYS if key in row), None)
    if key is None:
        return missing(line, KEYS[0])
    turns = row[key]
    if not is_list_of_objects(turns):
        return error(line, key, "invalid_conversations")
    messages = to_messages(turns, line, key)
    if isinstance(messages, Finding):
        return messages
    if isinstance(row.get("system"), str) and row["system"].strip():
        messages.insert(0, {"role": "system", "content": row["system"]})
    tools = to_tools(row.get("tools"), line)
    if isinstance(tools, Finding):
        return tools
    return {"messages": messages, **({"tools": tools} if tools else {})}


def to_messages(turns: list[dict[str, Any]], line: int, path: str) -> list[dict[str, Any]] | Finding:
    messages: list[dict[str, Any]] = []
    waiting: list[str] = []  # ids of calls that have no answer yet
    for place, turn in enumerate(turns):
        message = _message(turn, waiting, len(messages))
        if message is None:
            param = f"{path}[{place}].value"
            return error(line, param, "invalid_tool_calls", reason="written", turn=place + 1)
        messages.append(message)
    return messages


def to_tools(written: Any, line: int) -> list[Any] | Finding | None:
    """Tools in OpenAI's spelling out of a list of functions, or of its JSON text."""
    if isinstance(written, str) and written.strip():
        try:
            written = json.loads(written)
        except (ValueError, RecursionError):
            return error(line, "tools", "invalid_tools", reason="json")
    if not written:
        return None
    if not isinstance(written, list):
        return error(line, "tools", "invalid_tools", reason="array")
    return [
        tool if isinstance(tool, dict) and "function" in tool else {"type": "function", "function": tool}
        for tool in written
    ]


def _message(turn: dict[str, Any], waiting: list[str], place: int) -> dict[str, Any] | None:
    """A message; None when the turn's call cannot be read."""
    if "from" not in turn and "role" in turn:
        return turn
    said_by, value = turn.get("from"), turn.get("value")
    role = _ROLES.get(said_by, said_by) if isinstance(said_by, str) else said_by
    if role == "function_call":
        return _calls(value, waiting, place)
    if role == "observation":
        answered = {"tool_call_id": waiting.pop(0)} if waiting else {}
        return {"role": "tool", "content": value, **answered}
    message = {key: turn[source] for key, source in _FIELDS.items() if source in turn}
    return message if said_by is None else {"role": role, **message}


def _calls(value: Any, waiting: list[str], place: int) -> dict[str, Any] | None:
    try:
        written = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return None
    calls = written if isinstance(written, list) else [written]
    if not calls or not all(isinstance(call, dict) and "name" in call for call in calls):
        return None
    tool_calls = []
    for number, call in enumerate(calls):
        arguments = call.get("arguments", {})
        text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
        call_id = f"call_{place}_{number}"
        waiting.append(call_id)
        function = {"name": call["name"], "arguments": text}
        tool_calls.append({"id": call_id, "type": "function", "function": function})
    return {"role": "assistant", "content": None, "tool_calls": tool_calls}
