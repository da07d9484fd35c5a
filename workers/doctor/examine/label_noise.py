"""Rows whose label is probably wrong: a small model, which did not see the row, says another one.

A linear model by least squares on hashed runs of characters, for which leaving one row out has a closed form:
every row is judged by the model of all others, at the cost of one. Deterministic; about 250 MB, half of it
OpenBLAS's, and some seconds at most.

Source: D. Allen, "The relationship between variable selection and data augmentation and a method for
prediction" (1974), for the closed form; C. Saunders et al., "Ridge regression learning algorithm in dual
variables" (1998), for its size, which is that of the rows and not of the features.
"""

import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.doctor.finding import Finding, cut
from workers.doctor.formats.fields import warning

MOST_ROWS = 8_000  # that a caller may pass
_MOST_TOGETHER = 2_000  # of them that one model is made of
_MOST_SUSPECTS, _FEWEST_ROWS, _MOST_LABELS = 100, 50, 300
_FEWEST_OF_LABEL = 3  # of fewer, the model of the others knows nothing
_FEATURES, _RIDGE = 8_192, 1.0
_RUNS, _LONGEST_RUN = 2**18, 4
_PRIME, _SPREAD, _MASK = np.uint64(1_000_003), np.uint64(2_654_435_761), np.uint64(2**32 - 1)
_MARGIN = 0.25  # between the scores of the other label and of the row's own, which are 0 to 1
_COMPETENT = 0.3  # of what the most frequent label leaves wrong, the model puts right; or it accuses nobody
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
    scores = np.zeros((len(known), len(names)), np.float32)
    # OpenBLAS takes a buffer of 128 MB at its first large product, and where a limit refuses it, it asks
    # again for ever: it is taken while there is room.
    np.ones((256, 256), np.float32) @ np.ones((256, 256), np.float32)
    models = -(-len(known) // _MOST_TOGETHER)
    for rows in (slice(first, None, models) for first in range(models)):
        scores[rows] = _left_out([text for _, text, _ in known[rows]], own[rows], len(names))
    return [
        {
            "line": known[row][0],
            "label": known[row][2],
            "suggested": names[int(scores[row].argmax())],
            "confidence": round(min(1.0, float(scores[row].max())), 3),
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
    """Rows whose score of another label is well above that of their own, the surest first."""
    rows = np.arange(len(own))
    most = np.bincount(own).max() / len(own)
    right = np.mean(scores.argmax(axis=1) == own)
    if right - most < _COMPETENT * (1 - most):
        return []
    margins = scores.max(axis=1) - scores[rows, own]
    found = np.flatnonzero(margins >= _MARGIN)
    return [int(row) for row in found[np.argsort(-margins[found], kind="stable")][:_MOST_SUSPECTS]]


def _left_out(texts: list[str], own: NDArray[np.int64], labels: int) -> Matrix:
    """(rows, labels): about 1 for the label that a model of all other rows gives a row, else about 0."""
    answers = np.eye(labels, dtype=np.float32)[own]
    features = _features(texts)
    alike = features @ features.T
    del features  # its room is needed for the inverse
    alike[np.diag_indices(len(own))] += _RIDGE
    inverse = np.linalg.inv(alike)
    scores: Matrix = answers - (inverse @ answers) / np.diag(inverse)[:, None]
    return scores


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
