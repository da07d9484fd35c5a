"""Which texts are nearly the same: MinHash signatures, bands, and the true Jaccard index in the end.

Memory is 512 bytes a text, and 8 for each candidate that is asked for. The candidates of a band are bounded
by the number of texts, so that many rows of one template cost little more than as many rows of prose.

Source: A. Broder, "On the resemblance and containment of documents" (1997).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash  # type: ignore[import-untyped]

from workers.doctor.hashes import row_hash

NEAR = 0.8  # of the shingles of both texts together, how many they share
_PERMUTATIONS, _BAND = 128, 8  # 16 bands: 95 % of pairs at 0.8 share one, 6 % of pairs at 0.5
_SLACK = 0.12  # a signature's error; what is below by more is not looked at again
_MATES = 4  # candidates of a text in each band, from either end of its bucket
_MOST_CHARACTERS, _BATCH = 4_000, 256
_ROWS_COUNTED, _COMMON = 5_000, 3
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_NO_WORD = re.compile(r"[\W_]+")

Signatures = NDArray[np.uint32]  # (texts, _PERMUTATIONS)


def shingles(text: str) -> set[str]:
    """Overlapping runs of characters: 2 of Chinese, Japanese and Korean, 4 of other scripts.

    Case, punctuation and white space do not matter, unless there is nothing else.
    """
    seen = text[:_MOST_CHARACTERS].casefold()
    folded = _NO_WORD.sub("", seen) or seen
    width = 2 if 4 * len(_CJK.findall(folded)) > len(folded) else 4
    return {folded[start : start + width] for start in range(max(1, len(folded) - width + 1))}


class Commonplaces:
    """Pieces of text that many rows share, such as a system prompt: they make no two rows alike."""

    def __init__(self, rows: Iterable[Iterable[str]]) -> None:
        counts = Counter(row_hash(piece) for row in islice(rows, _ROWS_COUNTED) for piece in set(row))
        self._common = {hashed for hashed, count in counts.items() if count > _COMMON}

    def without(self, pieces: Sequence[str]) -> str:
        """A row's other pieces; all of them if there are no others."""
        own = [piece for piece in pieces if row_hash(piece) not in self._common]
        return "\n".join(own or pieces)


_shingles_again = lru_cache(maxsize=64)(shingles)  # candidates come by their earlier text


def similarity(one: str, other: str) -> float:
    """The Jaccard index of their shingles, 0 to 1."""
    if one == other:
        return 1.0
    first, second = _shingles_again(one), _shingles_again(other)
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared)


def sign(texts: Iterable[str]) -> Signatures:
    """One row for each text, in their order."""
    stream, found = iter(texts), [np.empty((0, _PERMUTATIONS), np.uint32)]
    while batch := [shingles(text) for text in islice(stream, _BATCH)]:
        found.append(np.array(RMinHash.digests_from_token_sets(batch, _PERMUTATIONS, 1), np.uint32))
    return np.concatenate(found)


def candidates(signatures: Signatures, most: int, *, split: int | None = None) -> Iterator[tuple[int, int]]:
    """Pairs (earlier, later) whose texts are probably near, each once, in order; the first `most` of them.

    With `split`, only pairs of a text before it and one from it on.
    """
    found: NDArray[np.int64] = np.empty(0, np.int64)
    count = len(signatures)
    for start in range(0, _PERMUTATIONS, _BAND):
        early, late = _mates(signatures[:, start : start + _BAND])
        if split is not None:
            crosses = (early < split) & (late >= split)
            early, late = early[crosses], late[crosses]
        likely = _estimate(signatures, early, late) >= NEAR - _SLACK
        pairs = early[likely] * count + late[likely]
        found = np.union1d(found, pairs)[:most].copy()  # a view would keep the rest
    for pair in found:
        yield int(pair) // count, int(pair) % count


def _mates(band: Signatures) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of texts that agree in a whole band: each with the first few and the last few before it."""
    order = np.lexsort(band.T)  # stable: within a bucket, texts stay in their order
    starts_bucket = np.ones(len(order), bool)
    starts_bucket[1:] = (band[order[1:]] != band[order[:-1]]).any(axis=1)
    place = np.arange(len(order))
    first = np.maximum.accumulate(np.where(starts_bucket, place, 0))
    early, late = [], []
    for step in range(_MATES):
        for mate in (first + step, place - 1 - step):
            known = (mate >= first) & (mate < place)
            early.append(order[mate[known]])
            late.append(order[place[known]])
    return np.concatenate(early), np.concatenate(late)


def _estimate(
    signatures: Signatures, early: NDArray[np.int64], late: NDArray[np.int64]
) -> NDArray[np.float64]:
    agree = [
        (signatures[early[at : at + 8192]] == signatures[late[at : at + 8192]]).mean(axis=1)
        for at in range(0, len(early), 8192)
    ]
    return np.concatenate(agree) if agree else np.empty(0)
