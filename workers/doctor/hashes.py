"""By what rows are known: their content, and what a model sees of them."""

import unicodedata
from hashlib import blake2b

import msgspec
import numpy as np
from numpy.typing import NDArray

_SIZE = 16
_canonical = msgspec.json.Encoder(order="sorted")
_OF_ARCHIVES = frozenset(("image", "audio", "sha256", "label"))  # the plain form of an archive's row


def row_hash(plain: object) -> bytes:
    """16 bytes of a row in plain form. The order of its keys does not matter.

    Nor does what an archive calls a member: the same picture with the same label is the same row.
    """
    return blake2b(_canonical.encode(_content(plain)), digest_size=_SIZE).digest()


def _content(plain: object) -> object:
    """Of an archive's row the member's digest and its label; any other row as it is."""
    if isinstance(plain, dict) and "sha256" in plain and plain.keys() <= _OF_ARCHIVES:
        return {name: value for name, value in plain.items() if name in ("sha256", "label")}
    return plain


def input_hash(text: str) -> bytes:
    """16 bytes of a text; case, width and white space do not matter."""
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return blake2b(" ".join(folded.casefold().split()).encode(), digest_size=_SIZE).digest()


def hash_pairs(digests: bytes | bytearray) -> NDArray[np.uint64]:
    """Hashes of 16 bytes, one after the other, as a (rows, 2) array."""
    return np.frombuffer(digests, np.uint64).reshape(-1, 2)


def first_of_equals(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """For each row of a (rows, 2) array the position of the first equal one."""
    order = np.lexsort(hashes.T)  # stable, so each run of equals begins with the first
    begins = np.ones(len(order), bool)
    begins[1:] = (hashes[order[1:]] != hashes[order[:-1]]).any(axis=1)
    first = np.empty(len(order), np.int64)
    first[order] = order[np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))]
    return first
