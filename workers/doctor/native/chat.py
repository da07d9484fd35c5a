"""Chat rows beyond doubt."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from workers.doctor.finding import Row
from workers.doctor.formats.chat import RULES
from workers.doctor.formats.tools import declared
from workers.doctor.native import Sound
from workers.doctor.readers.repeated import may_repeat, repeated_keys

Role = Literal["system", "developer", "user", "assistant", "tool"]

_MOST_MESSAGES = 64  # longer conversations are rare, and would make what is remembered large
_MOST_REMEMBERED = 1024
_MOST_BYTES = 16 * 1024  # of a declaration of tools that is remembered
_MOST_BRACKETS = 64  # of arguments: nothing nested deeply is sure


class _Function(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    name: str
    arguments: str


class _Call(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    id: str
    function: _Function
    type: Literal["function"] = "function"


class _Message(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """One type for all roles: attributes of one type are looked up fastest. The order is the plain form's."""

    role: Role
    content: str | None
    name: str | UnsetType = UNSET
    weight: Literal[0, 1] | UnsetType = UNSET
    tool_calls: Annotated[list[_Call], Meta(min_length=1)] | UnsetType = UNSET
    tool_call_id: str | UnsetType = UNSET


class _Chat(msgspec.Struct, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    messages: list[_Message]
    tools: Any = None


_SYSTEM: list[Role] = ["system"]
_TURN: list[Role] = ["user", "assistant"]
_USUAL = {2 * turns + more: _SYSTEM * more + _TURN * turns for turns in range(1, 32) for more in (0, 1)}
_decode_chat = msgspec.json.Decoder(_Chat).decode
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.encode


class ChatLane:
    """Remembers which orders of roles and which declarations of tools are sound."""

    def __init__(self) -> None:
        self._orders: dict[tuple[str, ...], bool] = {}
        self._tools: dict[bytes, frozenset[str]] = {_encode(None): frozenset()}

    def take(self, data: bytes) -> Sound | None:
        try:
            row = _decode_chat(data)
        except (ValueError, RecursionError):
            return None
        messages = row.messages
        roles = [message.role for message in messages]
        if roles == _USUAL.get(len(roles)) or self._is_sound_order(tuple(roles)):
            for message in messages:
                content = message.content
                if (
                    not content
                    or content.isspace()
                    or message.weight is not UNSET
                    or message.tool_calls is not UNSET
                    or message.tool_call_id is not UNSET
                ):
                    break
            else:
                if row.tools is None and "tool" not in roles:
                    # two quotes around each: "messages", and of a message two keys and two texts
                    is_usual = not may_repeat(data, 2 + 8 * len(roles))
                    return row if is_usual or not repeated_keys(data, _decode(data), 1) else None
            return self._look(row, data)
        return None

    def learn(self, row: Row) -> None:
        tools = _encode(row.get("tools"))
        if row.get("tools") and len(tools) <= _MOST_BYTES and len(self._tools) < _MOST_REMEMBERED:
            self._tools[tools] = declared(row)

    def input_of(self, row: msgspec.Struct) -> str:
        messages = row.messages[:-1]  # type: ignore[attr-defined]
        return "\n".join([f"{message.role}: {message.content}" for message in messages])

    def _is_sound_order(self, roles: tuple[str, ...]) -> bool:
        """True when `check` says nothing of roles in this order, each message alone being sound."""
        if len(roles) > _MOST_MESSAGES:
            return False
        known = self._orders.get(roles)
        if known is None:
            known = not RULES.check(_example(roles), 1)
            if len(self._orders) < _MOST_REMEMBERED:
                self._orders[roles] = known
        return known

    def _look(self, row: _Chat, data: bytes) -> Sound | None:
        """At a row with a sound order, and with more than text."""
        names = self._tools.get(_encode(row.tools))
        if names is None or row.messages[-1].weight == 0 or not _fits(row.messages, names):
            return None
        if repeated_keys(data, _decode(data), 1):
            return None
        is_text = row.tools is None and all(m.tool_calls is UNSET and m.role != "tool" for m in row.messages)
        return row if is_text else data


def _fits(messages: list[_Message], tools: frozenset[str]) -> bool:
    """True when each message is sound for sure, and so are calls and answers among them."""
    waiting: set[object] = set()  # ids of calls without an answer
    for message in messages:
        is_answer = message.role == "assistant"
        if message.role == "tool":
            if message.tool_call_id not in waiting:
                return False
            waiting.remove(message.tool_call_id)
        elif waiting or message.tool_call_id is not UNSET:
            return False
        if message.weight is not UNSET and not is_answer:
            return False
        if not _says_something(message, tools, waiting):
            return False
    return True


def _says_something(message: _Message, tools: frozenset[str], waiting: set[object]) -> bool:
    """A text, or sound calls; their ids are added to `waiting`."""
    if message.tool_calls is UNSET:
        return bool(message.content) and not message.content.isspace()  # type: ignore[union-attr]
    return message.role == "assistant" and _are_sound(message.tool_calls, tools, waiting)


def _are_sound(calls: list[_Call], tools: frozenset[str], waiting: set[object]) -> bool:
    """Adds the calls' ids to `waiting`."""
    for call in calls:
        if call.function.name not in tools or not _is_surely_json(call.function.arguments):
            return False
        waiting.add(call.id)
    return len(waiting) == len(calls)


def _example(roles: tuple[str, ...]) -> Row:
    """A row with these roles and nothing wrong but their order: what tools answer was called before."""
    messages: list[dict[str, Any]] = [{"role": role, "content": "x"} for role in roles]
    for place, role in enumerate(roles):
        if role == "tool":
            messages[place]["tool_call_id"] = f"x{place}"
            caller = next((at for at in range(place, -1, -1) if roles[at] != "tool"), None)
            if caller is not None and roles[caller] == "assistant":
                call = {"id": f"x{place}", "function": {"name": "x", "arguments": "{}"}}
                messages[caller].setdefault("tool_calls", []).append(call)
    return {"messages": messages, "tools": [{"type": "function", "function": {"name": "x"}}]}


def _is_surely_json(text: str) -> bool:
    if text.count("[") + text.count("{") > _MOST_BRACKETS:
        return False
    try:
        _decode(text)
    except (ValueError, RecursionError):
        return False
    return True
