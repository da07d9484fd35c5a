"""Prefixed, time-ordered, opaque ids: `ftjob-01jc…`."""

import secrets
import threading
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32
_RANDOM_BITS = 80
_lock = threading.Lock()
_last = 0  # the latest id's 128 bits


def _base32(value: int, length: int) -> str:
    return "".join(_ALPHABET[(value >> 5 * i) & 31] for i in reversed(range(length)))


def new_id(prefix: str) -> str:
    """Return `prefix` + 26 characters: 48 bits of milliseconds, then 80 random bits (a monotonic ULID).

    Ids of one process grow, so rows made in one transaction keep their order.
    """
    global _last
    fresh = time.time_ns() // 1_000_000 << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    with _lock:
        # within the same millisecond: a random step up, so that the next id cannot be guessed from the last
        _last = fresh if fresh >> _RANDOM_BITS > _last >> _RANDOM_BITS else _last + 1 + secrets.randbits(64)
        value = _last
    return prefix + _base32(value, 26)


def short_code(length: int = 8) -> str:
    """Return `length` random characters, for the tail of a model's public name."""
    return _base32(secrets.randbits(5 * length), length)
