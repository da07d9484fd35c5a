"""Prefixed, time-ordered, opaque ids: `ftjob-01jc…`."""

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32


def _base32(value: int, length: int) -> str:
    return "".join(_ALPHABET[(value >> 5 * i) & 31] for i in reversed(range(length)))


def new_id(prefix: str) -> str:
    """Return `prefix` + 26 characters: 48 bits of milliseconds, then 80 random bits (the ULID layout)."""
    return prefix + _base32(time.time_ns() // 1_000_000, 10) + _base32(secrets.randbits(80), 16)


def short_code(length: int = 8) -> str:
    """Return `length` random characters, for the tail of a model's public name."""
    return _base32(secrets.randbits(5 * length), length)
