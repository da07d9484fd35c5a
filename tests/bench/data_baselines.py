"""What a competent team would write instead of the doctor: with the standard library, and with pydantic.

Both find everything that the doctor finds, as (line, code, param), but write no messages and know no fixes.
The first decodes by json.loads and checks plain dicts, looking closely only where something is unusual.
The second is written as pydantic's own guide would have it: strict models, a union discriminated by role,
checks as validators, and its fastest entry, model_validate_json. Why the models refused a row is told by the
flat checks, which is cheaper than reading pydantic's errors.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, NoReturn

import jsonschema_rs
import pydantic

Triple = tuple[int, str, str | None]

_ROLES = ("system", "developer", "user", "assistant", "tool")
_BLANK = {"assistant": "blank_content", "user": "blank_prompt"}
_SCHEMA = jsonschema_rs.Draft202012Validator({"$ref": "https://json-schema.org/draft/2020-12/schema"})


def by_json(lines: Iterable[bytes]) -> list[Triple]:
    """json.loads, and flat checks."""
    found: list[Triple] = []
    for line, data in enumerate(lines, 1):
        row = _parse(data)
        if row is None:
            found.append((line, "invalid_json", None))
        elif not isinstance(row, dict):
            found.append((line, "not_an_object", None))
        else:
            check(found, row, line)
    return found


def _parse(data: bytes) -> Any:
    try:
        text = data.decode()
        row = json.loads(text, parse_constant=_refuse)
        if "\\u" in text:
            json.dumps(row, ensure_ascii=False).encode()
    except ValueError:
        return None
    return row


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def check(found: list[Triple], row: dict[str, Any], line: int) -> None:
    messages = row.get("messages")
    if "messages" not in row:
        found.append((line, "missing_messages", "messages"))
    elif not isinstance(messages, list):
        found.append((line, "invalid_messages", "messages"))
    elif not messages:
        found.append((line, "empty_messages", "messages"))
    else:
        before = len(found)
        for place, message in enumerate(messages):
            _message(found, message, line, place)
        if len(found) == before or all(code == "blank_prompt" for _, code, _ in found[before:]):
            _order(found, row, messages, line)
    if "tools" in row or "functions" in row:
        found.extend(_tools(row, line))


def _message(found: list[Triple], message: Any, line: int, place: int) -> None:
    if not isinstance(message, dict):
        found.append((line, "invalid_message", f"messages[{place}]"))
        return
    role, content = message.get("role"), message.get("content")
    if role not in _ROLES:
        code = "missing_role" if "role" not in message else "unknown_role"
        found.append((line, "deprecated_role" if role == "function" else code, f"messages[{place}].role"))
        return
    if not isinstance(content, str):
        if content is not None or role != "assistant" or not message.get("tool_calls"):
            found.extend(_odd_content(message, line, place))
    elif (not content or content.isspace()) and role in _BLANK and not message.get("tool_calls"):
        found.append((line, _BLANK[role], f"messages[{place}].content"))
    if len(message) > 2 or role == "tool":
        found.extend(_more(message, role, line, f"messages[{place}]"))


def _more(message: dict[str, Any], role: str, line: int, path: str) -> Iterator[Triple]:
    if "weight" in message:
        weight = message["weight"]
        if role != "assistant" or isinstance(weight, bool) or weight not in (0, 1):
            yield line, "invalid_weight", f"{path}.weight"
    if message.get("function_call") is not None:
        yield line, "invalid_tool_calls", f"{path}.function_call"
    if message.get("tool_calls") is not None:
        yield from _calls(message["tool_calls"], role, line, f"{path}.tool_calls")
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        yield line, "missing_tool_call_id", f"{path}.tool_call_id"


def _odd_content(message: dict[str, Any], line: int, place: int) -> Iterator[Triple]:
    content = message.get("content")
    if "content" not in message:
        yield line, "missing_content", f"messages[{place}].content"
    elif not isinstance(content, list) or not content:
        yield line, "invalid_content", f"messages[{place}].content"
    else:
        for number, part in enumerate(content):
            if not (
                isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str)
            ):
                yield line, "invalid_content", f"messages[{place}].content[{number}]"


def _calls(calls: Any, role: str, line: int, path: str) -> Iterator[Triple]:
    if role != "assistant" or not isinstance(calls, list) or not calls:
        yield line, "invalid_tool_calls", path
        return
    for number, call in enumerate(calls):
        try:
            json.loads(call["function"]["arguments"])
            is_sound = isinstance(call["function"]["name"], str) and isinstance(call["id"], str)
        except (KeyError, TypeError, ValueError):
            is_sound = False
        if not is_sound:
            yield line, "invalid_tool_calls", f"{path}[{number}]"


def _order(found: list[Triple], row: dict[str, Any], messages: list[dict[str, Any]], line: int) -> None:
    roles = [message["role"] for message in messages]
    before = ""
    for place, role in enumerate(roles):
        if role == "user":
            if before == "user":
                found.append((line, "repeated_user", f"messages[{place}].role"))
        elif place and role in ("system", "developer"):
            found.append((line, "system_not_first", f"messages[{place}].role"))
        before = role
    _answers(found, roles, messages, line)
    if "tools" in row or "tool" in roles or any("tool_calls" in message for message in messages):
        found.extend(_calls_together(row, messages, line))


def _answers(found: list[Triple], roles: list[str], messages: list[dict[str, Any]], line: int) -> None:
    if "assistant" not in roles:
        found.append((line, "missing_assistant", "messages"))
    else:
        if all(message.get("weight") == 0 for message in messages if message["role"] == "assistant"):
            found.append((line, "nothing_to_train", "messages"))
        if roles[-1] != "assistant":
            found.append((line, "last_message_not_assistant", f"messages[{len(roles) - 1}].role"))
        if "user" not in roles:
            found.append((line, "no_user_message", "messages"))


def _calls_together(row: dict[str, Any], messages: list[dict[str, Any]], line: int) -> Iterator[Triple]:
    names = {tool["function"]["name"] for tool in row.get("tools") or ()} if _sound_tools(row) else set()
    known = set()
    for place, message in enumerate(messages):
        for number, call in enumerate(message.get("tool_calls") or ()):
            known.add(call["id"])
            if isinstance(row.get("tools") or [], list) and call["function"]["name"] not in names:
                yield line, "undeclared_tool", f"messages[{place}].tool_calls[{number}].function.name"
        if message["role"] == "tool" and message["tool_call_id"] not in known:
            yield line, "unknown_tool_call_id", f"messages[{place}].tool_call_id"


def _sound_tools(row: dict[str, Any]) -> bool:
    return not row.get("tools") or not any(_tools(row, 1))


def _tools(row: dict[str, Any], line: int) -> Iterator[Triple]:
    tools = row.get("tools")
    if row.get("functions"):
        yield line, "invalid_tools", "functions"
    if tools is not None and not isinstance(tools, list):
        yield line, "invalid_tools", "tools"
        return
    for place, tool in enumerate(tools or ()):
        function = tool.get("function") if isinstance(tool, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            yield line, "invalid_tools", f"tools[{place}]"
        elif "parameters" in function and not _SCHEMA.is_valid(function["parameters"]):
            yield line, "invalid_tool_schema", f"tools[{place}].function.parameters"


def _not_blank(content: Any) -> Any:
    if isinstance(content, str) and not content.strip():
        raise ValueError("blank")
    return content


def _json_text(text: str) -> str:
    json.loads(text)
    return text


class _Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(strict=True, extra="ignore")


class _Function(_Model):
    name: str
    arguments: Annotated[str, pydantic.AfterValidator(_json_text)]


class _Call(_Model):
    id: str
    function: _Function


class _Part(_Model):
    type: Literal["text"]
    text: str


_Content = str | Annotated[list[_Part], pydantic.Field(min_length=1)]
_Written = Annotated[_Content, pydantic.AfterValidator(_not_blank)]


class _Instruction(_Model):
    role: Literal["system", "developer"]
    content: _Content
    weight: None = None
    tool_calls: None = None
    function_call: None = None


class _User(_Model):
    role: Literal["user"]
    content: _Written
    weight: None = None
    tool_calls: None = None
    function_call: None = None


class _Assistant(_Model):
    role: Literal["assistant"]
    content: _Content | None = None
    weight: Annotated[int, pydantic.Field(ge=0, le=1)] = 1
    tool_calls: Annotated[list[_Call], pydantic.Field(min_length=1)] | None = None
    function_call: None = None

    @pydantic.model_validator(mode="after")
    def says_something(self) -> "_Assistant":
        if not self.tool_calls and (self.content is None or _not_blank(self.content) is None):
            raise ValueError("missing")
        return self


class _Tool(_Model):
    role: Literal["tool"]
    content: _Content
    tool_call_id: str
    weight: None = None
    tool_calls: None = None
    function_call: None = None


_Message = Annotated[_Instruction | _User | _Assistant | _Tool, pydantic.Field(discriminator="role")]


def _json_schema(parameters: dict[str, Any]) -> dict[str, Any]:
    if not _SCHEMA.is_valid(parameters):
        raise ValueError("no schema")
    return parameters


class _Declaration(_Model):
    name: str
    parameters: Annotated[dict[str, Any], pydantic.AfterValidator(_json_schema)] | None = None


class _Declared(_Model):
    function: _Declaration


class _Chat(_Model):
    messages: Annotated[list[_Message], pydantic.Field(min_length=1)]
    tools: list[_Declared] | None = None
    functions: None = None

    @pydantic.model_validator(mode="after")
    def is_in_order(self) -> "_Chat":
        before = ""
        for message in self.messages:
            role = message.role
            if role == before == "user" or (before and role in ("system", "developer")):
                raise ValueError("order")
            before = role
        last = self.messages[-1]
        if not isinstance(last, _Assistant) or last.weight == 0:
            raise ValueError("no answer")
        if not any(message.role == "user" for message in self.messages):
            raise ValueError("no user")
        return self

    @pydantic.model_validator(mode="after")
    def calls_fit(self) -> "_Chat":
        names = {tool.function.name for tool in self.tools or ()}
        known: set[str] = set()
        for message in self.messages:
            if isinstance(message, _Assistant):
                known.update(call.id for call in message.tool_calls or ())
                if any(call.function.name not in names for call in message.tool_calls or ()):
                    raise ValueError("undeclared")
            elif isinstance(message, _Tool) and message.tool_call_id not in known:
                raise ValueError("unanswered")
        return self


def by_pydantic(lines: Iterable[bytes]) -> list[Triple]:
    """Models decode and check each row. What they refuse is told by the flat function."""
    found: list[Triple] = []
    for line, data in enumerate(lines, 1):
        try:
            _Chat.model_validate_json(data)
        except pydantic.ValidationError:
            found.extend((line, code, param) for _, code, param in by_json([data]))
    return found
