"""Rows without what is sensitive in them."""

import json
from typing import Any

from workers.doctor.examine.sensitive import find, redact
from workers.doctor.finding import Row

# What names, joins or classifies, and what a program reads: never text that somebody wrote.
_NAMES = ("role", "name", "id", "type", "tool_call_id", "image", "audio", "user", "item")
_NOT_TEXT = frozenset((*_NAMES, "tools", "label", "labels", "timestamp"))


def redact_row(row: Row) -> Row:
    """The same object when there is nothing to hide. Tokens stay as many as their labels."""
    if isinstance(row.get("tokens"), list):
        return _redact_tokens(row)
    redacted: Row = _redact(row)
    return redacted


def _redact(value: Any) -> Any:
    if isinstance(value, str):
        return _redact_text(value)
    if isinstance(value, dict):
        found = {key: item if key in _NOT_TEXT else _redact(item) for key, item in value.items()}
        return value if all(found[key] is value[key] for key in value) else found
    if isinstance(value, list):
        items = [_redact(item) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    return value


def _redact_text(text: str) -> str:
    redacted = redact(text)
    if redacted is text or not text.lstrip().startswith(("{", "[")):
        return redacted
    try:
        arguments = json.loads(text)
    except (ValueError, RecursionError):
        return redacted
    return json.dumps(_redact_arguments(arguments), ensure_ascii=False)  # a call's arguments stay JSON


def _redact_arguments(value: Any) -> Any:
    """As texts, whatever the keys are called; a number that is sensitive becomes a text."""
    if isinstance(value, dict):
        return {key: _redact_arguments(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_redact_arguments(item) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    redacted = redact(str(value))
    return value if redacted == str(value) else redacted


def _redact_tokens(row: Row) -> Row:
    tokens = list(row["tokens"])
    secrets = find(" ".join(tokens))
    start = 0
    for place, token in enumerate(row["tokens"]):
        end = start + len(token)
        for secret in secrets:
            if secret.start < end and start < secret.end:
                tokens[place] = f"[{secret.kind}]"
        start = end + 1
    return {**row, "tokens": tokens} if secrets else row
