"""Rows whose label is probably wrong: a small model, which did not see the row, surely says another one.

A linear model by least squares on hashed runs of characters, for which leaving one row out has a closed form:
every row is judged by the model of all others, at the cost of one. Deterministic; about 120 MB and a few
seconds at most.

Source: D. Allen, "The relationship between variable selection and data augmentation and a method for
prediction" (1974), for the closed form.
"""

import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.doctor.finding import Finding, cut
from workers.doctor.formats.fields import warning

MOST_ROWS = 10_000  # that a caller may pass
_MOST_SUSPECTS, _FEWEST_ROWS, _MOST_LABELS = 100, 50, 300
_FEWEST_OF_LABEL = 3  # of fewer, the model of the others knows nothing
_FEATURES, _RIDGE = 1_024, 1.0
_RUNS, _LONGEST_RUN, _BLOCK = 2**18, 4, 1_000
_PRIME, _SPREAD, _MASK = np.uint64(1_000_003), np.uint64(2_654_435_761), np.uint64(2**32 - 1)
_MARGIN = 0.3  # between the shares of the other label and of the row's own
_COMPETENT = 5 / 6  # of its sure guesses agree with the labels, or the model accuses nobody
CHARACTERS = 300  # of a text that are looked at

Matrix = NDArray[np.float32]
Example = tuple[int, str, str]  # line, text, label


def find_suspects(examples: Sequence[Example]) -> list[dict[str, Any]]:
    """The report's `label_suspects`, the surest first; none where there is too little to judge by."""
    counts = Counter(label for _, _, label in examples)
    names = sorted(label for label, rows in counts.items() if rows >= _FEWEST_OF_LABEL)
    numbers = {name: number for number, name in enumerate(names)}
    known = [example for example in examples if example[2] in numbers]
    if len(known) < _FEWEST_ROWS or not 2 <= len(names) <= _MOST_LABELS:
        return []
    own = np.array([numbers[label] for _, _, label in known])
    scores = _left_out(_features([text for _, text, _ in known]), own, len(names))
    return [
        {
            "line": known[row][0],
            "label": known[row][2],
            "suggested": names[int(scores[row].argmax())],
            "confidence": round(float(scores[row].max()), 3),
        }
        for row in _suspects(scores, own)
    ]


def warnings(suspects: list[dict[str, Any]]) -> list[Finding]:
    return [
        warning(
            found["line"],
            "label",
            "suspected_label",
            suggested=cut(found["suggested"]),
            value=cut(found["label"]),
        )
        for found in suspects
    ]


def _suspects(scores: Matrix, own: NDArray[np.int64]) -> list[int]:
    """Rows whose share of another label is well above that of their own, the surest first."""
    rows = np.arange(len(own))
    best, second = scores.argmax(axis=1), np.partition(scores, -2, axis=1)[:, -2]
    is_sure = scores[rows, best] - second >= _MARGIN
    if not is_sure.any() or np.mean(best[is_sure] == own[is_sure]) < _COMPETENT:
        return []
    margins = scores[rows, best] - scores[rows, own]
    found = np.flatnonzero(margins >= _MARGIN)
    return [int(row) for row in found[np.argsort(-margins[found], kind="stable")][:_MOST_SUSPECTS]]


def _left_out(features: Matrix, own: NDArray[np.int64], labels: int) -> Matrix:
    """(rows, labels): shares that sum to 1, by a model of all rows but the row itself."""
    answers = np.eye(labels, dtype=np.float32)[own]
    ridge = features.T @ features + _RIDGE * np.eye(_FEATURES, dtype=np.float32)
    inverse = np.linalg.inv(ridge).astype(np.float32)
    model = inverse @ (features.T @ answers)
    shares: Matrix = np.empty_like(answers)
    for rows in (slice(start, start + _BLOCK) for start in range(0, len(own), _BLOCK)):
        leverage = np.einsum("rf,rf->r", features[rows] @ inverse, features[rows])[:, None]
        left_out = np.clip((features[rows] @ model - leverage * answers[rows]) / (1 - leverage), 0, 1)
        shares[rows] = left_out / np.maximum(left_out.sum(axis=1, keepdims=True), 1e-6)
    return shares


def _features(texts: list[str]) -> Matrix:
    """(texts, _FEATURES): weighted by how rare a run of characters is, of unit length."""
    runs = [_runs(text) for text in texts]
    frequency = sum(np.bincount(found, minlength=_RUNS) for found in runs)
    rarity = np.where(frequency > 1, np.log(len(texts) / np.maximum(frequency, 1)), 0)
    signs = np.where(np.arange(_RUNS) // _FEATURES % 2, 1, -1)  # of its own each, so that collisions cancel
    weights = rarity * signs
    features: Matrix = np.empty((len(texts), _FEATURES), np.float32)
    for row, found in enumerate(runs):
        features[row] = np.bincount(found % _FEATURES, weights[found], _FEATURES)
    features /= np.maximum(np.sqrt(np.einsum("rf,rf->r", features, features)), 1e-6)[:, None]
    return features


def _runs(text: str) -> NDArray[np.uint32]:
    """Numbers below _RUNS of the words and of the runs of 1 to 4 characters, so of Chinese words too."""
    folded = f" {' '.join(text[:CHARACTERS].casefold().split())} "
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    words = [zlib.crc32(word.encode("utf-8", "surrogatepass")) % _RUNS for word in folded.split()]
    hashed, found = np.zeros(len(codes) + 1, np.uint64), [np.array(words, np.uint64)]
    for width in range(1, _LONGEST_RUN + 1):
        hashed = (
            hashed[:-1] * _PRIME + codes[width - 1 :] + width
        ) & _MASK  # grows at its end by a character
        found.append((hashed * _SPREAD >> np.uint64(20)) % np.uint64(_RUNS))
    return np.unique(np.concatenate(found)).astype(np.uint32)
