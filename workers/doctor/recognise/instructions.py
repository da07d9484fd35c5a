"""Instructions and their answers, as Alpaca, Dolly, self-instruct and prompt/completion files write them.

Source: https://github.com/tatsu-lab/stanford_alpaca, https://github.com/yizhongw/self-instruct
"""

from collections.abc import Iterator
from typing import Any

from workers.doctor.finding import Finding, Row
from workers.doctor.formats.fields import is_empty, warning
from workers.doctor.recognise.parts import (
    SYSTEM,
    Messages,
    as_content,
    history_of,
    joined,
    parsed,
    system_of,
    tools_of,
)
from workers.doctor.recognise.spelling import is_list_of_objects, missing

_OUTPUTS = ("output", "response")
_INPUTS = ("input", "context")
_SHARED = frozenset(("history", "tools", *SYSTEM))
ALPACA_READS = _SHARED | {"instruction", *_OUTPUTS, *_INPUTS}
SELF_INSTRUCT_READS = _SHARED | {"instruction", "instances"}
PROMPT_READS = _SHARED | {"prompt", "completion"}


def is_alpaca(row: Row) -> bool:
    return "instruction" in row and any(key in row for key in _OUTPUTS)


def is_self_instruct(row: Row) -> bool:
    return "instruction" in row and is_list_of_objects(parsed(row.get("instances")))


def is_prompt_completion(row: Row) -> bool:
    return "prompt" in row and "completion" in row


def alpaca_to_chat(row: Row, line: int) -> Row | Finding:
    output = next((key for key in _OUTPUTS if key in row), None)
    if "instruction" not in row or output is None:
        return missing(line, "instruction" if "instruction" not in row else _OUTPUTS[0])
    return to_chat(row, asked(row), row[output], line)


def asked(row: Row) -> Any:
    """The instruction with all that it is about."""
    return joined(row["instruction"], *(row.get(key) for key in _INPUTS))


def second_output(row: Row, line: int) -> Iterator[Finding]:
    if all(not is_empty(row.get(key)) for key in _OUTPUTS) and row["output"] != row["response"]:
        yield warning(line, "response", "unread_field", reason="other", other="output")


def self_instruct_to_chat(row: Row, line: int) -> Row | Finding:
    """Of several instances, the first is taken: one row stays one row."""
    instances = parsed(row.get("instances"))
    if not is_list_of_objects(instances):
        return missing(line, "instances")
    first = instances[0]
    if "output" not in first:
        return missing(line, "instances[0].output")
    return to_chat(row, joined(row.get("instruction"), first.get("input")), first["output"], line)


def more_instances(row: Row, line: int) -> Iterator[Finding]:
    instances = parsed(row.get("instances"))
    if isinstance(instances, list) and len(instances) > 1:
        yield warning(line, "instances", "unread_field", reason="instances", count=len(instances))


def prompt_completion_to_chat(row: Row, line: int) -> Row | Finding:
    for key in ("prompt", "completion"):
        if key not in row:
            return missing(line, key)
    return to_chat(row, row["prompt"], row["completion"], line)


def to_chat(row: Row, prompt: Any, answer: Any, line: int) -> Row | Finding:
    """One exchange, after the row's system prompt and history. Either side may be messages."""
    before, tools = history_of(row.get("history"), line, "history"), tools_of(row.get("tools"), line)
    for found in (before, tools):
        if isinstance(found, Finding):
            return found
    sides = [*_messages(prompt, "user"), *_messages(answer, "assistant")]
    return {
        "messages": [*system_of(row), *(before or ()), *sides],  # type: ignore[misc]  # no Finding
        **({"tools": tools} if tools else {}),
    }


def _messages(value: Any, role: str) -> Messages:
    turns = parsed(value)
    if is_list_of_objects(turns) and all("role" in turn for turn in turns):
        return turns
    return [{"role": role, "content": as_content(value)}]
