"""By what rows are known: their content, and what a model sees of them."""

import unicodedata
from hashlib import blake2b

import msgspec

_SIZE = 16
_canonical = msgspec.json.Encoder(order="sorted")


def row_hash(plain: object) -> bytes:
    """16 bytes of a row in plain form. The order of its keys does not matter."""
    return blake2b(_canonical.encode(plain), digest_size=_SIZE).digest()


def input_hash(text: str) -> bytes:
    """16 bytes of a text; case, width and white space do not matter."""
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return blake2b(" ".join(folded.casefold().split()).encode(), digest_size=_SIZE).digest()
