"""Conversations as ShareGPT's tools write them: `from` and `value`, with tool calls as text.

Source: https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md (sharegpt format)
"""

import json
from collections.abc import Iterator
from typing import Any

from workers.doctor.finding import Finding, Row, quoted
from workers.doctor.formats.fields import error, warning
from workers.doctor.recognise.parts import SYSTEM, Messages, history_of, parsed, present, system_of, tools_of
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
_IS_LEARNED = ("weight", "loss", "train", "training")  # as different trainers call it
_TURN_READS = {"from", "value", *_IS_LEARNED}
KEYS = ("conversations", "conversation")
READS = frozenset((*KEYS, *SYSTEM, "tools", "history"))


def is_conversation(row: Row) -> bool:
    return any(is_list_of_objects(parsed(row.get(key))) for key in KEYS)


def to_chat(row: Row, line: int) -> Row | Finding:
    """Bring a row into OpenAI's chat messages."""
    key = next((key for key in KEYS if key in row), None)
    if key is None:
        return missing(line, KEYS[0])
    turns = parsed(row[key])
    if not is_list_of_objects(turns):
        return error(line, key, "invalid_conversations")
    messages, before = to_messages(turns, line, key), history_of(row.get("history"), line, "history")
    tools = tools_of(row.get("tools"), line)
    for found in (messages, before, tools):
        if isinstance(found, Finding):
            return found
    return {
        "messages": [*system_of(row), *before, *messages],  # type: ignore[misc]  # no Finding
        **({"tools": tools} if tools else {}),
    }


def to_messages(turns: list[dict[str, Any]], line: int, path: str) -> Messages | Finding:
    messages: Messages = []
    waiting: list[str] = []  # ids of calls that have no answer yet
    for place, turn in enumerate(turns):
        message = _message(present(turn), waiting, len(messages))
        if message is None:
            param = f"{path}[{place}].value"
            return error(line, param, "invalid_tool_calls", reason="written", turn=place + 1)
        messages.append(message)
    return messages


def unread_of_turns(row: Row, line: int) -> Iterator[Finding]:
    """What a turn has beside who speaks and what is said."""
    key = next((key for key in KEYS if key in row), KEYS[0])
    turns = parsed(row.get(key))
    for place, turn in enumerate(turns if is_list_of_objects(turns) else ()):
        unread = present(turn).keys() - _TURN_READS
        if unread and turn.get("from") is not None:
            names = quoted(sorted(unread))
            yield warning(line, f"{key}[{place}]", "unread_field", reason="turn", turn=place + 1, names=names)
            return


def _message(turn: dict[str, Any], waiting: list[str], place: int) -> dict[str, Any] | None:
    """A message; None when the turn's call cannot be read."""
    if "from" not in turn and "role" in turn:
        return _weighed(turn)
    said_by, value = turn.get("from"), turn.get("value")
    role = _ROLES.get(said_by, said_by) if isinstance(said_by, str) else said_by
    if role == "function_call":
        return _calls(value, waiting, place)
    if role == "observation":
        answered = {"tool_call_id": waiting.pop(0)} if waiting else {}
        return {"role": "tool", "content": value, **answered}
    message = {"content": value} if "value" in turn else {}
    learned = next((turn[key] for key in _IS_LEARNED if key in turn), None)
    if learned is not None and (role == "assistant" or "weight" in turn):
        message["weight"] = int(learned) if isinstance(learned, bool) else learned
    return message if said_by is None else {"role": role, **message}


def _weighed(turn: dict[str, Any]) -> dict[str, Any]:
    """OpenAI's message, with `weight` for what another trainer calls it."""
    key = next((key for key in _IS_LEARNED[1:] if isinstance(turn.get(key), bool)), None)
    if key is None or "weight" in turn or turn["role"] != "assistant":
        return turn
    return {**{name: value for name, value in turn.items() if name != key}, "weight": int(turn[key])}


def of_openai(messages: Any, line: int) -> Any:
    """OpenAI's `messages` that ShareGPT's turns stand in, or other trainers' marks of what is learned."""
    if not is_list_of_objects(messages):
        return messages
    if all("from" in turn and "role" not in turn for turn in messages):
        return to_messages(messages, line, "messages")
    weighed = [_weighed(turn) if "role" in turn else turn for turn in messages]
    return messages if all(new is old for new, old in zip(weighed, messages, strict=True)) else weighed


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
