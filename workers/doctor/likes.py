"""Which inputs are alike: equal or nearly equal, as the data report has it. Whoever splits rows goes by this.

A row is known by what a model sees of it, whatever the answer; case, width, punctuation and white space do
not matter, and lines that many rows share, such as a system prompt, make no two rows alike.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from workers.doctor.hashes import first_of_equals, hash_pairs, input_hash
from workers.doctor.near import NEAR, Commonplaces, candidates, sign, similarity

_MOST_COMPARED = 200_000


class Texts(Protocol):
    """A list of texts, or what reads them one by one."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[str]: ...

    def __getitem__(self, place: int, /) -> str: ...


def first_equal(inputs: Sequence[str]) -> NDArray[np.int64]:
    """For each input the position of the first that is equal to it."""
    return first_of_equals(hash_pairs(b"".join(input_hash(text) for text in inputs)))


def first_alike(inputs: Sequence[str]) -> NDArray[np.int64]:
    """For each input the position of the first of its group. Any two that are alike are in one group."""
    first = first_equal(inputs)
    heads = np.flatnonzero(first == np.arange(len(first)))
    return join(first, heads, first_near([inputs[head] for head in heads.tolist()]))


def join(first: NDArray[np.int64], heads: NDArray[np.int64], near: NDArray[np.int64]) -> NDArray[np.int64]:
    """Groups of groups: `near[n]` says which of the `heads` the n-th is near to, and takes its rows along."""
    joined = np.arange(len(first))
    joined[heads] = heads[near]
    return joined[first]


def has_like(inputs: Sequence[str], others: Sequence[str]) -> NDArray[np.bool_]:
    """For each input, whether it is like one of the others."""
    first = first_equal([*others, *inputs])[len(others) :]
    found: NDArray[np.bool_] = first < len(others)
    places = np.flatnonzero(~found)
    near = nearest(others, [inputs[place] for place in places.tolist()])
    found[places[list(near)]] = True
    return found


def nearest(texts: Texts, others: Texts) -> dict[int, int]:
    """Of `others`, those that are near to one of the texts -> the nearest text."""
    own = _own_pieces(texts)
    signatures = sign(chain(map(own, texts), map(own, others)))
    mates: dict[int, list[int]] = {}
    for early, late in candidates(signatures, _MOST_COMPARED, split=len(texts)):
        mates.setdefault(late - len(texts), []).append(early)
    found = {}
    for other, places in mates.items():
        text = own(others[other])
        likeness, mate = max((similarity(text, own(texts[place])), -place) for place in places)
        if likeness >= NEAR:
            found[other] = -mate
    return found


def first_near(texts: Sequence[str]) -> NDArray[np.int64]:
    """For each text the first of those that it is near to, directly or through others."""
    own = list(map(_own_pieces(texts), texts))
    first = np.arange(len(own))
    for early, late in candidates(sign(own), _MOST_COMPARED):
        one, other = _root(first, early), _root(first, late)
        if one != other and similarity(own[early], own[late]) >= NEAR:
            first[max(one, other)] = min(one, other)
    return np.array([_root(first, place) for place in range(len(first))], np.int64)


def _root(first: NDArray[np.int64], place: int) -> int:
    while first[place] != place:
        first[place] = first[first[place]]
        place = int(first[place])
    return place


def _own_pieces(texts: Iterable[str]) -> Callable[[str], str]:
    """A text without the lines that many of the texts share."""
    common = Commonplaces(text.split("\n") for text in texts)
    return lambda text: common.without(text.split("\n"))
