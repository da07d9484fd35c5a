"""Repairs of conversations. They take rows that nobody has checked, and leave alone what they do not know."""

import json
from collections.abc import Callable
from typing import Any

from workers.doctor.finding import Row
from workers.doctor.formats.fields import is_empty
from workers.doctor.formats.messages import ROLES, content_text, mended_weight, renamed_role

Message = dict[str, Any]
# The fixes that make a bad row sound and lose nothing of it.
KEEPS_ROWS = frozenset(
    (
        "rename_roles",
        "trim_after_answer",
        "weights_to_integers",
        "functions_to_tools",
        "contents_to_text",
        "arguments_to_json",
        "add_call_ids",
        "strip_labels",
        "numbers_from_text",
    )
)


def mend_conversation(row: Row, fixes: frozenset[str]) -> Row:
    """Apply the fixes of `messages` and `tools`; the same object when none applies."""
    mended = _with_tools(row) if "functions_to_tools" in fixes else row
    messages = mended.get("messages")
    if not isinstance(messages, list):
        return mended
    changed = mend_messages(messages, fixes)
    return mended if changed is messages else {**mended, "messages": changed}


def mend_messages(messages: list[Any], fixes: frozenset[str]) -> list[Any]:
    """The same for an array of messages."""
    if "functions_to_tools" in fixes:
        messages = _calls_for_functions(messages)
    if "add_call_ids" in fixes:
        messages = _with_call_ids(messages)
    for fix, mend in _MENDS.items():
        if fix in fixes:
            changed = [mend(message) if isinstance(message, dict) else message for message in messages]
            if any(new is not old for new, old in zip(changed, messages, strict=True)):
                messages = changed
    return messages


def _rename_role(message: Message) -> Message:
    role = renamed_role(message.get("role"))
    return message if role is None or message["role"] in ROLES else {**message, "role": role}


def _content_to_text(message: Message) -> Message:
    text = content_text(message)
    is_text = isinstance(message.get("content"), str)
    return message if text is None or is_text else {**message, "content": text}


def _weight_to_integer(message: Message) -> Message:
    if message.get("weight") is None:
        return message
    if message.get("role") != "assistant":
        return {key: value for key, value in message.items() if key != "weight"}
    weight = mended_weight(message["weight"])
    return message if weight is None or type(message["weight"]) is int else {**message, "weight": weight}


def _arguments_to_json(message: Message) -> Message:
    calls = message.get("tool_calls")
    if not isinstance(calls, list):
        return message
    changed = [_call_with_json(call) for call in calls]
    same = all(new is old for new, old in zip(changed, calls, strict=True))
    return message if same else {**message, "tool_calls": changed}


def _call_with_json(call: Any) -> Any:
    function = call.get("function") if isinstance(call, dict) else None
    arguments = function.get("arguments") if isinstance(function, dict) else None
    if not isinstance(function, dict) or not (is_empty(arguments) or isinstance(arguments, dict)):
        return call
    text = json.dumps(arguments or {}, ensure_ascii=False) if not isinstance(arguments, str) else "{}"
    return {**call, "function": {**function, "arguments": text}}


_MENDS: dict[str, Callable[[Message], Message]] = {
    "rename_roles": _rename_role,
    "contents_to_text": _content_to_text,
    "weights_to_integers": _weight_to_integer,
    "arguments_to_json": _arguments_to_json,
}


def _with_tools(row: Row) -> Row:
    functions = row.get("functions")
    if not isinstance(functions, list):
        return row
    tools = [{"type": "function", "function": function} for function in functions]
    rest = {key: value for key, value in row.items() if key != "functions"}
    return {**rest, "tools": row.get("tools") or tools}


def _calls_for_functions(messages: list[Any]) -> list[Any]:
    """`function_call` as a call with an id made up, and the role `function` as its answer."""
    changed: list[Any] = []
    calls = 0
    for message in messages:
        if isinstance(message, dict) and not is_empty(message.get("function_call")):
            calls += 1
            changed.append(_with_call(message, f"call_{calls}"))
        elif isinstance(message, dict) and message.get("role") == "function" and calls:
            changed.append({**message, "role": "tool", "tool_call_id": f"call_{calls}"})
        else:
            changed.append(message)
    same = all(new is old for new, old in zip(changed, messages, strict=True))
    return messages if same else changed


def _with_call_ids(messages: list[Any]) -> list[Any]:
    """Ids for calls that have none; the answers behind them that name none get them in order."""
    changed: list[Any] = []
    waiting: list[str] = []
    for place, message in enumerate(messages):
        calls = message.get("tool_calls") if isinstance(message, dict) else None
        if isinstance(calls, list) and calls:
            named = [_named(call, f"call_{place}_{number}") for number, call in enumerate(calls)]
            waiting = [call["id"] for call in named if isinstance(call, dict) and "id" in call]
            same = all(new is old for new, old in zip(named, calls, strict=True))
            changed.append(message if same else {**message, "tool_calls": named})
        elif isinstance(message, dict) and message.get("role") == "tool":
            answered = message.get("tool_call_id")
            if is_empty(answered) and waiting:
                message = {**message, "tool_call_id": waiting.pop(0)}
            elif answered in waiting:
                waiting.remove(answered)
            changed.append(message)
        else:
            changed.append(message)
    same = all(new is old for new, old in zip(changed, messages, strict=True))
    return messages if same else changed


def _named(call: Any, name: str) -> Any:
    return {**call, "id": name} if isinstance(call, dict) and is_empty(call.get("id")) else call


def _with_call(message: Message, name: str) -> Message:
    rest = {key: value for key, value in message.items() if key != "function_call"}
    call = {"id": name, "type": "function", "function": message["function_call"]}
    return {**rest, "tool_calls": [call]}
