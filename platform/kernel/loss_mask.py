"""Which tokens of a chat a model learns: one rule, for the recipe and for the preview of it."""

from collections.abc import Mapping, Sequence
from typing import Any

Messages = Sequence[Mapping[str, Any]]


def refuse_unseen_tools(template: str, messages: Messages, tools: object) -> None:
    """Raises ValueError for tools under a template that would leave them out without a word."""
    has_tools = tools or any(m.get("tool_calls") or m.get("role") == "tool" for m in messages)
    if has_tools and "tool" not in template:
        raise ValueError("this base cannot be trained on tools.")


def trained_mask(mask: list[int], messages: Messages) -> list[int]:
    """What the template marks as the assistant's, without messages of `weight` 0. A run of ones is a message.

    Raises:
        ValueError: a weight is neither 0 nor 1, or messages cannot be told apart.
    """
    weights = [message.get("weight", 1) for message in messages if message["role"] == "assistant"]
    if any(weight not in (0, 1) for weight in weights):
        raise ValueError("`weight` must be 0 or 1.")
    if all(weights):
        return mask
    runs = _runs(mask)
    if len(runs) != len(weights):
        raise ValueError("`weight` 0 is not supported for this chat: messages run together.")
    kept = list(mask)
    for (start, end), weight in zip(runs, weights, strict=True):
        if not weight:
            kept[start:end] = [0] * (end - start)
    return kept


def _runs(mask: list[int]) -> list[tuple[int, int]]:
    edges = [
        i for i in range(len(mask) + 1) if (mask[i - 1] if i else 0) != (mask[i] if i < len(mask) else 0)
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))
