"""How well a model foretells the answers of chats that it did not learn. B rows, T tokens, V vocabulary."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from workers.training.chat_tokens import NO_LOSS, TokenizedChat

_BATCH_TOKENS = 4_096  # padding included; logits are (B, T, V)


@dataclass(frozen=True, slots=True)
class ChatScores:
    """Of each chat, over the tokens on which the loss counts."""

    losses: NDArray[np.float64]  # nats, summed
    hits: NDArray[np.int64]  # tokens that the model would have written too
    tokens: NDArray[np.int64]

    @property
    def loss(self) -> float:
        """Nats per token."""
        return float(self.losses.sum() / self.tokens.sum())

    @property
    def accuracy(self) -> float:
        """Share of tokens."""
        return float(self.hits.sum() / self.tokens.sum())

    def __getitem__(self, chats: slice) -> "ChatScores":
        return ChatScores(self.losses[chats], self.hits[chats], self.tokens[chats])


def score_chats(
    model: Any, chats: Sequence[TokenizedChat], pad_id: int, dtype: torch.dtype, check: Callable[[], None]
) -> ChatScores:
    """Score chats in their order. `check` is called between batches and may raise to stop."""
    losses, hits = np.zeros(len(chats)), np.zeros(len(chats), np.int64)
    for batch in _batches(chats):
        check()
        losses[batch], hits[batch] = _score(model, [chats[place] for place in batch], pad_id, dtype)
    tokens = [sum(label != NO_LOSS for label in chat.labels[1:]) for chat in chats]
    return ChatScores(losses, hits, np.array(tokens, np.int64))


def _batches(chats: Sequence[TokenizedChat]) -> Iterator[list[int]]:
    """Places of chats of similar length, so many that their tokens fit."""
    batch: list[int] = []
    for place in sorted(range(len(chats)), key=lambda place: len(chats[place].input_ids)):
        if batch and (len(batch) + 1) * len(chats[place].input_ids) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _score(
    model: Any, chats: Sequence[TokenizedChat], pad_id: int, dtype: torch.dtype
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    device = next(model.parameters()).device
    length = max(len(chat.input_ids) for chat in chats)
    ids = _padded([chat.input_ids for chat in chats], length, pad_id, device)  # (B, T)
    mask = _padded([[1] * len(chat.input_ids) for chat in chats], length, 0, device)
    wanted = _padded([chat.labels for chat in chats], length, NO_LOSS, device)[:, 1:]
    with torch.no_grad(), torch.autocast(device.type, dtype=dtype, enabled=dtype != torch.float32):
        logits = model(input_ids=ids, attention_mask=mask).logits[:, :-1]  # (B, T - 1, V)
    counts = wanted != NO_LOSS
    losses = torch.nn.functional.cross_entropy(
        logits.float().flatten(0, 1), wanted.flatten(), ignore_index=NO_LOSS, reduction="none"
    ).view(wanted.shape)
    hits = (logits.argmax(dim=-1) == wanted) & counts
    return losses.sum(dim=1).double().cpu().numpy(), hits.sum(dim=1).cpu().numpy()


def _padded(rows: Sequence[list[int]], length: int, fill: int, device: torch.device) -> torch.Tensor:
    return torch.tensor([row + [fill] * (length - len(row)) for row in rows], device=device)
