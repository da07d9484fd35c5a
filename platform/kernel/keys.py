"""API keys: `sk-fin-<secret><checksum>`, kept only as an HMAC."""

import hashlib
import hmac
import secrets
import zlib

_PREFIX = "sk-fin-"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _base62(value: int, length: int) -> str:
    digits = []
    for _ in range(length):
        value, rest = divmod(value, 62)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


def new_key() -> str:
    """A key of 256 random bits, closed by a CRC-32 that scanners can check."""
    secret = _base62(secrets.randbits(256), 43)
    return f"{_PREFIX}{secret}{_checksum(secret)}"


def _checksum(secret: str) -> str:
    return _base62(zlib.crc32(secret.encode()), 6)


def is_well_formed(key: str) -> bool:
    """True when prefix, length and checksum are right; says nothing of whether the key exists."""
    if not key.startswith(_PREFIX) or not key.isascii():
        return False
    body = key[len(_PREFIX) :]
    return len(body) == 49 and hmac.compare_digest(_checksum(body[:43]), body[43:])


def key_hash(key: str, pepper: str) -> str:
    """HMAC-SHA256 of the whole key, hex: the only form that is stored, cached or looked up."""
    return hmac.new(pepper.encode(), key.encode(), hashlib.sha256).hexdigest()


def redacted(key: str) -> str:
    """What may be shown after creation: `sk-fin-AbCd…wxyz`."""
    return f"{key[:11]}...{key[-4:]}"
