"""The messages of a conversation, as OpenAI's formats have them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workers.doctor.finding import Finding, Value, cut
from workers.doctor.formats.fields import as_text, error, is_empty, warning
from workers.doctor.formats.tools import call_problem

ROLES = ("system", "developer", "user", "assistant", "tool")
RENAMED_ROLES = {
    "human": "user",
    "customer": "user",
    "用户": "user",
    "gpt": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "ai": "assistant",
    "chatgpt": "assistant",
    "chatbot": "assistant",
    "agent": "assistant",
    "助手": "assistant",
    "客服": "assistant",
    "系统": "system",
    "observation": "tool",
}


def renamed_role(role: object) -> str | None:
    """The role that another spelling means."""
    if not isinstance(role, str):
        return None
    name = role.strip().casefold()
    return name if name in ROLES else RENAMED_ROLES.get(name)


@dataclass(frozen=True, slots=True)
class At:
    """A message's place, for sentences and paths. `path` is the array's."""

    line: int
    path: str
    place: int

    def error(self, field: str, code: str, fix: str = "drop_rows", **values: Value) -> Finding:
        return error(self.line, self._param(field), code, fix, turn=self.place + 1, **values)

    def warning(self, field: str, code: str, fix: str | None = None, **values: Value) -> Finding:
        return warning(self.line, self._param(field), code, fix, turn=self.place + 1, **values)

    def _param(self, field: str) -> str:
        return f"{self.path}[{self.place}]" + (f".{field}" if field else "")


def check_array(holder: dict[str, Any], key: str, line: int, path: str) -> Iterator[Finding]:
    """An array of messages under `key`, each message alone."""
    messages = holder.get(key)
    is_output = key != "messages"
    if key not in holder:
        yield error(line, path, "missing_output" if is_output else "missing_messages")
    elif not isinstance(messages, list):
        yield error(line, path, "invalid_output" if is_output else "invalid_messages")
    elif not messages:
        yield error(line, path, "empty_output" if is_output else "empty_messages")
    else:
        for place, message in enumerate(messages):
            yield from check_message(message, At(line, path, place))


def check_message(message: Any, at: At) -> Iterator[Finding]:
    if not isinstance(message, dict):
        yield at.error("", "invalid_message")
        return
    role = message.get("role")
    if "role" not in message:
        yield at.error("role", "missing_role")
    elif role == "function":
        yield at.error("role", "deprecated_role", "functions_to_tools")
    elif role not in ROLES:
        fix = "drop_rows" if renamed_role(role) is None else "rename_roles"
        yield at.error("role", "unknown_role", fix, value=cut(role), names=", ".join(ROLES))
    else:
        yield from _check_content(message, role, at)
        yield from _check_weight(message, role, at)
        yield from _check_calls(message, role, at)


def _check_content(message: dict[str, Any], role: str, at: At) -> Iterator[Finding]:
    content = message.get("content")
    calls = role == "assistant" and not is_empty(message.get("tool_calls"))
    if not isinstance(message.get("name", ""), str | None):
        yield at.error("name", "invalid_name")
    if content is None and calls:
        return
    if "content" not in message:
        fix = "functions_to_tools" if message.get("function_call") else "drop_rows"
        yield at.error("content", "missing_content", fix)
    elif isinstance(content, list) and content:
        fix = "drop_rows" if content_text(message) is None else "contents_to_text"
        yield from _check_parts(content, at, fix)
    elif not isinstance(content, str):
        yield at.error("content", "invalid_content", _content_fix(message))
    elif not calls and role in ("assistant", "user") and not content.strip():
        if role == "assistant":
            yield at.error("content", "blank_content")
        else:
            yield at.warning("content", "blank_prompt")


def _content_fix(message: dict[str, Any]) -> str:
    if message.get("function_call") and message.get("content") is None:
        return "functions_to_tools"
    return "drop_rows" if content_text(message) is None else "contents_to_text"


def content_text(message: dict[str, Any]) -> str | None:
    """A content that is no text as text, where it has some; what a tool answers is then its JSON."""
    content = message.get("content")
    text = as_text(content)
    is_data = isinstance(content, dict | list) and message.get("role") == "tool"
    return json.dumps(content, ensure_ascii=False) if text is None and is_data else text


def _check_parts(parts: list[Any], at: At, fix: str) -> Iterator[Finding]:
    for place, part in enumerate(parts):
        if not isinstance(part, dict) or part.get("type") != "text" or not isinstance(part.get("text"), str):
            yield at.error(f"content[{place}]", "invalid_content", fix, reason="part")


def _check_weight(message: dict[str, Any], role: str, at: At) -> Iterator[Finding]:
    weight = message.get("weight")
    if weight is None:
        return
    if role != "assistant":
        yield at.error("weight", "invalid_weight", "weights_to_integers", reason="role")
    elif isinstance(weight, bool) or weight not in (0, 1):
        fix = "drop_rows" if mended_weight(weight) is None else "weights_to_integers"
        yield at.error("weight", "invalid_weight", fix, value=cut(weight))


def mended_weight(weight: Any) -> int | None:
    """0 or 1 out of what means one of them."""
    text = str(weight).strip().casefold()
    return {"true": 1, "false": 0, "1": 1, "1.0": 1, "0": 0, "0.0": 0}.get(text)


def _check_calls(message: dict[str, Any], role: str, at: At) -> Iterator[Finding]:
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        fix = "add_call_ids" if is_empty(message.get("tool_call_id")) else "drop_rows"
        yield at.error("tool_call_id", "missing_tool_call_id", fix)
    if not is_empty(message.get("function_call")):
        yield at.error("function_call", "invalid_tool_calls", "functions_to_tools", reason="legacy")
    calls = message.get("tool_calls")
    if is_empty(calls):
        return
    if role != "assistant":
        yield at.error("tool_calls", "invalid_tool_calls", reason="role")
    elif not isinstance(calls, list):
        yield at.error("tool_calls", "invalid_tool_calls", reason="array")
    else:
        for place, call in enumerate(calls):
            if problem := call_problem(call):
                reason, fix = problem
                yield at.error(f"tool_calls[{place}]", "invalid_tool_calls", fix, reason=reason)
