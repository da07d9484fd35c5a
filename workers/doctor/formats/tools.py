"""The tools that a conversation declares, and the calls of them."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from workers.doctor.finding import Finding, Row, cut
from workers.doctor.formats.fields import error, is_empty

_META_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def check_tools(row: Row, line: int, prefix: str = "") -> Iterator[Finding]:
    """`tools`, `functions` and `parallel_tool_calls` of one row."""
    tools = row.get("tools")
    if not is_empty(row.get("functions")):
        yield error(line, f"{prefix}functions", "invalid_tools", "functions_to_tools", reason="functions")
    if not isinstance(row.get("parallel_tool_calls"), bool | None):
        yield error(line, f"{prefix}parallel_tool_calls", "invalid_tools", reason="parallel")
    if is_empty(tools):
        return
    if not isinstance(tools, list):
        yield error(line, f"{prefix}tools", "invalid_tools", reason="array")
        return
    for place, tool in enumerate(tools):
        yield from _check_tool(tool, line, place, f"{prefix}tools[{place}]")


def _check_tool(tool: Any, line: int, place: int, path: str) -> Iterator[Finding]:
    function = tool.get("function") if isinstance(tool, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        yield error(line, path, "invalid_tools", reason="name", tool=place + 1)
    elif tool.get("type") not in (None, "function"):
        yield error(line, f"{path}.type", "invalid_tools", reason="type", tool=place + 1)
    elif function.get("parameters") is not None:
        yield from _check_schema(function, line, f"{path}.function.parameters")


def _check_schema(function: dict[str, Any], line: int, path: str) -> Iterator[Finding]:
    """`says` is the library's, in English whoever reads it: it quotes the schema's own words."""
    name, parameters = cut(function["name"]), function["parameters"]
    if not isinstance(parameters, dict):
        yield error(line, path, "invalid_tool_schema", reason="object", name=name)
    elif (found := next(_schema_checker().iter_errors(parameters), None)) is not None:
        yield error(line, path, "invalid_tool_schema", name=name, says=f"{found.message[:200]}.")


@cache
def _schema_checker() -> Any:
    import jsonschema_rs  # most files declare no tools; it costs 40 ms

    return jsonschema_rs.Draft202012Validator({"$ref": _META_SCHEMA})


def declared(row: Row) -> frozenset[str]:
    """The names of the tools of a row that `check_tools` found sound."""
    return frozenset(tool["function"]["name"] for tool in row.get("tools") or ())


def call_problem(call: Any) -> tuple[str, str] | None:
    """Why one tool call is invalid (the finding's reason), and the fix."""
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        return "name", "drop_rows"
    arguments = function.get("arguments")
    if not is_json(arguments):
        fix = "arguments_to_json" if is_empty(arguments) or isinstance(arguments, dict) else "drop_rows"
        return "arguments", fix
    if not isinstance(call.get("id"), str):
        return "id", "add_call_ids" if is_empty(call.get("id")) else "drop_rows"
    if call.get("type") not in (None, "function"):
        return "type", "drop_rows"
    return None


def is_json(text: Any) -> bool:
    try:
        json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return False
    return isinstance(text, str)
