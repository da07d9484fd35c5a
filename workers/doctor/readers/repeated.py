"""Keys that stand twice in one JSON object: which value counts is not defined (RFC 8259, section 4)."""

import json
from collections import Counter
from typing import Any

from workers.doctor.finding import Finding, cut
from workers.doctor.readers.content import note

_BACKSLASH_LAST = b'\\\\"'


def repeated_keys(data: bytes, row: Any, line: int) -> list[Finding]:
    """Of a line that was read as `row`: a warning for each key that repeats, nested ones too."""
    return [said_of(name, line) for name in _search(data)] if may_repeat(data, quotes(row)) else []


def said_of(name: str, line: int) -> Finding:
    return note("repeated_key", line, name=cut(name))


def may_repeat(data: bytes, wanted: int) -> bool:
    """False when a line has as many quotes as what was read of it: a repeated key has two more.

    No parsing, so it is quick.
    """
    found = data.count(b'"')
    return found != wanted and (found - data.count(b'\\"') != wanted or _BACKSLASH_LAST in data)


def quotes(value: Any) -> int:
    """How many stand around the keys and the texts of a value, at any depth."""
    strings = 0
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            strings += len(one)
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        else:
            strings += isinstance(one, str)
    return 2 * strings


class Pairs:
    """What the standard library's parser makes an object of; `names` are those of keys that repeat."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            count = Counter(key for key, _ in pairs)
            self.names.extend(key for key in made if count[key] > 1)
        return made


def _search(data: bytes) -> list[str]:
    pairs = Pairs()
    try:
        json.loads(data, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return []
    return list(dict.fromkeys(pairs.names))
