"""The messages of a chat: checked one by one, and rebuilt with nothing but role, name and text."""

from typing import Any

from kernel.errors import InvalidRequest
from workers.gateway.errors import UnsupportedParameter

_ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
_READ = frozenset({"role", "content", "name"})
_TOOL_ROLES = frozenset({"tool", "function"})
# What comes back when an answer's message is appended as it came. What is `parsed` or thought was said in the
# content; the others are read only where they are empty.
_UNREAD = frozenset({"parsed", "refusal", "annotations", "reasoning", "reasoning_content"})
_EMPTY_ONLY = frozenset({"audio", "function_call", "tool_calls", "weight"})
_CHAT_OVERHEAD = 256  # tokens of the template itself: markers, a default system prompt, a date
_MESSAGE_OVERHEAD = 16


def engine_messages(messages: list[Any]) -> list[dict[str, Any]]:
    """Return the messages for the engine.

    Raises:
        InvalidRequest: `param` is the path of the first one at fault, such as `messages[1].content`.
    """
    return [_message(message, f"messages[{index}]") for index, message in enumerate(messages)]


def prompt_bound(messages: list[dict[str, Any]]) -> int:
    """The most tokens that the messages can be: no token is shorter than a byte."""
    total = _CHAT_OVERHEAD
    for message in messages:
        content = message["content"]
        texts = [content] if isinstance(content, str) else [part["text"] for part in content]
        total += _MESSAGE_OVERHEAD + len(message.get("name", "").encode())
        total += sum(len(text.encode()) + 1 for text in texts)  # parts are joined by a line break
    return total


def _message(message: Any, path: str) -> dict[str, Any]:
    if not isinstance(message, dict):
        raise InvalidRequest(f"Invalid type for '{path}': expected an object.", param=path)
    if "role" not in message:
        raise InvalidRequest(f"Missing required parameter: '{path}.role'.", param=f"{path}.role")
    role = message["role"]
    if isinstance(role, str) and role in _TOOL_ROLES:
        raise UnsupportedParameter(
            f"Messages with role '{role}' are not supported with this model.", param=f"{path}.role"
        )
    if not isinstance(role, str) or role not in _ROLES:
        raise InvalidRequest(
            f"Invalid value for '{path}.role': expected one of {', '.join(_ROLES)}.", param=f"{path}.role"
        )
    _check_names(message, path)
    rebuilt = {"role": _ROLES[role], "content": _content(message, f"{path}.content")}
    name = message.get("name")
    if name is not None:
        if not isinstance(name, str) or not 1 <= len(name) <= 64:
            raise InvalidRequest(
                f"Invalid value for '{path}.name': expected 1 to 64 characters.", param=f"{path}.name"
            )
        rebuilt["name"] = name
    return rebuilt


def _check_names(message: dict[str, Any], path: str) -> None:
    is_answer = message["role"] == "assistant"
    for name, value in message.items():
        if name in _READ or (is_answer and (value is None or name in _UNREAD)):
            continue
        if name not in _EMPTY_ONLY and name not in _UNREAD:
            raise InvalidRequest(
                f"Unrecognized request argument supplied: {path}.{name}", param=f"{path}.{name}"
            )
        if value not in (None, [], {}, ""):
            raise UnsupportedParameter(
                f"Unsupported parameter: '{path}.{name}' is not supported with this model.",
                param=f"{path}.{name}",
            )


def _content(message: dict[str, Any], path: str) -> str | list[dict[str, str]]:
    content = message.get("content")
    if content is None and message["role"] == "assistant":
        content = message.get("refusal")  # an answer has one of the two
    if content is None and "content" not in message:
        raise InvalidRequest(f"Missing required parameter: '{path}'.", param=path)
    if isinstance(content, str):
        return content
    if not isinstance(content, list) or not content:
        raise InvalidRequest(
            f"Invalid value for '{path}': expected a text or a list of text parts.", param=path
        )
    return [_part(part, f"{path}[{index}]") for index, part in enumerate(content)]


def _part(part: Any, path: str) -> dict[str, str]:
    kind = part.get("type") if isinstance(part, dict) else None
    if isinstance(kind, str) and kind not in ("text", "refusal"):
        raise UnsupportedParameter(
            f"Content parts of type '{kind[:40]}' are not supported with this model; only 'text' is.",
            param=f"{path}.type",
        )
    text = part.get(kind) if isinstance(kind, str) else None
    if not isinstance(text, str) or any(
        value not in (None, []) for name, value in part.items() if name not in ("type", kind)
    ):
        raise InvalidRequest(
            f"Invalid value for '{path}': expected {{'type': 'text', 'text': ...}}.", param=path
        )
    return {"type": "text", "text": text}
