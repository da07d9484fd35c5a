"""Preferences and single votes, as trainers other than OpenAI's write them.

Source: https://huggingface.co/docs/trl/dataset_formats (preference, unpaired preference)
"""

from collections.abc import Iterator
from typing import Any

from workers.doctor.finding import Finding, Row
from workers.doctor.formats.fields import error, is_empty, warning
from workers.doctor.recognise import instructions
from workers.doctor.recognise.conversations import is_conversation, to_messages
from workers.doctor.recognise.parts import (
    SYSTEM,
    Messages,
    as_content,
    history_of,
    parsed,
    system_of,
    tools_of,
)
from workers.doctor.recognise.spelling import is_list_of_objects, missing
from workers.doctor.recognise.transcripts import as_open_turns, split_transcripts

_OPENAI = ("preferred_output", "preferred_completion", "non_preferred_output", "non_preferred_completion")
_PROMPTS = ("conversations", "conversation", "prompt", "question", "query", "messages")
_VOTES = ("label", "kto_tag")
READS = frozenset((*_PROMPTS, *SYSTEM, "chosen", "rejected", "instruction", "input", "history", "tools"))
VOTE_READS = frozenset(
    ("messages", "prompt", "completion", "instruction", "input", "output", "history", *_VOTES, *SYSTEM)
)


def is_openai_preference(row: Row) -> bool:
    return "input" in row and any(key in row for key in _OPENAI)


def is_chosen_rejected(row: Row) -> bool:
    return "chosen" in row and "rejected" in row


def is_sharegpt_preference(row: Row) -> bool:
    return is_chosen_rejected(row) and is_conversation(row)


def is_vote(row: Row) -> bool:
    """An answer with a thumb up or down, as KTO learns from."""
    if _vote(row.get("kto_tag")) is not None:
        return True
    is_said = is_list_of_objects(parsed(row.get("messages"))) or ("prompt" in row and "completion" in row)
    return is_said and _vote(row.get("label")) is not None


def _vote(value: Any) -> bool | None:
    """True or false, also as a table or a number says it."""
    if isinstance(value, str):
        return {"true": True, "false": False, "1": True, "0": False}.get(value.strip().casefold())
    return bool(value) if isinstance(value, bool | int) and value in (0, 1) else None


def to_preference(row: Row, line: int) -> Row | Finding:
    """Bring prompt, chosen and rejected, in whatever shape each is, into OpenAI's spelling.

    Without a prompt, both are whole conversations: what they begin with together is the prompt.
    """
    for key in ("chosen", "rejected"):
        if key not in row:
            return missing(line, key)
    asked = _asked(row, line)
    chosen, rejected = _answers(row, line, is_whole=not _asks(asked))
    tools = tools_of(row.get("tools"), line)
    for found in (asked, chosen, rejected, tools):
        if isinstance(found, Finding):
            return found
    return _preference(asked, chosen, rejected, tools, line)  # type: ignore[arg-type]  # no Finding


def _preference(
    asked: Messages, chosen: Messages, rejected: Messages, tools: Any, line: int
) -> Row | Finding:
    shared = _shared(chosen, rejected)
    if not _asks(asked) and not shared:
        return missing(line, "prompt")
    before = _joined(asked, chosen[:shared])
    if before is None:
        return error(line, "chosen", "conflicting_prompt")
    return {
        "input": {"messages": before, **({"tools": tools} if tools else {})},
        "preferred_output": chosen[shared:],
        "non_preferred_output": rejected[shared:],
    }


def _joined(asked: Messages, shared: Messages) -> Messages | None:
    """The prompt, which the answers may repeat with more before it; None when they have another one."""
    if not _asks(asked):
        return shared if shared and shared[0].get("role") == "system" else [*asked, *shared]
    if not shared:
        return asked
    said, repeated = _said(asked), _said(shared)
    if repeated[-len(said) :] == said:
        return shared
    return asked if said[-len(repeated) :] == repeated else None


def _asks(messages: Messages | Finding) -> bool:
    """True unless there is nothing but a system prompt."""
    return isinstance(messages, Finding) or any(message.get("role") != "system" for message in messages)


def _said(messages: Messages) -> list[Any]:
    return [(message.get("role"), message.get("content")) for message in messages]


def _answers(row: Row, line: int, *, is_whole: bool) -> tuple[Messages | Finding, Messages | Finding]:
    """Both answers; of whole conversations written as texts, their turns."""
    chosen, rejected = row["chosen"], row["rejected"]
    is_text = isinstance(chosen, str) and isinstance(rejected, str)
    if is_whole and is_text and (found := split_transcripts(chosen, rejected)):
        return found
    return _messages(chosen, "assistant", line, "chosen"), _messages(rejected, "assistant", line, "rejected")


def vote_to_grading(row: Row, line: int) -> Row | Finding:
    vote = next((vote for key in _VOTES if (vote := _vote(row.get(key))) is not None), None)
    if vote is None:
        return error(line, "label", "invalid_type", reason="boolean")
    before = history_of(row.get("history"), line, "history")
    if isinstance(before, Finding):
        return before
    before = [*system_of(row), *before]
    messages = parsed(row.get("messages"))
    if is_list_of_objects(messages):
        prompt, response = _text([*before, *messages[:-1]]), messages[-1].get("content")
    elif messages is not None:
        return error(line, "messages", "invalid_messages")
    elif "instruction" in row:
        prompt, response = _after(before, instructions.asked(row)), _text(row.get("output"))
    else:
        prompt, response = _after(before, row.get("prompt")), _text(row.get("completion"))
    return {"prompt": prompt, "response": response, "score": int(vote)}


def other_prompts(row: Row, line: int) -> Iterator[Finding]:
    """Of several fields that may hold the prompt, the first is read."""
    used, *others = [key for key in (*_PROMPTS, "instruction") if not is_empty(row.get(key))] or [""]
    for key in others:
        if row[key] != row[used]:
            yield warning(line, key, "unread_field", reason="other", other=used)


def _asked(row: Row, line: int) -> Messages | Finding:
    before = history_of(row.get("history"), line, "history")
    if isinstance(before, Finding):
        return before
    before = [*system_of(row), *before]
    for key in _PROMPTS:
        if key in row:
            messages = _messages(row[key], "user", line, key)
            return messages if isinstance(messages, Finding) else [*before, *messages]
    if "instruction" in row:
        return [*before, {"role": "user", "content": instructions.asked(row)}]
    return before


def _messages(value: Any, role: str, line: int, path: str) -> Messages | Finding:
    """Messages out of a text, one turn, or several."""
    turns = parsed(value)
    turns = [turns] if isinstance(turns, dict) else turns
    if is_list_of_objects(turns) and all("role" in turn or "from" in turn for turn in turns):
        return to_messages(turns, line, path)
    if role == "user" and isinstance(value, str) and (said := as_open_turns(value)):
        return said
    return [{"role": role, "content": as_content(value)}]


def _shared(chosen: Messages, rejected: Messages) -> int:
    """How many messages both begin with: then the prompt stands before each answer."""
    count = 0
    while count < min(len(chosen), len(rejected)) - 1 and chosen[count] == rejected[count]:
        count += 1
    return count


def _after(before: Messages, prompt: Any) -> Any:
    """A prompt with what went before it."""
    if not before:
        return _text(prompt)
    turns = parsed(prompt)
    return _text([*before, *(turns if is_list_of_objects(turns) else [{"role": "user", "content": prompt}])])


def _text(value: Any) -> Any:
    """What was said: the words alone of one turn, with the roles of several."""
    turns = parsed(value)
    if not is_list_of_objects(turns):
        return as_content(value)
    if len(turns) == 1:
        return turns[0].get("content")
    return "\n".join(f"{turn.get('role')}: {turn.get('content')}" for turn in turns)
