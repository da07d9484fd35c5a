"""The flow notation of the bank: parsing, and expanding one line to one text.

``== name weight tags`` opens a flow; ``S``, ``U`` and ``A`` lines are alternatives of one system, user or
assistant turn; ``@name text`` adds an alternative of a macro; ``+= name``, in a file of more lines, adds
to the first turns of a flow.  In a line, ``(a|b)`` chooses, ``{slot}`` is bound once in a flow and
``<macro>`` is expanded at each use.
"""

import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from workers.training.nano.slots import BANK, Slots

SLOT_OPEN, SLOT_CLOSE = "\x01", "\x02"
"""Marks around slot values, so that typing errors never hit them; ``plain`` takes them away."""

ROLES = {"S": "system", "U": "user", "A": "assistant"}
_ARTICLE = re.compile(r"\b([aA]) (?=\x01?(?!us|uni|one|eu)[aeiouAEIOU])")
_PLEASE_QUESTION = re.compile(r"(Please [^.?!]*)\?")


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot in a line."""

    name: str


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro in a line."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice in a line."""

    options: tuple["Line", ...]


Line = tuple[str | Slot | Macro | Choice, ...]


@dataclass(slots=True)
class Turn:
    """One turn of a flow: its role and the lines that may be said."""

    role: str
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Flow:
    """A conversation plan."""

    name: str
    topic: str
    weight: float
    tags: frozenset[str]
    turns: list[Turn] = field(default_factory=list)


@dataclass(slots=True)
class Bank:
    """All flows and macros."""

    flows: list[Flow] = field(default_factory=list)
    macros: dict[str, list[Line]] = field(default_factory=dict)


def load_bank() -> Bank:
    """Read every flow file of the bank, in name order, then the files of more lines."""
    bank = Bank()
    for path in [*sorted(BANK.glob("*.flows")), *sorted(BANK.glob("*.more"))]:
        _read_file(bank, path)
    return bank


def _read_file(bank: Bank, path: Path) -> None:
    flow = Flow("", "", 0.0, frozenset())
    for raw in path.read_text(encoding="utf-8").splitlines():
        if not raw.strip() or raw.startswith("#"):
            continue
        tag, _, rest = raw.partition(" ")
        if tag == "==":
            flow = _flow(rest, path.stem)
            bank.flows.append(flow)
        elif tag == "+=":
            flow = next(known for known in bank.flows if known.name == rest)
        elif tag.startswith("@"):
            bank.macros.setdefault(tag[1:], []).append(parse_line(rest))
        else:
            add = _add_first_line if path.suffix == ".more" else _add_turn_line
            add(flow, ROLES[tag], parse_line(rest))


def _flow(header: str, topic: str) -> Flow:
    name, weight, *tags = header.split()
    return Flow(name, topic, float(weight), frozenset(tags))


def _add_turn_line(flow: Flow, role: str, line: Line) -> None:
    if not flow.turns or flow.turns[-1].role != role:
        flow.turns.append(Turn(role))
    flow.turns[-1].lines.append(line)


def _add_first_line(flow: Flow, role: str, line: Line) -> None:
    next(turn for turn in flow.turns if turn.role == role).lines.append(line)


def parse_line(text: str) -> Line:
    """Parse one line of the notation; a bracket that does not close is a ValueError."""
    line, end = _parse(text, 0)
    if end != len(text):
        raise ValueError(f"unexpected {text[end]!r} at {end} in {text!r}")
    return line


def _parse(text: str, at: int) -> tuple[Line, int]:
    parts: list[str | Slot | Macro | Choice] = []
    while at < len(text) and text[at] not in "|)":
        if text[at] == "(":
            choice, at = _parse_choice(text, at + 1)
            parts.append(choice)
        elif text[at] in "{<":
            end = text.index("}" if text[at] == "{" else ">", at)
            parts.append((Slot if text[at] == "{" else Macro)(text[at + 1 : end]))
            at = end + 1
        else:
            found = re.compile(r"[^|(){<]+").match(text, at)
            if found is None:
                raise ValueError(f"unexpected {text[at]!r} in {text!r}")
            parts.append(found.group())
            at = found.end()
    return tuple(parts), at


def _parse_choice(text: str, at: int) -> tuple[Choice, int]:
    options: list[Line] = []
    while True:
        option, at = _parse(text, at)
        options.append(option)
        if at >= len(text):
            raise ValueError(f"bracket not closed in {text!r}")
        at += 1
        if text[at - 1] == ")":
            return Choice(tuple(options)), at


def expand(line: Line, bank: Bank, slots: Slots, rng: random.Random) -> str:
    """One text of a line, slot values marked; articles and stray spaces are put right."""
    text = _ARTICLE.sub(r"\1n ", _expand(line, bank, slots, rng))
    text = _PLEASE_QUESTION.sub(r"\1.", text)
    return re.sub(r" +([.,?!])", r"\1", re.sub(r"  +", " ", text)).strip()


def _expand(line: Line, bank: Bank, slots: Slots, rng: random.Random) -> str:
    out: list[str] = []
    for part in line:
        if isinstance(part, str):
            out.append(part)
        elif isinstance(part, Slot):
            out.append(SLOT_OPEN + slots.get(part.name) + SLOT_CLOSE)
        elif isinstance(part, Macro):
            out.append(_expand(rng.choice(bank.macros[part.name]), bank, slots, rng))
        else:
            out.append(_expand(rng.choice(part.options), bank, slots, rng))
    return "".join(out)


def plain(text: str) -> str:
    """The text without slot marks."""
    return text.replace(SLOT_OPEN, "").replace(SLOT_CLOSE, "")
