"""Secrets and personal data in texts: found by pattern, proven by checksum where there is one.

Every pattern starts at a fixed boundary and runs forward only (bounded or possessive), so the time is linear
in the text, whatever the text is. Full-width letters and digits are read as what they stand for.
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from workers.doctor.examine import identifiers
from workers.doctor.finding import Finding
from workers.doctor.formats.fields import warning

_MOST_FINDINGS, _MOST_LINES = 1_000, 5
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # one to one, so places stay


@dataclass(frozen=True, slots=True)
class Secret:
    """`text[start:end]` of what was searched."""

    kind: str
    start: int
    end: int


def _is_public_address(value: str) -> bool:
    try:
        return ipaddress.ip_address(value).is_global
    except ValueError:
        return False


def _always(value: str) -> bool:
    return True


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


@dataclass(frozen=True, slots=True)
class _Kind:
    """`needles`: without one of them in it, no text needs the pattern; "0" stands for seven digits."""

    name: str
    needles: tuple[str, ...]
    pattern: re.Pattern[str]
    proves: Callable[[str], bool] = _always


# In the order of precedence: what is found first keeps its characters.
_KINDS = (
    _Kind(
        "private_key",
        ("PRIVATE KEY-----",),
        _pattern(
            r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY-----"
            r"(?:(?:[^-]|-(?!----))*-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY-----)?"
        ),
    ),
    _Kind(
        "api_key",
        ("sk-", "AKIA", "ASIA", "gh", "glpat-", "xox", "AIza", "hf_", "k_live_", "k_test_"),
        _pattern(
            r"(?<![A-Za-z0-9_-])(?:sk-[A-Za-z0-9_-]{20,250}|(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])"
            r"|gh[pousr]_[A-Za-z0-9]{36,250}|github_pat_\w{22,250}|glpat-[\w-]{20,250}"
            r"|xox[abeoprs]-[A-Za-z0-9-]{10,250}|AIza[\w-]{35}|hf_[A-Za-z0-9]{30,250}"
            r"|[rs]k_(?:live|test)_[A-Za-z0-9]{16,250})"
        ),
    ),
    _Kind("access_token", ("eyJ",), _pattern(r"(?<![\w.-])eyJ[\w-]{10,}+\.eyJ[\w-]{10,}+\.[\w-]{10,}+")),
    _Kind(
        "password",
        ("://",),
        _pattern(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/:@]{1,256}:[^\s/@]{1,256}@"),
    ),
    _Kind(
        "email",
        ("@",),
        _pattern(
            r"(?<![\w.%+-])[\w.%+-]{1,64}+@"
            r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?!\w)"
        ),
    ),
    _Kind(
        "iban",
        ("0",),
        _pattern(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"),
        identifiers.is_iban,
    ),
    _Kind("chinese_id", ("0",), _pattern(r"(?<!\w)[1-9]\d{16}[\dXx](?!\w)"), identifiers.is_chinese_id),
    _Kind(
        "payment_card",
        ("0",),
        _pattern(
            r"(?<![\w.-])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})"
            r"(?![\w-])"
        ),
        identifiers.is_payment_card,
    ),
    _Kind("us_ssn", ("0",), _pattern(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"), identifiers.is_us_ssn),
    _Kind(
        "ip_address",
        (".", ":"),
        _pattern(
            r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)"
            r"|(?<![\w:.])[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])"
        ),
        _is_public_address,
    ),
    _Kind(
        "phone",
        ("0",),
        _pattern(
            r"(?<![\w.+-])(?:\+\d(?:[ ().-]{0,2}\d){6,14}|1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]\d{7,8}"
            r"|\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}|0\d{3,4}[ -]\d{3}[ -]?\d{3,4})(?![\w-])"
        ),
        identifiers.is_phone,
    ),
)


def find(text: str) -> list[Secret]:
    """What is sensitive in a text, in its order, without overlaps."""
    plain = text if text.isascii() else text.translate(_FULL_WIDTH)
    has_number = sum(plain.count(digit) for digit in "0123456789") >= 7
    found: list[Secret] = []
    for kind in _KINDS:
        if has_number if kind.needles == ("0",) else any(needle in plain for needle in kind.needles):
            plain = kind.pattern.sub(partial(_take, kind, found), plain)
    return sorted(found, key=lambda secret: secret.start)


def _take(kind: _Kind, found: list[Secret], match: re.Match[str]) -> str:
    """Note what matched, and blank it, so that no other kind finds it again."""
    if not kind.proves(match.group()):
        return match.group()
    found.append(Secret(kind.name, match.start(), match.end()))
    return "\0" * len(match.group())


def redact(text: str) -> str:
    """The text with `[kind]` in place of whatever is sensitive; the same object when nothing is."""
    secrets = find(text)
    if not secrets:
        return text
    parts, at = [], 0
    for secret in secrets:
        parts += [text[at : secret.start], f"[{secret.kind}]"]
        at = secret.end
    return "".join([*parts, text[at:]])


def mask(value: str) -> str:
    """A hint at a value for its owner: at most an eighth of it at either end."""
    shown = min(4, len(value) // 8)
    return value[:shown] + "•" * min(12, len(value) - 2 * shown) + value[len(value) - shown :]


@dataclass
class _Found:
    example: str
    lines: list[int] = field(default_factory=list)


class SensitiveData:
    """Fed row by row. Keeps line numbers and one masked example of each kind, never a value."""

    def __init__(self) -> None:
        self._found: dict[str, _Found] = {}
        self.rows = 0  # with anything sensitive in them

    def add(self, line: int, text: str) -> None:
        secrets = find(text)
        self.rows += bool(secrets)
        for secret in secrets:
            found = self._found.setdefault(secret.kind, _Found(mask(text[secret.start : secret.end])))
            if found.lines[-1:] != [line]:
                found.lines.append(line)

    def result(self) -> list[dict[str, Any]]:
        """The report's `sensitive`, the most frequent kind first."""
        kinds = sorted(self._found.items(), key=lambda item: (-len(item[1].lines), item[0]))
        return [
            {
                "kind": kind,
                "rows": len(found.lines),
                "lines": found.lines[:_MOST_LINES],
                "example": found.example,
            }
            for kind, found in kinds
        ]

    def warnings(self) -> list[Finding]:
        return [
            warning(line, None, "sensitive_data", "redact_sensitive", kind=kind)
            for kind, found in self._found.items()
            for line in found.lines[:_MOST_FINDINGS]
        ]
