"""From a row's vector to probabilities over labels.

Axes: B rows, H hidden, C labels.
"""

import torch

from workers.engine.encoder.residents import Resident

_ZERO_SHOT_TEMPERATURE = 0.05


def classify(vectors: torch.Tensor, adapter: Resident) -> torch.Tensor:
    """Probabilities by the tenant's own head. (B, H) -> (B, C)

    Raises:
        ValueError: the adapter is not a classifier.
    """
    if adapter.head is None:
        raise ValueError("the adapter has no head")
    weight, bias = adapter.head
    return torch.nn.functional.linear(vectors, weight, bias).softmax(-1)


def classify_by_words(vectors: torch.Tensor, label_vectors: torch.Tensor) -> torch.Tensor:
    """Zero-shot: softmax of the cosine to each label's words. (B, H), (C, H) -> (B, C)"""
    return (unit(vectors) @ unit(label_vectors).T / _ZERO_SHOT_TEMPERATURE).softmax(-1)


def label_words(label: str) -> str:
    """`card_arrival` and `card-arrival` -> `card arrival`; a label of only such signs stays."""
    words = label.replace("_", " ").replace("-", " ")
    return words if words.strip() else label


def unit(vectors: torch.Tensor) -> torch.Tensor:
    """Each row at length 1. (B, H) -> (B, H)"""
    return torch.nn.functional.normalize(vectors, dim=-1)
