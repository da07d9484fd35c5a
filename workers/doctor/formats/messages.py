"""The messages of a conversation, as OpenAI's formats have them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workers.doctor.finding import Finding, quote
from workers.doctor.formats.fields import as_text, error, warning
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
    """A message's place, for messages and paths. `path` is the array's."""

    line: int
    path: str
    place: int

    def error(self, field: str, code: str, says: str, fix: str = "drop_rows") -> Finding:
        return error(self.line, self._param(field), code, self._says(says), fix)

    def warning(self, field: str, code: str, says: str, fix: str | None = None) -> Finding:
        return warning(self.line, self._param(field), code, self._says(says), fix)

    def _param(self, field: str) -> str:
        return f"{self.path}[{self.place}]" + (f".{field}" if field else "")

    def _says(self, says: str) -> str:
        return f"Line {self.line}, message {self.place + 1}: {says}"


def check_array(holder: dict[str, Any], key: str, line: int, path: str) -> Iterator[Finding]:
    """An array of messages under `key`, each message alone."""
    messages = holder.get(key)
    if key not in holder:
        yield error(line, path, f"missing_{key}", f"Line {line}: {key!r} is missing.")
    elif not isinstance(messages, list):
        yield error(line, path, f"invalid_{key}", f"Line {line}: {key!r} must be an array.")
    elif not messages:
        yield error(line, path, f"empty_{key}", f"Line {line}: {key!r} is empty.")
    else:
        for place, message in enumerate(messages):
            yield from check_message(message, At(line, path, place))


def check_message(message: Any, at: At) -> Iterator[Finding]:
    if not isinstance(message, dict):
        yield at.error("", "invalid_message", "it must be an object with 'role' and 'content'.")
        return
    role = message.get("role")
    if "role" not in message:
        yield at.error("role", "missing_role", "'role' is missing.")
    elif role == "function":
        text = "the role 'function' is deprecated; write a 'tool' message that answers a tool call."
        yield at.error("role", "deprecated_role", text, "functions_to_tools")
    elif role not in ROLES:
        fix = "drop_rows" if renamed_role(role) is None else "rename_roles"
        yield at.error("role", "unknown_role", f"{quote(role)} is not one of {', '.join(ROLES)}.", fix)
    else:
        yield from _check_content(message, role, at)
        yield from _check_weight(message, role, at)
        yield from _check_calls(message, role, at)


def _check_content(message: dict[str, Any], role: str, at: At) -> Iterator[Finding]:
    content = message.get("content")
    calls = role == "assistant" and message.get("tool_calls")
    if not isinstance(message.get("name", ""), str | None):
        yield at.error("name", "invalid_name", "'name' must be a string.")
    if content is None and calls:
        return
    if "content" not in message:
        fix = "functions_to_tools" if message.get("function_call") else "drop_rows"
        yield at.error("content", "missing_content", "'content' is missing.", fix)
    elif isinstance(content, list) and content:
        yield from _check_parts(content, at)
    elif not isinstance(content, str):
        yield at.error("content", "invalid_content", "'content' must be a string.", _content_fix(message))
    elif not calls and role in ("assistant", "user") and not content.strip():
        if role == "assistant":
            yield at.error("content", "blank_content", "'content' is blank; there is nothing to learn.")
        else:
            yield at.warning("content", "blank_prompt", "'content' is blank.")


def _content_fix(message: dict[str, Any]) -> str:
    if message.get("function_call") and message.get("content") is None:
        return "functions_to_tools"
    return "drop_rows" if as_text(message.get("content")) is None else "contents_to_text"


def _check_parts(parts: list[Any], at: At) -> Iterator[Finding]:
    fix = "drop_rows" if as_text(parts) is None else "contents_to_text"
    for place, part in enumerate(parts):
        if not isinstance(part, dict) or part.get("type") != "text" or not isinstance(part.get("text"), str):
            text = "only text parts can be trained on, as {'type': 'text', 'text': ...}."
            yield at.error(f"content[{place}]", "invalid_content", text, fix)


def _check_weight(message: dict[str, Any], role: str, at: At) -> Iterator[Finding]:
    if "weight" not in message:
        return
    weight = message["weight"]
    if role != "assistant":
        text = "'weight' is allowed on assistant messages only."
        yield at.error("weight", "invalid_weight", text, "weights_to_integers")
    elif isinstance(weight, bool) or weight not in (0, 1):
        fix = "drop_rows" if mended_weight(weight) is None else "weights_to_integers"
        yield at.error("weight", "invalid_weight", f"'weight' must be 0 or 1, not {quote(weight)}.", fix)


def mended_weight(weight: Any) -> int | None:
    """0 or 1 out of what means one of them; null means learned."""
    if weight is None:
        return 1
    text = str(weight).strip().casefold()
    return {"true": 1, "false": 0, "1": 1, "1.0": 1, "0": 0, "0.0": 0}.get(text)


def _check_calls(message: dict[str, Any], role: str, at: At) -> Iterator[Finding]:
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        yield at.error("tool_call_id", "missing_tool_call_id", "a tool message needs 'tool_call_id'.")
    if message.get("function_call") is not None:
        text = "write 'function_call' as 'tool_calls'."
        yield at.error("function_call", "invalid_tool_calls", text, "functions_to_tools")
    calls = message.get("tool_calls")
    if calls is None:
        return
    if role != "assistant":
        yield at.error("tool_calls", "invalid_tool_calls", "only an assistant message makes tool calls.")
    elif not isinstance(calls, list) or not calls:
        yield at.error("tool_calls", "invalid_tool_calls", "'tool_calls' must be an array of calls.")
    else:
        for place, call in enumerate(calls):
            if problem := call_problem(call):
                yield at.error(f"tool_calls[{place}]", "invalid_tool_calls", *problem)
