"""Chat rows as OpenAI's supervised format has them."""

import json
from collections.abc import Iterator
from typing import Any

from apps.datasets.validation.report import Finding, quote

_ROLES = ("system", "developer", "user", "assistant", "tool")


def check_chat(row: dict[str, Any], line: int) -> Iterator[Finding]:
    """Yield everything wrong with one row, errors and warnings."""
    messages = row.get("messages")
    if "messages" not in row:
        yield _error(line, "messages", "missing_messages", f"Line {line}: 'messages' is missing.")
    elif not isinstance(messages, list):
        yield _error(line, "messages", "invalid_messages", f"Line {line}: 'messages' must be an array.")
    elif not messages:
        yield _error(line, "messages", "empty_messages", f"Line {line}: 'messages' is empty.")
    else:
        yield from _check_messages(messages, line)
    yield from _check_tools(row, line)


def _check_messages(messages: list[Any], line: int) -> Iterator[Finding]:
    is_sound = True
    for place, message in enumerate(messages):
        for finding in _check_message(message, _At(line, place)):
            is_sound = is_sound and not finding.is_error
            yield finding
    if is_sound:
        yield from _check_turns(messages, line)


def _check_turns(messages: list[dict[str, Any]], line: int) -> Iterator[Finding]:
    roles = [message["role"] for message in messages]
    answers = [message for message in messages if message["role"] == "assistant"]
    if not answers:
        text = f"Line {line}: there is no assistant message to learn from."
        yield _error(line, "messages", "missing_assistant", text)
        return
    if all(message.get("weight") == 0 for message in answers):
        text = f"Line {line}: every assistant message has the weight 0; there is nothing to learn."
        yield _error(line, "messages", "nothing_to_train", text)
    if roles[-1] != "assistant":
        text = f"Line {line}: the last message is not an assistant's; what follows is not learned."
        yield _warning(line, f"messages[{len(roles) - 1}].role", "last_message_not_assistant", text)
    if "user" not in roles:
        text = f"Line {line}: there is no user message."
        yield _warning(line, "messages", "no_user_message", text)
    if "system" in roles[1:]:
        text = f"Line {line}: a system message is not the first message."
        yield _warning(line, f"messages[{roles.index('system', 1)}].role", "system_not_first", text)


class _At:
    """A message's place, for messages and paths."""

    def __init__(self, line: int, place: int) -> None:
        self.line, self._place = line, place

    def error(self, field: str, code: str, says: str) -> Finding:
        path = f"messages[{self._place}]" + (f".{field}" if field else "")
        return _error(self.line, path, code, f"Line {self.line}, message {self._place + 1}: {says}")


def _check_message(message: Any, at: _At) -> Iterator[Finding]:
    if not isinstance(message, dict):
        yield at.error("", "invalid_message", "it must be an object with 'role' and 'content'.")
        return
    role = message.get("role")
    if "role" not in message:
        yield at.error("role", "missing_role", "'role' is missing.")
    elif role not in _ROLES:
        yield at.error("role", "unknown_role", f"{quote(role)} is not one of {', '.join(_ROLES)}.")
    else:
        yield from _check_content(message, role, at)
        yield from _check_weight(message, role, at)
        yield from _check_calls(message, role, at)


def _check_content(message: dict[str, Any], role: str, at: _At) -> Iterator[Finding]:
    content = message.get("content")
    calls = role == "assistant" and message.get("tool_calls")
    if content is None and calls:
        return
    if "content" not in message:
        yield at.error("content", "missing_content", "'content' is missing.")
    elif isinstance(content, list) and content:
        yield from _check_parts(content, at)
    elif not isinstance(content, str):
        yield at.error("content", "invalid_content", "'content' must be a string.")
    elif role == "assistant" and not content.strip() and not calls:
        yield at.error("content", "blank_content", "'content' is blank; there is nothing to learn.")


def _check_parts(parts: list[Any], at: _At) -> Iterator[Finding]:
    for place, part in enumerate(parts):
        if not isinstance(part, dict) or part.get("type") != "text" or not isinstance(part.get("text"), str):
            text = "only text parts can be trained on, as {'type': 'text', 'text': ...}."
            yield at.error(f"content[{place}]", "invalid_content", text)


def _check_weight(message: dict[str, Any], role: str, at: _At) -> Iterator[Finding]:
    if "weight" not in message:
        return
    weight = message["weight"]
    if role != "assistant":
        yield at.error("weight", "invalid_weight", "'weight' is allowed on assistant messages only.")
    elif isinstance(weight, bool) or weight not in (0, 1):
        yield at.error("weight", "invalid_weight", f"'weight' must be 0 or 1, not {quote(weight)}.")


def _check_calls(message: dict[str, Any], role: str, at: _At) -> Iterator[Finding]:
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        yield at.error("tool_call_id", "missing_tool_call_id", "a tool message needs 'tool_call_id'.")
    if message.get("function_call") is not None:
        yield at.error("function_call", "invalid_tool_calls", "write 'function_call' as 'tool_calls'.")
    calls = message.get("tool_calls")
    if calls is None:
        return
    if role != "assistant":
        yield at.error("tool_calls", "invalid_tool_calls", "only an assistant message makes tool calls.")
    elif not isinstance(calls, list) or not calls:
        yield at.error("tool_calls", "invalid_tool_calls", "'tool_calls' must be an array of calls.")
    else:
        for place, call in enumerate(calls):
            if problem := _call_problem(call):
                yield at.error(f"tool_calls[{place}]", "invalid_tool_calls", problem)


def _call_problem(call: Any) -> str | None:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        return "a tool call needs 'function' with a 'name'."
    try:
        json.loads(function.get("arguments", ""))
    except (TypeError, ValueError):
        return "a tool call's 'arguments' must be JSON, written as a string."
    return None


def _check_tools(row: dict[str, Any], line: int) -> Iterator[Finding]:
    tools = row.get("tools")
    if row.get("functions"):
        text = f"Line {line}: write 'functions' as 'tools'."
        yield _error(line, "functions", "invalid_tools", text)
    if tools is None:
        return
    if not isinstance(tools, list):
        yield _error(line, "tools", "invalid_tools", f"Line {line}: 'tools' must be an array.")
        return
    for place, tool in enumerate(tools):
        function = tool.get("function") if isinstance(tool, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            text = f"Line {line}: tool {place + 1} needs 'function' with a 'name'."
            yield _error(line, f"tools[{place}]", "invalid_tools", text)


def _error(line: int, param: str, code: str, message: str) -> Finding:
    return Finding(line=line, param=param, code=code, message=message)


def _warning(line: int, param: str, code: str, message: str) -> Finding:
    return Finding(line=line, param=param, code=code, message=message, is_error=False)
