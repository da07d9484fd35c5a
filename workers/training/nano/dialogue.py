"""Sampling whole dialogues from the bank: chaining flows, moods, openings and typing errors."""

import random
import re
from dataclasses import dataclass

from workers.training.nano.flows import Bank, Flow, Turn, expand, load_bank, plain
from workers.training.nano.slots import Slots, load_lists

Messages = list[dict[str, str]]

CHINESE_SHARE = 0.05
GREETED_SHARE = 0.10
EARLY_STOP_SHARE = 0.15
KEPT_SLOTS = ("company", "name", "email", "city", "bot")
"""Slots that keep their value when a dialogue goes on to its next flow."""

_ANGRY_TOPICS = ("orders", "returns", "billing", "support", "accounts")
_CLOSINGS = ("thanks", "goodbye")
_NEVER_CHAINED = frozenset({"hello", "hello_system", "yes_alone", "goodwish", *_CLOSINGS})


@dataclass(slots=True)
class Said:
    """One turn before the slot marks are taken away."""

    role: str
    text: str


class DialogueSampler:
    """An endless, seeded source of dialogues.  The same seed gives the same dialogues."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.bank: Bank = load_bank()
        self.lists, self.rewrite = load_lists()
        self.by_name = {flow.name: flow for flow in self.bank.flows}
        english = [flow for flow in self.bank.flows if "zh" not in flow.tags]
        chinese = [flow for flow in self.bank.flows if "zh" in flow.tags]
        self.pools = {False: english, True: chinese}

    def sample(self) -> Messages:
        """One dialogue, in chat format."""
        rng = self.rng
        chinese = rng.random() < CHINESE_SHARE
        first = self._choose(self.pools[chinese])
        slots = Slots(rng, self.lists)
        said = self._system(first, slots, chinese)
        greeted = not chinese and "company" not in first.tags and first.name != "hello"
        if greeted and rng.random() < GREETED_SHARE:
            name = "hello_system" if said and "{company}" in said[0].text else "hello"
            said += self._play(self.by_name[name], slots)[:2]
        said += self._play(first, slots)
        said += self._go_on(first, slots, chinese)
        return [{"role": turn.role, "content": plain(turn.text)} for turn in said]

    def _choose(self, flows: list[Flow]) -> Flow:
        return self.rng.choices(flows, weights=[flow.weight for flow in flows])[0]

    def _system(self, first: Flow, slots: Slots, chinese: bool) -> list[Said]:
        if first.turns[0].role == "system":
            return [Said("system", self._line(first.turns[0], slots))]
        chance = self.rng.random()
        if chinese:
            texts = self.rewrite["zh_system"] if chance < 0.3 else []
        elif chance < 0.2:
            texts = self.rewrite["system_neutral"]
        elif chance < 0.35 and "nosystem" not in first.tags:
            macro = self.rng.choice(self.bank.macros["company_system"])
            texts = [expand(macro, self.bank, slots, self.rng)]
        else:
            texts = []
        return [Said("system", self.rng.choice(texts))] if texts else []

    def _go_on(self, first: Flow, slots: Slots, chinese: bool) -> list[Said]:
        said: list[Said] = []
        if first.name in _CLOSINGS or first.name.endswith("_bye"):
            return said
        for _ in range(self.rng.choices((0, 1, 2, 3), weights=(58, 26, 11, 5))[0]):
            flow = self._choose(self.pools[chinese])
            if flow.name in _NEVER_CHAINED or flow.tags & {"company", "nosystem"}:
                continue
            kept = {key: value for key, value in slots.bound.items() if key in KEPT_SLOTS}
            turns = self._play(flow, Slots(self.rng, self.lists, kept))
            if not chinese and self.rng.random() < 0.5:
                turns[0].text = _join(self.rng.choice(self.rewrite["next_topic"]), turns[0].text)
            said += turns
        if not chinese and self.rng.random() < 0.3:
            said += self._play(self.by_name[self.rng.choice(_CLOSINGS)], slots)
        return said

    def _line(self, turn: Turn, slots: Slots) -> str:
        return expand(self.rng.choice(turn.lines), self.bank, slots, self.rng)

    def _play(self, flow: Flow, slots: Slots) -> list[Said]:
        said: list[Said] = []
        for turn in flow.turns:
            if turn.role == "system":
                continue
            said.append(Said(turn.role, self._line(turn, slots)))
            if turn.role == "assistant" and "?" not in said[-1].text and self.rng.random() < EARLY_STOP_SHARE:
                break
        if flow.topic not in ("smalltalk", "chinese"):
            self._colour(flow.topic, said[0], said[1], slots)
        if flow.topic != "chinese":
            for line in said:
                if line.role == "user":
                    line.text = mistype(line.text, self.rng)
        return said

    def _colour(self, topic: str, question: Said, reply: Said, slots: Slots) -> None:
        """Give the first exchange of a flow a greeting, a name or a mood."""
        rng, chance = self.rng, self.rng.random()
        if chance < 0.20:
            question.text = _join(rng.choice(self.rewrite["opening"]), question.text)
            if rng.random() < 0.3:
                reply.text = f"{rng.choice(self.rewrite['opening_reply'])} {reply.text}"
        elif chance < 0.27:
            name = slots.get("name")
            hello = rng.choice(
                [f"Hi, I'm {name}.", f"Hello, my name is {name}.", f"I'm {name}.", f"This is {name}."]
            )
            question.text = f"{hello} {question.text}"
            if not reply.text.startswith(("Hi", "Hello")):
                reply.text = f"{rng.choice(['Hi', 'Hello'])} {name}! {reply.text}"
        elif chance < 0.33 and topic in _ANGRY_TOPICS:
            question.text = f"{question.text} {rng.choice(self.rewrite['angry_after'])}"
            if not reply.text.startswith(("I'm sorry", "I apologize", "Sorry", "I understand")):
                reply.text = f"{rng.choice(self.rewrite['angry_reply'])} {reply.text}"
        elif chance < 0.40:
            question.text = f"{question.text} {rng.choice(self.rewrite['ending'])}"


def _join(opening: str, text: str) -> str:
    """Put an opening before a sentence, in small letters where it goes on after a comma."""
    goes_on = opening[-1] not in ".!?:" and not re.match(r"I\b|\x01|[A-Z]{2}", text)
    return f"{opening} {text[0].lower() + text[1:] if goes_on else text}"


def mistype(text: str, rng: random.Random) -> str:
    """Write a text as hurried people do; slot values stay as they are."""
    pieces = re.split("(\x01[^\x02]*\x02)", text)
    if rng.random() < 0.3:
        pieces = [piece if piece.startswith("\x01") else piece.lower() for piece in pieces]
    if rng.random() < 0.08:
        pieces = [piece if piece.startswith("\x01") else piece.replace("'", "") for piece in pieces]
    if rng.random() < 0.10:
        at = rng.randrange(len(pieces))
        if not pieces[at].startswith("\x01"):
            pieces[at] = _slip(pieces[at], rng)
    out = "".join(pieces)
    return out.rstrip(".?!") or out if rng.random() < 0.25 else out


def _slip(piece: str, rng: random.Random) -> str:
    """Swap, drop or double one letter inside a word."""
    places = [at for at in range(1, len(piece) - 2) if piece[at : at + 2].isalpha()]
    if not places:
        return piece
    at = rng.choice(places)
    slips = (
        piece[:at] + piece[at + 1] + piece[at] + piece[at + 2 :],
        piece[:at] + piece[at + 1 :],
        piece[:at] + piece[at] + piece[at:],
    )
    return rng.choice(slips)
