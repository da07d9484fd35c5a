"""The tools that a conversation declares, and the calls of them."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from workers.doctor.finding import Finding, Row, quote
from workers.doctor.formats.fields import error

_META_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def check_tools(row: Row, line: int, prefix: str = "") -> Iterator[Finding]:
    """`tools`, `functions` and `parallel_tool_calls` of one row."""
    tools = row.get("tools")
    if row.get("functions"):
        message = f"Line {line}: write 'functions' as 'tools'."
        yield error(line, f"{prefix}functions", "invalid_tools", message, "functions_to_tools")
    if not isinstance(row.get("parallel_tool_calls"), bool | None):
        message = f"Line {line}: 'parallel_tool_calls' must be true or false."
        yield error(line, f"{prefix}parallel_tool_calls", "invalid_tools", message)
    if tools is None:
        return
    if not isinstance(tools, list):
        yield error(line, f"{prefix}tools", "invalid_tools", f"Line {line}: 'tools' must be an array.")
        return
    for place, tool in enumerate(tools):
        yield from _check_tool(tool, line, place, f"{prefix}tools[{place}]")


def _check_tool(tool: Any, line: int, place: int, path: str) -> Iterator[Finding]:
    function = tool.get("function") if isinstance(tool, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        message = f"Line {line}: tool {place + 1} needs 'function' with a 'name'."
        yield error(line, path, "invalid_tools", message)
    elif tool.get("type", "function") != "function":
        message = f"Line {line}: tool {place + 1} must be of the type 'function'."
        yield error(line, f"{path}.type", "invalid_tools", message)
    elif (problem := _schema_problem(function.get("parameters"))) is not None:
        message = f"Line {line}: the parameters of {quote(function['name'])} are no JSON schema: {problem}"
        yield error(line, f"{path}.function.parameters", "invalid_tool_schema", message)


def _schema_problem(parameters: Any) -> str | None:
    if parameters is None:
        return None
    if not isinstance(parameters, dict):
        return "it must be an object."
    found = next(_schema_checker().iter_errors(parameters), None)
    return None if found is None else f"{found.message[:200]}."


@cache
def _schema_checker() -> Any:
    import jsonschema_rs  # most files declare no tools; it costs 40 ms

    return jsonschema_rs.Draft202012Validator({"$ref": _META_SCHEMA})


def declared(row: Row) -> frozenset[str]:
    """The names of the tools of a row that `check_tools` found sound."""
    return frozenset(tool["function"]["name"] for tool in row.get("tools") or ())


def call_problem(call: Any) -> tuple[str, str] | None:
    """What is wrong with one tool call, and the fix."""
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        return "a tool call needs 'function' with a 'name'.", "drop_rows"
    arguments = function.get("arguments", "")
    if not is_json(arguments):
        fix = "arguments_to_json" if isinstance(arguments, dict) else "drop_rows"
        return "a tool call's 'arguments' must be JSON, written as a string.", fix
    if not isinstance(call.get("id"), str):
        return "a tool call needs an 'id'.", "drop_rows"
    if call.get("type", "function") != "function":
        return "a tool call must be of the type 'function'.", "drop_rows"
    return None


def is_json(text: Any) -> bool:
    try:
        json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return False
    return isinstance(text, str)
