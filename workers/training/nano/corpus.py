"""The corpus as rows of tokens: dialogues of the bank mixed with the Schema-Guided Dialogue data, packed."""

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast

from workers.training.nano.dialogue import DialogueSampler, Messages
from workers.training.nano.tokenizer import END_ID, PAD_ID, START_ID

SGD_FILE = Path(__file__).parent / "corpus" / "sgd_dialogues.jsonl.gz"
HELD_OUT_EVERY = 20
"""Every twentieth dialogue of the Schema-Guided data is held out."""

SGD_DIALOGUE_SHARE = 0.01
"""Share among dialogues; they are about five times as long as ours, so about a twentieth of the tokens."""

ROW_TOKENS = 384
DIALOGUES_PER_CHUNK = 6000
OTHER_SPEAKER_WEIGHT = 0.3
"""Weight in the loss of what users and system prompts say; what the assistant says weighs 1."""

HELD_OUT_SEED = 10_007
_OPEN_ROWS = 48


@dataclass(frozen=True, slots=True)
class Batch:
    """Packed rows.  A document number of 0 is padding; tokens only see their own document."""

    tokens: torch.Tensor  # (B, T) int64
    documents: torch.Tensor  # (B, T) int64
    positions: torch.Tensor  # (B, T) int64, from 0 in each document
    weights: torch.Tensor  # (B, T) float32


@dataclass(frozen=True, slots=True)
class Encoded:
    """One dialogue in tokens, with the loss weight of each."""

    tokens: list[int]
    weights: list[float]


def sgd_dialogues(held_out: bool) -> list[Messages]:
    """The Schema-Guided dialogues of one side of the split."""
    with gzip.open(SGD_FILE, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line)["messages"] for line in lines]
    return [row for at, row in enumerate(rows) if (at % HELD_OUT_EVERY == 0) == held_out]


def mixed_dialogues(seed: int, sgd: list[Messages]) -> Iterator[Messages]:
    """An endless mix of generated and Schema-Guided dialogues."""
    rng = random.Random(f"mix-{seed}")
    sampler = DialogueSampler(seed)
    while True:
        yield rng.choice(sgd) if rng.random() < SGD_DIALOGUE_SHARE else sampler.sample()


class Encoder:
    """Turns dialogues into tokens, exactly as the chat template writes them."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self.tokenizer = tokenizer
        self.newline = self._ids(["\n"])[0]
        self.roles = {role: self._ids([role])[0] for role in ("system", "user", "assistant")}

    def _ids(self, texts: list[str]) -> list[list[int]]:
        return [list(ids) for ids in self.tokenizer(texts, add_special_tokens=False)["input_ids"]]

    def encode(self, dialogues: list[Messages]) -> list[Encoded]:
        """Encode many dialogues at once; it is much quicker than one by one."""
        contents = iter(self._ids([message["content"].strip() for talk in dialogues for message in talk]))
        return [self._join([(message["role"], next(contents)) for message in talk]) for talk in dialogues]

    def _join(self, turns: list[tuple[str, list[int]]]) -> Encoded:
        tokens: list[int] = []
        weights: list[float] = []
        for role, content in turns:
            head = [START_ID, *self.roles[role], *self.newline]
            tokens += [*head, *content, END_ID, *self.newline]
            said = 1.0 if role == "assistant" else OTHER_SPEAKER_WEIGHT
            weights += [0.1] * len(head) + [said] * (len(content) + 1) + [0.1] * len(self.newline)
        return Encoded(tokens, weights)


def pack(dialogues: list[Encoded]) -> list[list[Encoded]]:
    """Put dialogues together into rows of at most ROW_TOKENS, first fit; longer ones are cut."""
    full: list[list[Encoded]] = []
    rows: list[tuple[int, list[Encoded]]] = []
    for talk in dialogues:
        cut = Encoded(talk.tokens[:ROW_TOKENS], talk.weights[:ROW_TOKENS])
        size = len(cut.tokens)
        at = next((at for at, (used, _) in enumerate(rows) if used + size <= ROW_TOKENS), None)
        if at is not None:
            used, row = rows[at]
            row.append(cut)
            rows[at] = (used + size, row)
            continue
        if len(rows) == _OPEN_ROWS:
            rows.sort(key=lambda entry: entry[0])
            full.append(rows.pop()[1])
        rows.append((size, [cut]))
    return full + [row for _, row in rows]


def to_batch(rows: list[list[Encoded]]) -> Batch:
    """Lay packed rows out as tensors."""
    shape = (len(rows), ROW_TOKENS)
    tokens = torch.full(shape, PAD_ID)
    documents, positions = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    weights = torch.zeros(shape)
    for at, row in enumerate(rows):
        start = 0
        for number, talk in enumerate(row, start=1):
            end = start + len(talk.tokens)
            tokens[at, start:end] = torch.tensor(talk.tokens)
            weights[at, start:end] = torch.tensor(talk.weights)
            weights[at, start] = 0.0  # the first token of a dialogue is not predicted from the one before it
            documents[at, start:end] = number
            positions[at, start:end] = torch.arange(end - start)
            start = end
    return Batch(tokens, documents, positions, weights)


def training_batches(tokenizer: PreTrainedTokenizerFast, seed: int, rows: int) -> Iterator[Batch]:
    """Endless batches of ``rows`` packed rows.  The same seed gives the same batches."""
    encoder = Encoder(tokenizer)
    source = mixed_dialogues(seed, sgd_dialogues(held_out=False))
    rng = random.Random(f"order-{seed}")
    while True:
        packed = pack(encoder.encode([next(source) for _ in range(DIALOGUES_PER_CHUNK)]))
        rng.shuffle(packed)
        for start in range(0, len(packed) - rows + 1, rows):
            yield to_batch(packed[start : start + rows])


def held_out_batches(tokenizer: PreTrainedTokenizerFast, rows: int) -> dict[str, list[Batch]]:
    """The two held-out sets: ``generated`` (another seed, dialogues unseen in training) and ``sgd``."""
    encoder = Encoder(tokenizer)
    sampler = DialogueSampler(HELD_OUT_SEED)
    sets = {"generated": [sampler.sample() for _ in range(600)], "sgd": sgd_dialogues(held_out=True)}
    batches: dict[str, list[Batch]] = {}
    for name, dialogues in sets.items():
        packed = pack(encoder.encode(dialogues))
        batches[name] = [to_batch(packed[at : at + rows]) for at in range(0, len(packed) - rows + 1, rows)]
    return batches
