"""API keys: `sk-fin-<id>-<secret><checksum>`, or `sk-fin-admin-…`, kept only as an HMAC."""

import hashlib
import hmac
import re
import secrets
import zlib

_PREFIX = "sk-fin-"
_ADMIN_PREFIX = f"{_PREFIX}admin-"
_FORM = re.compile(r"(sk-fin-(?:admin-)?[0-9a-z]{26}-[0-9A-Za-z]{43})([0-9A-Za-z]{6})")
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _base62(value: int, length: int) -> str:
    digits = []
    for _ in range(length):
        value, rest = divmod(value, 62)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


def new_key(key_id: str, *, is_admin: bool = False) -> str:
    """A key of 256 random bits, closed by a CRC-32 that scanners can check.

    The id (`key_` and 26 characters) is part of it, so a key found somewhere can be named without being kept.
    """
    identity = key_id.removeprefix("key_")
    prefix = _ADMIN_PREFIX if is_admin else _PREFIX
    body = f"{prefix}{identity}-{_base62(secrets.randbits(256), 43)}"
    return body + _checksum(body)


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), 6)


def is_well_formed(key: str) -> bool:
    """True when prefix, lengths and checksum are right; says nothing of whether the key exists."""
    found = _FORM.fullmatch(key)
    return found is not None and hmac.compare_digest(_checksum(found[1]), found[2])


def is_admin_key(key: str) -> bool:
    """True for the form of an admin key, which gateways do not take."""
    return key.startswith(_ADMIN_PREFIX)


def key_hash(key: str, pepper: str) -> str:
    """HMAC-SHA256 of the whole key, hex: the only form that is stored, cached or looked up."""
    return hmac.new(pepper.encode(), key.encode(), hashlib.sha256).hexdigest()


def redacted(key: str) -> str:
    """What may be shown after creation: `sk-fin-...wxyz`; of the secret, only its checksum's end."""
    return f"{key[:7]}...{key[-4:]}"
