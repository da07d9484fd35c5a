"""How the messages of a conversation follow each other. Each message alone is sound."""

from collections.abc import Iterator
from typing import Any

from workers.doctor.finding import Finding, cut
from workers.doctor.formats.messages import At

Messages = list[dict[str, Any]]


def check_turns(messages: Messages, tools: frozenset[str], line: int, path: str) -> Iterator[Finding]:
    """The order of roles, and that calls, tools and answers belong together."""
    roles = [message["role"] for message in messages]
    for place, role in enumerate(roles):
        at = At(line, path, place)
        if place and role in ("system", "developer"):
            yield at.warning("role", "system_not_first", role=role)
        if place and role == "user" and roles[place - 1] == "user":
            yield at.warning("role", "repeated_user")
    yield from _check_calls(messages, tools, line, path)


def _check_calls(messages: Messages, tools: frozenset[str], line: int, path: str) -> Iterator[Finding]:
    known: set[str] = set()
    for place, message in enumerate(messages):
        at = At(line, path, place)
        for number, call in enumerate(message.get("tool_calls") or ()):
            known.add(call["id"])
            name = call["function"]["name"]
            if name not in tools:
                yield at.warning(f"tool_calls[{number}].function.name", "undeclared_tool", name=cut(name))
        if message["role"] == "tool" and message["tool_call_id"] not in known:
            yield at.error("tool_call_id", "unknown_tool_call_id", value=cut(message["tool_call_id"]))
