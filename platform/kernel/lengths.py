"""What becomes of rows that are longer than a job trains on: one rule, for quotes, recipes and engines.

An assistant's answer is never cut: a model that learns cut answers learns to stop in mid-sentence.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from kernel.contracts import LongRows

LEAST_LENGTH, MOST_LENGTH = 16, 1_048_576  # tokens: what `max_length` may be, whatever the base
MOST_WINDOWS = 64  # of one text that is classified
_LEAST_CHARACTERS = 32  # a message cut to less than this says nothing
_GAP = "\n"  # where the middle of a message was

Messages = list[Mapping[str, Any]]


class ChatTokens(Protocol):
    """A base's tokenizer and template, for one row."""

    def count(self, messages: Sequence[Mapping[str, Any]]) -> int:
        """Tokens of a whole conversation."""
        ...

    def starts(self, text: str) -> list[int]:
        """The character at which each token of a plain text begins."""
        ...


@dataclass(frozen=True, slots=True)
class FittedChat:
    """The chats that a row is trained as; none when it is left out. `is_whole`: nothing of it is missing."""

    pieces: list[Messages]
    is_whole: bool


def fit_ids(
    ids: list[int], *, prefix: int, suffix: int, max_length: int, long_rows: LongRows
) -> list[list[int]]:
    """The windows that a text is read in; none when it is too long and nothing may be done about it.

    Args:
        ids: token ids, special tokens included.
        prefix: how many special tokens stand before the text; `suffix`, behind it. Each window has them.
    """
    if len(ids) <= max_length:
        return [ids]
    end = len(ids) - suffix
    before, text, behind = ids[:prefix], ids[prefix:end], ids[end:]
    room = max_length - prefix - suffix
    match long_rows:
        case "cut_end":
            windows = [text[:room]]
        case "keep_ends":
            last = room // 2
            windows = [text[: room - last] + text[len(text) - last :]]
        case "split":  # windows of nearly one size: a last one of three words would teach little
            count = -(-len(text) // room)
            edges = [number * len(text) // count for number in range(count + 1)]
            windows = [text[start:stop] for start, stop in pairwise(edges)]
        case _:
            windows = []
    return [before + window + behind for window in windows]


def around(whole: list[int], bare: list[int]) -> tuple[int, int]:
    """How many special tokens stand before and behind a text: from its ids with them and without."""
    for prefix in range(len(whole) - len(bare) + 1):
        if whole[prefix : prefix + len(bare)] == bare:
            return prefix, len(whole) - len(bare) - prefix
    raise ValueError("the special tokens are not around the text")


def fit_chat(
    messages: Sequence[Mapping[str, Any]], *, max_length: int, long_rows: LongRows, tokens: ChatTokens
) -> FittedChat:
    """Make a chat fit, by whole turns first. System messages at its head stay with every piece.

    A turn is what is said up to the assistant's last word before somebody else speaks: tool calls stay with
    their results. Where no turn fits, the longest message of a user or a tool is cut; if that is not enough,
    the row is left out. So is a row, or a piece, of which no answer is learned.
    """
    if tokens.count(messages) <= max_length:
        return FittedChat([list(messages)], is_whole=True)
    head, turns = _turns(messages)

    def fits(chosen: Sequence[Messages]) -> bool:
        return tokens.count(_joined(head, chosen)) <= max_length

    match long_rows:
        case "cut_end":
            pieces = [turns[: _most(len(turns) - 1, lambda count: fits(turns[:count]))]]
            last_resort = turns[0]
        case "keep_ends":
            count = _most(len(turns) - 2, lambda count: fits([turns[0], *turns[-count:]]))
            pieces = [[turns[0], *turns[-count:]]] if count else [turns[-1:]] if fits(turns[-1:]) else []
            last_resort = turns[-1]
        case "split":
            pieces, last_resort = _groups(turns, fits), []
        case _:
            pieces, last_resort = [], []
    found = [_joined(head, piece) for piece in pieces if piece]
    if not found and last_resort:
        found = _cut(head + last_resort, max_length, long_rows, tokens)
    kept = [piece for piece in found if _teaches(piece)]
    said = sum(len(piece) - len(head) for piece in kept)
    return FittedChat(kept, is_whole=said == len(messages) - len(head) and long_rows == "split")


def _turns(messages: Sequence[Mapping[str, Any]]) -> tuple[Messages, list[Messages]]:
    """(system messages at the head, turns). Each turn ends with the assistant, as the chat does."""
    start = 0
    while start < len(messages) and messages[start]["role"] in ("system", "developer"):
        start += 1
    turns: list[Messages] = []
    for message in messages[start:]:
        ends = not turns or turns[-1][-1]["role"] == "assistant"
        if not turns or (ends and message["role"] not in ("assistant", "tool")):
            turns.append([])
        turns[-1].append(message)
    return list(messages[:start]), turns


def _joined(head: Messages, turns: Sequence[Messages]) -> Messages:
    return head + [message for turn in turns for message in turn]


def _most(highest: int, fits: Callable[[int], bool]) -> int:
    """The largest count from 1 to `highest` that fits, or 0. More turns have more tokens."""
    return bisect_right(range(1, highest + 1), False, key=lambda count: not fits(count))


def _groups(turns: list[Messages], fits: Callable[[Sequence[Messages]], bool]) -> list[list[Messages]]:
    """Neighbouring turns, as many as fit together. A turn that does not fit by itself is left out."""
    groups: list[list[Messages]] = []
    is_open = False
    for turn in turns:
        if is_open and fits([*groups[-1], turn]):
            groups[-1].append(turn)
        elif is_open := fits([turn]):
            groups.append([turn])
    return groups


def _cut(messages: Messages, max_length: int, long_rows: LongRows, tokens: ChatTokens) -> list[Messages]:
    """The chat with its longest message of a user or a tool cut so far that it fits; none if it cannot be."""
    places = [
        place
        for place, message in enumerate(messages)
        if message["role"] in ("user", "tool") and isinstance(message.get("content"), str)
    ]
    if not places:
        return []
    place = max(places, key=lambda place: len(messages[place]["content"]))
    text = messages[place]["content"]
    starts = tokens.starts(text)
    kept = len(starts) - (tokens.count(messages) - max_length)
    while kept > 0:
        shorter = _shortened(text, starts, kept, long_rows)
        if len(shorter) < _LEAST_CHARACTERS:
            break
        cut = [*messages[:place], {**messages[place], "content": shorter}, *messages[place + 1 :]]
        excess = tokens.count(cut) - max_length
        if excess <= 0:
            return [cut]
        kept -= excess
    return []


def _shortened(text: str, starts: list[int], kept: int, long_rows: LongRows) -> str:
    """The text with about `kept` of its tokens."""
    last = kept // 2 if long_rows == "keep_ends" else 0
    beginning = text[: starts[kept - last]]
    return beginning + _GAP + text[starts[len(starts) - last] :] if last else beginning


def _teaches(messages: Sequence[Mapping[str, Any]]) -> bool:
    return any(message["role"] == "assistant" and message.get("weight", 1) for message in messages)
