"""The encoder's side of a classifier: texts to token ids, batches, mean-pooled embeddings, a linear head.

The serving engine computes the same: hidden states with LoRA, mean over the attention mask, then
`logits = pooled @ weight.T + bias`. Axes: B rows, T tokens, H hidden, C labels, N all rows.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch.nn import functional

from kernel.contracts import LongRows
from kernel.lengths import around, fit_ids
from workers.training.data import LabelledRow, bad_row

_EMBED_BATCH = 64
# On MiniLM with 24 intents of 10 and of 36 rows, 1e-5 to 3e-3 were tried: held-out accuracy grew with it, by
# 0.6 to 2.5 points over the range, and the loss fell by a sixth.
_HEAD_L2 = 3e-3


def tokenize_texts(
    tokenizer: Any, rows: Sequence[LabelledRow], max_length: int, long_rows: LongRows, param: str
) -> list[list[list[int]]]:
    """The windows in which each text is read: token ids, special tokens included; none of what is left out.

    Raises:
        BadTrainingData: a text is longer than `max_length` tokens, and that is refused.
    """
    token_ids: list[list[int]] = tokenizer([row.text for row in rows])["input_ids"]
    if long_rows == "refuse":
        for row, ids in zip(rows, token_ids, strict=True):
            if len(ids) > max_length:
                problem = f"{len(ids)} tokens are more than the {max_length} that this job trains on."
                raise bad_row(row.line, problem, param)
    bare = tokenizer("a", add_special_tokens=False)["input_ids"]
    prefix, suffix = around(tokenizer("a")["input_ids"], bare)
    return [
        fit_ids(ids, prefix=prefix, suffix=suffix, max_length=max_length, long_rows=long_rows)
        for ids in token_ids
    ]


def short_text(tokenizer: Any, text: str, max_length: int) -> str:
    """The text, or as much of its beginning as has no more than `max_length` tokens."""
    tokens = tokenizer(text, return_offsets_mapping=True)
    kept = max_length
    while len(tokens["input_ids"]) > max_length:
        kept -= 1
        text = text[: max(end for _, end in tokens["offset_mapping"][:kept])]
        tokens = tokenizer(text, return_offsets_mapping=True)
    return text


def unknown_share(token_ids: Sequence[Sequence[int]], tokenizer: Any) -> float:
    """Share of tokens that the base has no piece for; special tokens are not counted."""
    special = set(tokenizer.all_special_ids) - {tokenizer.unk_token_id}
    words = [token for ids in token_ids for token in ids if token not in special]
    unknown = sum(1 for token in words if token == tokenizer.unk_token_id)
    return unknown / max(len(words), 1)


def padded(token_ids: Sequence[Sequence[int]], pad_id: int, device: torch.device) -> dict[str, torch.Tensor]:
    """Input ids and attention mask, padded on the right: both (B, T)."""
    length = max(len(ids) for ids in token_ids)
    rows = [[*ids, *[pad_id] * (length - len(ids))] for ids in token_ids]
    mask = [[1] * len(ids) + [0] * (length - len(ids)) for ids in token_ids]
    return {
        "input_ids": torch.tensor(rows, device=device),
        "attention_mask": torch.tensor(mask, device=device),
    }


def pooled_states(model: Any, batch: dict[str, torch.Tensor], dtype: torch.dtype) -> torch.Tensor:
    """Mean of the last hidden states over the attention mask, float32. (B, H)"""
    device = batch["input_ids"].device
    with torch.autocast(device.type, dtype=dtype, enabled=dtype != torch.float32):
        hidden = model(**batch).last_hidden_state  # (B, T, H)
    mask = batch["attention_mask"].unsqueeze(-1).float()  # (B, T, 1)
    return (hidden.float() * mask).sum(dim=1) / mask.sum(dim=1)


def embed(model: Any, token_ids: Sequence[Sequence[int]], pad_id: int, dtype: torch.dtype) -> torch.Tensor:
    """Pooled states of all rows, in order; batched by length. (N, H)"""
    device = next(model.parameters()).device
    order = sorted(range(len(token_ids)), key=lambda index: len(token_ids[index]))
    with torch.no_grad():
        parts = [
            pooled_states(model, padded([token_ids[i] for i in chunk], pad_id, device), dtype)
            for chunk in _chunks(order, _EMBED_BATCH)
        ]
    pooled = torch.cat(parts)
    return pooled[torch.tensor(order, device=device).argsort()]


def embed_windows(
    model: Any, windows: Sequence[Sequence[Sequence[int]]], pad_id: int, dtype: torch.dtype
) -> torch.Tensor:
    """Of each row the mean over its windows, in order. (N, H)"""
    pooled = embed(model, [window for row in windows for window in row], pad_id, dtype)
    return torch.stack([part.mean(dim=0) for part in pooled.split([len(row) for row in windows])])


def _chunks(order: list[int], size: int) -> Iterator[list[int]]:
    return (order[start : start + size] for start in range(0, len(order), size))


def label_words(label: str) -> str:
    """A label as words: `lost_card` is read as `lost card`."""
    return label.replace("_", " ")


def zero_shot_logprobs(texts: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """What the bare base says: softmax of the cosine between text (N, H) and label words (C, H). (N, C)"""
    cosine = functional.normalize(texts, dim=-1) @ functional.normalize(labels, dim=-1).T
    return cosine.log_softmax(dim=-1)


def fitted_head(pooled: torch.Tensor, targets: torch.Tensor, label_count: int) -> torch.nn.Linear:
    """Logistic regression on frozen embeddings (N, H): the head that LoRA training starts from.

    Convex, so the same on every run; takes a second, and spares the LoRA steps most of the way.
    """
    mean, scale = pooled.mean(dim=0), pooled.std().clamp_min(1e-6)
    features = (pooled - mean) / scale
    weight = torch.zeros(label_count, pooled.shape[1], device=pooled.device, requires_grad=True)  # (C, H)
    bias = torch.zeros(label_count, device=pooled.device, requires_grad=True)  # (C)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = functional.cross_entropy(features @ weight.T + bias, targets)
        loss = loss + _HEAD_L2 * weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    head = torch.nn.Linear(pooled.shape[1], label_count, device=pooled.device)
    with torch.no_grad():  # fold the standardisation in: the engine sees raw pooled states
        head.weight.copy_(weight / scale)
        head.bias.copy_(bias - head.weight @ mean)
    return head


def macro_f1(predicted: Sequence[int], wanted: Sequence[int]) -> float:
    """Mean F1 over the labels that occur in `wanted`."""
    scores = []
    for label in sorted(set(wanted)):
        hits = sum(p == w == label for p, w in zip(predicted, wanted, strict=True))
        scores.append(2 * hits / (sum(p == label for p in predicted) + sum(w == label for w in wanted)))
    return sum(scores) / len(scores)
