"""Held-out samples with the trainer's own log-probabilities, for the certificate that the runner makes.

They come from the forward pass that trained: same precision (`devices.training_dtype`, autocast), LoRA not
merged. Log-probabilities in nats.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from kernel.adapters import canary_token_ids
from kernel.contracts import Canary
from workers.training.chat_tokens import TokenizedChat, split_last_answer

MOST_SAMPLES = 8


@dataclass(frozen=True, slots=True)
class CausalSample:
    """A chat cut before its last answer, as token ids."""

    messages: list[dict[str, Any]]
    prompt: list[int]
    completion: list[int]


def choose_causal_samples(
    tokenizer: Any, chats: Sequence[TokenizedChat], max_length: int
) -> list[CausalSample]:
    """Cut up to 8 chats before their last answer. Done before training: a template at odds fails early.

    Pass held-out chats first and others after them: of few tokens a mean is mostly noise.

    An answer is scored as far as leaves the engine room for one token more. Left out: a chat with tools; one
    whose last answer has weight 0.

    Raises:
        ValueError: the template renders a prompt otherwise for serving than for training.
    """
    samples = []
    for chat in chats:
        if chat.row.tools:
            continue
        prompt, answer = split_last_answer(tokenizer, chat)
        completion = answer[: max(0, max_length - 1 - len(prompt))]
        if completion:
            samples.append(CausalSample(chat.row.messages[:-1], prompt, completion))
        if len(samples) == MOST_SAMPLES:
            break
    return samples


def score_causal_samples(
    model: Any, samples: Sequence[CausalSample], dtype: torch.dtype
) -> list[dict[str, Any]]:
    """Score each answer with the adapter and with the bare base: the rows of `parity.json`."""
    rows = []
    for sample in samples:
        with model.disable_adapter():
            base = completion_logprobs(model, sample.prompt, sample.completion, dtype)
        rows.append(
            {
                "messages": sample.messages,
                "prompt_token_ids": sample.prompt,
                "completion_token_ids": sample.completion,
                "logprobs": completion_logprobs(model, sample.prompt, sample.completion, dtype),
                "base_logprobs": base,
            }
        )
    return rows


def canary_of(model: Any, dtype: torch.dtype) -> Canary:
    """Score the canary's tokens with the adapter and with the bare base."""
    first, *others = ids = canary_token_ids(model.config.vocab_size)
    was_training = model.training
    model.eval()
    logprobs = completion_logprobs(model, [first], others, dtype)
    with model.disable_adapter():
        base = completion_logprobs(model, [first], others, dtype)
    model.train(was_training)
    return Canary(token_ids=ids, logprobs=_rounded(logprobs), base_logprobs=_rounded(base))


def _rounded(logprobs: list[float]) -> tuple[float, ...]:
    # They go into the manifest, whose digest is the adapter's name: only digits that are the same each time.
    return tuple(round(value, 3) for value in logprobs)


def completion_logprobs(
    model: Any, prompt: list[int], completion: list[int], dtype: torch.dtype
) -> list[float]:
    """Log-probability of each completion token after the prompt and the tokens before it."""
    device = next(model.parameters()).device
    ids = torch.tensor([prompt + completion], device=device)  # (1, T)
    with torch.no_grad(), torch.autocast(device.type, dtype=dtype, enabled=dtype != torch.float32):
        logits = model(input_ids=ids).logits[0, len(prompt) - 1 : -1]  # (C, V)
    logprobs = logits.float().log_softmax(dim=-1)  # (C, V)
    picked = logprobs.gather(1, ids[0, len(prompt) :, None])[:, 0]  # (C)
    return [float(value) for value in picked]
