"""Whole conversations in one text: `Human: ... Assistant: ...`.

Source: https://huggingface.co/datasets/Anthropic/hh-rlhf
"""

import re

from workers.doctor.recognise.parts import Messages

_SPEAKERS = {
    "human": "user",
    "user": "user",
    "用户": "user",
    "assistant": "assistant",
    "助手": "assistant",
    "system": "system",
    "系统": "system",
}
_MARK = re.compile(rf"(?:^|\n)[ \t]*({'|'.join(_SPEAKERS)})[ \t]*[:：]", re.IGNORECASE)

_OPEN_END = re.compile(r"\n[ \t]*(assistant|助手)[ \t]*[:：]\s*$", re.IGNORECASE)


def as_turns(text: str) -> Messages:
    """The turns of a text that names who speaks from its beginning on; none of any other text.

    A last turn of the assistant without words is left out: there the answer belongs.
    """
    if not _MARK.match("\n" + text.lstrip()):
        return []
    pieces = _MARK.split(text)[1:]
    pairs = list(zip(pieces[::2], pieces[1::2], strict=True))
    if pairs and not pairs[-1][1].strip():
        pairs.pop()
    return [{"role": _SPEAKERS[mark.casefold()], "content": said.strip()} for mark, said in pairs]


def as_open_turns(text: str) -> Messages:
    """The turns of a text that ends where the assistant is to speak; none of any other text."""
    return as_turns(text) if _OPEN_END.search(text) else []


def split_transcripts(chosen: str, rejected: str) -> tuple[Messages, Messages] | None:
    """Both as turns; without speakers, the lines that both begin with are the question."""
    turns = as_turns(chosen), as_turns(rejected)
    if all(turns):
        return turns
    lines, others = chosen.split("\n"), rejected.split("\n")
    count = 0
    while count < min(len(lines), len(others)) - 1 and lines[count] == others[count]:
        count += 1
    prompt = "\n".join(lines[:count]).strip()
    if not prompt:
        return None
    first, second = (_exchange(prompt, "\n".join(rest[count:])) for rest in (lines, others))
    return first, second


def _exchange(prompt: str, answer: str) -> Messages:
    return [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer.strip()}]
