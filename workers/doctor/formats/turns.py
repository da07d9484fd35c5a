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


def _unanswered(at: At, call_id: str) -> Finding:
    return at.error("tool_calls", "unanswered_tool_call", value=cut(call_id))


def _check_calls(messages: Messages, tools: frozenset[str], line: int, path: str) -> Iterator[Finding]:
    """Each call has its answer before anybody else speaks, as the API wants it; the last ones need none."""
    waiting: list[str] = []  # ids of calls without an answer
    called = At(line, path, 0)
    for place, message in enumerate(messages):
        at = At(line, path, place)
        if message["role"] == "tool":
            if message["tool_call_id"] not in waiting:
                yield at.error("tool_call_id", "unknown_tool_call_id", value=cut(message["tool_call_id"]))
            else:
                waiting.remove(message["tool_call_id"])
            continue
        if waiting:
            yield _unanswered(called, waiting[0])
        called, waiting = at, [call["id"] for call in message.get("tool_calls") or ()]
        if len(set(waiting)) < len(waiting):
            yield at.error("tool_calls", "repeated_tool_call_id")
        for number, call in enumerate(message.get("tool_calls") or ()):
            name = call["function"]["name"]
            if name not in tools:
                yield at.warning(f"tool_calls[{number}].function.name", "undeclared_tool", name=cut(name))
