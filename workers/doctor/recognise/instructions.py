"""Instructions and their answers, as Alpaca, Dolly, self-instruct and prompt/completion files write them.

Source: https://github.com/tatsu-lab/stanford_alpaca, https://github.com/yizhongw/self-instruct
"""

from typing import Any

from workers.doctor.finding import Finding, Row
from workers.doctor.recognise.spelling import is_list_of_objects, missing

_OUTPUTS = ("output", "response")
_INPUTS = ("input", "context")


def is_alpaca(row: Row) -> bool:
    return "instruction" in row and any(key in row for key in _OUTPUTS)


def is_self_instruct(row: Row) -> bool:
    return "instruction" in row and is_list_of_objects(row.get("instances"))


def is_prompt_completion(row: Row) -> bool:
    return "prompt" in row and "completion" in row


def alpaca_to_chat(row: Row, line: int) -> Row | Finding:
    output = next((key for key in _OUTPUTS if key in row), None)
    if "instruction" not in row or output is None:
        return missing(line, "instruction" if "instruction" not in row else _OUTPUTS[0])
    asked = next((row[key] for key in _INPUTS if row.get(key)), "")
    history = row["history"] if isinstance(row.get("history"), list) else []
    before = [turn for turn in history if isinstance(turn, list) and len(turn) == 2]
    turns = [*before, [instruction(row["instruction"], asked), row[output]]]
    return _chat(row.get("system"), turns)


def self_instruct_to_chat(row: Row, line: int) -> Row | Finding:
    """Of several instances, the first is taken: one row stays one row."""
    instances = row.get("instances")
    if not is_list_of_objects(instances):
        return missing(line, "instances")
    first = instances[0]
    if "output" not in first:
        return missing(line, "instances[0].output")
    return _chat(None, [[instruction(row.get("instruction"), first.get("input")), first["output"]]])


def prompt_completion_to_chat(row: Row, line: int) -> Row | Finding:
    for key in ("prompt", "completion"):
        if key not in row:
            return missing(line, key)
    prompt, completion = row["prompt"], row["completion"]
    if is_list_of_objects(prompt) and is_list_of_objects(completion):
        return {"messages": [*prompt, *completion], **({"tools": row["tools"]} if row.get("tools") else {})}
    return _chat(row.get("system"), [[prompt, completion]])


def instruction(task: Any, about: Any) -> Any:
    """A task and what it is about, as one prompt."""
    if isinstance(task, str) and isinstance(about, str) and about.strip():
        return f"{task}\n{about}"
    return task


def _chat(system: Any, turns: list[list[Any]]) -> Row:
    messages = [{"role": "system", "content": system}] if isinstance(system, str) and system.strip() else []
    for prompt, answer in turns:
        messages.append({"role": "user", "content": prompt})
        messages.append({"role": "assistant", "content": answer})
    return {"messages": messages}
