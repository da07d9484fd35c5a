"""Rows out of columns, as a mapping says which hold what."""

import ast
import json
from collections.abc import Callable
from typing import Any

from kernel.rows import Mapping, RowFormat
from workers.doctor.finding import Finding, Row, cut, quoted
from workers.doctor.formats.fields import error
from workers.doctor.readers.content import refusal
from workers.doctor.recognise import entities
from workers.doctor.recognise.preferences import to_preference
from workers.doctor.recognise.spelling import Convert, missing

# format -> (roles that it needs, roles that it may have)
ROLES: dict[RowFormat, tuple[tuple[str, ...], tuple[str, ...]]] = {
    RowFormat.CHAT: (("prompt", "response"), ("system",)),
    RowFormat.PREFERENCE: (("input", "preferred_output", "non_preferred_output"), ()),
    RowFormat.REINFORCEMENT: (("messages",), ()),
    RowFormat.CLASSIFICATION: (("text", "label"), ()),
    RowFormat.REGRESSION: (("text", "value"), ()),
    RowFormat.GRADING: (("prompt", "response", "score"), ()),
    RowFormat.TOKEN_LABELS: (("tokens", "labels"), ()),
    RowFormat.PAIRS: (("anchor", "positive"), ("score",)),
    RowFormat.TRIPLETS: (("anchor", "positive", "negative"), ()),
    RowFormat.RANKING: (("user", "item"), ("rating", "timestamp")),
    RowFormat.TEXT: (("text",), ("title",)),
    RowFormat.SERIES: (("timestamp", "value"), ()),
    RowFormat.IMAGE: (("image",), ("label",)),
    RowFormat.AUDIO: (("audio",), ("label",)),
}
MEDIA = (RowFormat.IMAGE, RowFormat.AUDIO)


def check_mapping(mapping: Mapping, columns: tuple[str, ...], media: str | None) -> Finding | None:
    """What a person who made it should put right. `media`: what the file is an archive of, if it is one."""
    needed, optional = ROLES[mapping.format]
    if mapping.format in MEDIA and mapping.format != media:
        return refusal("unsupported_format", reason="mapping", format=mapping.format)
    for role, names in mapping.columns.items():
        if role not in needed + optional:
            return refusal(
                "unknown_role",
                reason="mapping",
                format=mapping.format,
                value=cut(role),
                names=", ".join(needed + optional),
            )
        for name in names:
            if name not in columns:
                return refusal("unknown_column", name=cut(name), names=quoted(columns[:10]))
    lacking = [role for role in needed if not mapping.columns.get(role)]
    if lacking:
        return refusal("missing_role", reason="mapping", names=", ".join(lacking))
    return None


def is_identity(mapping: Mapping) -> bool:
    """True when every column is already called by its role."""
    if mapping.format in (RowFormat.CHAT, RowFormat.TOKEN_LABELS):
        return False
    return all(columns == (role,) for role, columns in mapping.columns.items())


def converter(mapping: Mapping) -> Convert:
    if mapping.format is RowFormat.CHAT:
        return lambda row, line: _picked(row, line, mapping, _chat)
    if mapping.format is RowFormat.PREFERENCE:
        return lambda row, line: _picked(row, line, mapping, lambda roles: _preference(roles, line))
    if mapping.format is RowFormat.REINFORCEMENT:
        return lambda row, line: _picked(row, line, mapping, lambda roles: {**row, **_reinforcement(roles)})
    if mapping.format is RowFormat.TOKEN_LABELS:
        return lambda row, line: _token_labels(row, line, mapping)
    if mapping.format in MEDIA:  # the digest is the reader's: no column is mapped to it
        return lambda row, line: _picked(row, line, mapping, lambda roles: {**roles, "sha256": row["sha256"]})
    return lambda row, line: _picked(row, line, mapping, lambda roles: roles)


def _picked(row: Row, line: int, mapping: Mapping, shape: Callable[[Row], Row | Finding]) -> Row | Finding:
    needed, _ = ROLES[mapping.format]
    roles: Row = {}
    for role, columns in mapping.columns.items():
        present = [column for column in columns if column in row]
        if present:
            roles[role] = _value(row, present, role)
        elif role in needed:
            return missing(line, columns[0])
    return shape(roles)


def _value(row: Row, columns: list[str], role: str) -> Any:
    if len(columns) > 1:
        return "\n\n".join(text for column in columns if (text := as_text(row[column])))
    value = row[columns[0]]
    is_name = role in ("label", "user", "item")
    if is_name and isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    is_text = isinstance(value, list) and all(isinstance(part, str) for part in value)
    return "\n".join(value) if is_text and role in ("text", "anchor", "positive", "negative") else value


def as_text(value: Any) -> str:
    """What a cell says; several paragraphs are parted by a blank line."""
    if isinstance(value, list):
        return "\n\n".join(as_text(part) for part in value)
    return "" if value is None else str(value).strip()


def _chat(roles: Row) -> Row:
    messages = [{"role": "system", "content": roles["system"]}] if roles.get("system") else []
    if "context" in roles:
        roles = {**roles, "prompt": f"{roles['prompt']}\n\n{roles['context']}"}
    for role, key in (("user", "prompt"), ("assistant", "response")):
        messages.append({"role": role, "content": roles[key]})
    return {"messages": messages}


def _preference(roles: Row, line: int) -> Row | Finding:
    prompt = roles["input"]
    if isinstance(prompt, dict) and "messages" in prompt:
        return roles
    named = {"prompt": prompt, "chosen": roles["preferred_output"], "rejected": roles["non_preferred_output"]}
    return to_preference(named, line)


def _reinforcement(roles: Row) -> Row:
    messages = roles["messages"]
    return {"messages": messages if isinstance(messages, list) else [{"role": "user", "content": messages}]}


def _token_labels(row: Row, line: int, mapping: Mapping) -> Row | Finding:
    (tokens,), (labels,) = mapping.columns["tokens"][:1], mapping.columns["labels"][:1]
    for column in (tokens, labels):
        if column not in row:
            return missing(line, column)
    found = parsed(row[labels])
    if isinstance(found, dict):
        return entities.to_token_labels(str(row[tokens]), found, line, labels)
    if isinstance(found, str) and found.lstrip().startswith(("{", "[")):
        return error(line, labels, "invalid_labels")
    return {"tokens": _listed(row[tokens]), "labels": _listed(found)}


def parsed(value: Any) -> Any:
    """A list or an object out of the text that a table has of it, as JSON or as Python writes it."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("[", "{") or len(value) > 100_000:
        return value
    for read in (json.loads, ast.literal_eval):
        try:
            return read(value)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return value


def _listed(value: Any) -> Any:
    found = parsed(value)
    return found.split() if isinstance(found, str) else found
