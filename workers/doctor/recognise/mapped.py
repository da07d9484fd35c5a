"""Rows out of columns, as a mapping says which hold what."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kernel.rows import Mapping, RowFormat
from workers.doctor.finding import Finding, Row, cut, quoted
from workers.doctor.formats.fields import error
from workers.doctor.formats.numbers import Mark, mended_number
from workers.doctor.readers.content import refusal
from workers.doctor.recognise import entities
from workers.doctor.recognise.instructions import to_chat
from workers.doctor.recognise.parts import as_content, parsed
from workers.doctor.recognise.preferences import to_preference
from workers.doctor.recognise.spelling import Convert, missing

# format -> (roles that it needs, roles that it may have)
ROLES: dict[RowFormat, tuple[tuple[str, ...], tuple[str, ...]]] = {
    RowFormat.CHAT: (("prompt", "response"), ("system", "history", "tools")),
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
NUMBERS = ("value", "score", "rating")
Marks = dict[str, Mark]  # column -> its decimal mark


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


def converter(mapping: Mapping, marks: Marks) -> Convert:
    """`marks` are of columns whose numbers are not all written plainly."""
    picked = _Picked(mapping, marks)
    if mapping.format is RowFormat.CHAT:
        return lambda row, line: picked.shaped(row, line, lambda roles: _chat(roles, line))
    if mapping.format is RowFormat.PREFERENCE:
        return lambda row, line: picked.shaped(row, line, lambda roles: _preference(roles, line))
    if mapping.format is RowFormat.REINFORCEMENT:
        return lambda row, line: picked.shaped(row, line, lambda roles: {**row, **_reinforcement(roles)})
    if mapping.format is RowFormat.TOKEN_LABELS:
        return lambda row, line: _token_labels(row, line, mapping)
    if mapping.format in MEDIA:  # the digest is the reader's: no column is mapped to it
        return lambda row, line: picked.shaped(row, line, lambda roles: {**roles, "sha256": row["sha256"]})
    return lambda row, line: picked.shaped(row, line, lambda roles: roles)


@dataclass(frozen=True, slots=True)
class _Picked:
    """Roles out of the columns of a row."""

    mapping: Mapping
    marks: Marks

    def shaped(self, row: Row, line: int, shape: Callable[[Row], Row | Finding]) -> Row | Finding:
        needed, _ = ROLES[self.mapping.format]
        roles: Row = {}
        for role, columns in self.mapping.columns.items():
            present = [column for column in columns if column in row]
            if present:
                roles[role] = self._value(row, present, role)
            elif role in needed:
                return missing(line, columns[0])
        return shape(roles)

    def _value(self, row: Row, columns: list[str], role: str) -> Any:
        if role in NUMBERS and (mark := self.marks.get(columns[0])) and isinstance(row[columns[0]], str):
            number = mended_number(row[columns[0]], mark)
            return row[columns[0]] if number is None else number
        return _value(row, columns, role)


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
    if isinstance(value, dict):
        return str(as_content(value))
    return "" if value is None else str(value).strip()


def _chat(roles: Row, line: int) -> Row | Finding:
    return to_chat(roles, roles["prompt"], roles["response"], line)


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


def _listed(value: Any) -> Any:
    found = parsed(value)
    return found.split() if isinstance(found, str) else found
