"""Preferences and single votes, as trainers other than OpenAI's write them.

Source: https://huggingface.co/docs/trl/dataset_formats (preference, unpaired preference)
"""

from typing import Any

from workers.doctor.finding import Finding, Row
from workers.doctor.formats.fields import error
from workers.doctor.recognise.conversations import is_conversation, to_messages, to_tools
from workers.doctor.recognise.instructions import instruction
from workers.doctor.recognise.spelling import is_list_of_objects, missing

_OPENAI = ("preferred_output", "preferred_completion", "non_preferred_output", "non_preferred_completion")


def is_openai_preference(row: Row) -> bool:
    return "input" in row and any(key in row for key in _OPENAI)


def is_chosen_rejected(row: Row) -> bool:
    return "chosen" in row and "rejected" in row


def is_sharegpt_preference(row: Row) -> bool:
    return is_chosen_rejected(row) and is_conversation(row)


def is_vote(row: Row) -> bool:
    """An answer with a thumb up or down, as KTO learns from."""
    is_said = is_list_of_objects(row.get("messages")) or ("prompt" in row and "completion" in row)
    return is_said and isinstance(row.get("label"), bool)


def to_preference(row: Row, line: int) -> Row | Finding:
    """Bring prompt, chosen and rejected, in whatever shape each is, into OpenAI's spelling."""
    for key in ("chosen", "rejected"):
        if key not in row:
            return missing(line, key)
    chosen, rejected = (_messages(row[key], "assistant", line, key) for key in ("chosen", "rejected"))
    if isinstance(chosen, Finding) or isinstance(rejected, Finding):
        return chosen if isinstance(chosen, Finding) else _finding(rejected)
    shared = _shared(chosen, rejected)
    asked = _asked(row, line)
    if isinstance(asked, Finding):
        return asked
    tools = to_tools(row.get("tools"), line)
    if isinstance(tools, Finding):
        return tools
    if not asked and not shared:
        return missing(line, "prompt")
    return {
        "input": {"messages": asked or chosen[:shared], **({"tools": tools} if tools else {})},
        "preferred_output": chosen[shared:],
        "non_preferred_output": rejected[shared:],
    }


def vote_to_grading(row: Row, line: int) -> Row | Finding:
    if not isinstance(row.get("label"), bool):
        return error(line, "label", "invalid_type", reason="boolean")
    if "messages" not in row:
        prompt, response = _text(row.get("prompt")), _text(row.get("completion"))
    elif is_list_of_objects(row["messages"]):
        prompt, response = _text(row["messages"][:-1]), row["messages"][-1].get("content")
    else:
        return error(line, "messages", "invalid_messages")
    return {"prompt": prompt, "response": response, "score": int(row["label"])}


def _finding(value: list[Any] | Finding) -> Finding:
    assert isinstance(value, Finding)
    return value


def _asked(row: Row, line: int) -> list[Any] | Finding:
    system = [{"role": "system", "content": row["system"]}] if row.get("system") else []
    for key in ("conversations", "conversation", "prompt", "question", "query", "messages"):
        if key in row:
            messages = _messages(row[key], "user", line, key)
            return messages if isinstance(messages, Finding) else [*system, *messages]
    if "instruction" in row:
        content = instruction(row["instruction"], row.get("input"))
        return [*system, {"role": "user", "content": content}]
    return []


def _messages(value: Any, role: str, line: int, path: str) -> list[Any] | Finding:
    """Messages out of a text, one turn, or several."""
    if isinstance(value, dict):
        value = [value]
    if is_list_of_objects(value):
        return to_messages(value, line, path)
    return [{"role": role, "content": value}]


def _shared(chosen: list[Any], rejected: list[Any]) -> int:
    """How many messages both begin with: then the prompt stands before each answer."""
    count = 0
    while count < min(len(chosen), len(rejected)) - 1 and chosen[count] == rejected[count]:
        count += 1
    return count


def _text(value: Any) -> Any:
    """What was said: the words alone of one turn, with the roles of several."""
    if not is_list_of_objects(value):
        return value
    if len(value) == 1:
        return value[0].get("content")
    return "\n".join(f"{message.get('role')}: {message.get('content')}" for message in value)
