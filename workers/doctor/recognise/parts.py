"""Pieces of conversations as people write them in a field: text, earlier turns, tools."""

import ast
import json
from collections.abc import Iterator
from typing import Any

from workers.doctor.finding import Finding, Row
from workers.doctor.formats.fields import error, is_empty
from workers.doctor.formats.messages import renamed_role

Messages = list[dict[str, Any]]

SYSTEM = ("system", "system_prompt")
_ASKED = ("user", "human", "query", "question", "prompt", "instruction", "input", "q")
_SAID = ("assistant", "bot", "gpt", "model", "response", "answer", "output", "completion", "a")
_MOST_OF_PYTHON = 100_000  # characters that are read as Python writes lists: that is slow


def present(row: Row) -> Row:
    """A row without its nulls: Arrow fills every gap with one."""
    if all(value is not None for value in row.values()):
        return row
    return {name: value for name, value in row.items() if value is not None}


def parsed(value: Any) -> Any:
    """A list or an object out of the text that a table has of it, as JSON or as Python writes it."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("[", "{"):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        pass
    if len(value) > _MOST_OF_PYTHON:
        return value
    try:
        return ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return value


def as_content(value: Any) -> Any:
    """A message's content: text as it is, lines of a list of texts, JSON of anything else.

    A list of content parts stays one, and null stays null: checking says what is wrong with them.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and value:
        if all(isinstance(part, str) for part in value):
            return "\n".join(value)
        if all(isinstance(part, dict) and isinstance(part.get("type"), str) for part in value):
            return value
    return json.dumps(value, ensure_ascii=False)


def joined(*parts: Any) -> Any:
    """Several things to be read as one prompt; a part that is empty is left out."""
    texts = [as_content(part) for part in parts if not is_empty(part)]
    if len(texts) == 1:
        return texts[0]
    return "\n".join(
        text if isinstance(text, str) else json.dumps(text, ensure_ascii=False) for text in texts
    )


def system_of(row: Row, *keys: str) -> Messages:
    """The system message that stands beside a row's turns, if there is one."""
    texts = [row[key] for key in keys or SYSTEM if not is_empty(row.get(key))]
    return [{"role": "system", "content": as_content(texts[0])}] if texts else []


def history_of(value: Any, line: int, path: str) -> Messages | Finding:
    """Earlier turns: pairs, messages, or texts by turns; a lone text is taken as what went before."""
    value = parsed(value)
    if is_empty(value):
        return []
    if isinstance(value, str):
        return [{"role": "user", "content": value}]
    if isinstance(value, dict):
        value = [value]
    if isinstance(value, list):
        turns = list(_turns(value))
        if all(turn is not None for turn in turns):
            return [message for turn in turns if turn is not None for message in turn]
        if all(isinstance(turn, str) for turn in value) and len(value) % 2 == 0:
            return [message for at in range(0, len(value), 2) for message in _pair(value[at], value[at + 1])]
    return error(line, path, "invalid_history")


def _turns(value: list[Any]) -> Iterator[Messages | None]:
    """What each item says; None of one that is no turn."""
    for turn in value:
        if isinstance(turn, list | tuple) and len(turn) == 2:
            yield _pair(*turn)
        elif isinstance(turn, dict):
            yield _turn(present(turn))
        else:
            yield None


def _turn(turn: dict[str, Any]) -> Messages | None:
    for said_by, said in (("role", "content"), ("from", "value")):
        if said_by in turn and said in turn:
            role = renamed_role(turn[said_by])
            rest = {key: value for key, value in turn.items() if key not in (said_by, said)}
            return [{"role": role or turn[said_by], "content": as_content(turn[said]), **rest}]
    asked = next((turn[key] for key in _ASKED if key in turn), None)
    answer = next((turn[key] for key in _SAID if key in turn), None)
    return None if asked is None and answer is None else _pair(asked, answer)


def _pair(asked: Any, said: Any) -> Messages:
    """A question and its answer; a side that is empty was not said."""
    sides = (("user", asked), ("assistant", said))
    return [{"role": role, "content": as_content(text)} for role, text in sides if not is_empty(text)]


def tools_of(written: Any, line: int, path: str = "tools") -> list[Any] | Finding | None:
    """Tools in OpenAI's spelling out of a list of functions, or of its JSON text; None if there are none."""
    if is_empty(written):
        return None
    if isinstance(written, str):
        written = parsed(written)
        if isinstance(written, str):
            return error(line, path, "invalid_tools", reason="json")
    if isinstance(written, dict):
        written = [written]
    if not isinstance(written, list):
        return error(line, path, "invalid_tools", reason="array")
    return [_tool(parsed(tool)) for tool in written if tool is not None] or None


def _tool(tool: Any) -> Any:
    """As OpenAI has it."""
    if not isinstance(tool, dict):
        return tool
    tool = present(tool)
    if "function" not in tool and isinstance(tool.get("name"), str):
        rest = {key: value for key, value in tool.items() if key not in ("type", "strict")}
        tool = {"type": "function", "function": rest}
    function = tool.get("function")
    if not isinstance(function, dict):
        return tool
    function = present(function)
    if "parameters" in function:
        function = {**function, "parameters": without_nulls(parsed(function["parameters"]))}
    return {**tool, "function": function}


def without_nulls(schema: Any) -> Any:
    """A JSON schema without the keywords and properties that are null; a null default stays."""
    if isinstance(schema, list):
        return [without_nulls(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value if key in ("default", "const", "examples", "enum") else without_nulls(value)
        for key, value in schema.items()
        if value is not None or key in ("default", "const")
    }
