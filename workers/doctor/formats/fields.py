"""What single fields of a row may hold, and how to say what is wrong with them."""

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from workers.doctor.finding import Finding, Row, Value, cut
from workers.doctor.formats.labels import stripped
from workers.doctor.formats.numbers import as_number, is_ambiguous, mended_number

MAX_LABEL_CHARACTERS = 200


def error(line: int, param: str | None, code: str, fix: str = "drop_rows", **values: Value) -> Finding:
    """A finding that keeps the row out; without a better fix, only dropping the row helps."""
    return Finding(line=line, param=param, code=code, values=values, fix=fix)


def warning(
    line: int | None, param: str | None, code: str, fix: str | None = None, **values: Value
) -> Finding:
    return Finding(line=line, param=param, code=code, values=values, is_error=False, fix=fix)


def is_empty(value: Any) -> bool:
    """True for what says nothing: null (Arrow fills gaps with it), a blank text, an empty list or object."""
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {})


def check_text(row: Row, name: str, line: int) -> Iterator[Finding]:
    """A string that is not blank."""
    value = row.get(name)
    if name not in row:
        yield error(line, name, "missing_field")
    elif not isinstance(value, str):
        fix = "drop_rows" if as_text(value) is None else "contents_to_text"
        yield error(line, name, "invalid_type", fix, reason="text")
    elif not value.strip():
        yield error(line, name, "blank_text")


def as_label(value: object) -> object:
    """Classes are often numbered: a whole number is the label that it writes, without a point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int) else value


def check_label(row: Row, name: str, line: int) -> Iterator[Finding]:
    """A string on one line, or a whole number; white space and what nobody sees around it are left out."""
    value = as_label(row.get(name))
    if not isinstance(value, str):
        yield from check_text(row, name, line)
        return
    label = stripped(value)
    if not label:
        yield error(line, name, "blank_label")
    elif len(label) > MAX_LABEL_CHARACTERS or has_control(label):
        yield error(line, name, "invalid_label", limit=MAX_LABEL_CHARACTERS)
    elif label != value:
        yield warning(line, name, "padded_label", "strip_labels", value=cut(value))


def check_name(row: Row, name: str, line: int) -> Iterator[Finding]:
    """What names somebody or something: a string that is not blank, or an integer."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        yield from check_text(row, name, line)


def check_number(row: Row, name: str, line: int) -> Iterator[Finding]:
    """A finite number; a table's text that reads as one is one."""
    value = row.get(name)
    if name not in row:
        yield error(line, name, "missing_field")
    elif isinstance(value, str) and not value.strip():
        yield error(line, name, "blank_number")
    elif as_number(value) is None:
        if is_ambiguous(value):
            yield error(line, name, "invalid_number", reason="mark", value=cut(value))
            return
        fix = "drop_rows" if mended_number(value) is None else "numbers_from_text"
        yield error(line, name, "invalid_number", fix, value=cut(value))


def check_time(row: Row, name: str, line: int) -> Iterator[Finding]:
    """A date, a date with a time, or seconds since 1970."""
    if name not in row:
        yield error(line, name, "missing_field")
    elif as_time(row[name]) is None:
        yield error(line, name, "invalid_timestamp", value=cut(row[name]))


def has_control(text: str) -> bool:
    return any(unicodedata.category(character) == "Cc" for character in text)


def as_time(value: object) -> float | None:
    """Seconds since 1970; a time without a zone is read as UTC."""
    if (number := as_number(value)) is not None:
        return float(number)
    if not isinstance(value, str):
        return None
    text = unicodedata.normalize("NFKC", value).strip()
    for letters, sign in (("年", "-"), ("月", "-"), ("日", " "), ("时", ":"), ("分", ":"), ("秒", "")):
        text = text.replace(letters, sign)
    return _iso_seconds(text.rstrip(" :").replace("/", "-"))


def _iso_seconds(text: str) -> float | None:
    date, _, clock = text.replace("T", " ").partition(" ")
    clock = clock.strip()
    date = "-".join(part.zfill(2) for part in date.split("-"))
    clock = ":".join(part.zfill(2) for part in clock.split(":")) if clock else "00"
    try:
        moment = datetime.fromisoformat(f"{date} {clock}")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def as_text(value: Any) -> str | None:
    """Text out of a number or of parts that hold text; None when there is none to have."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        return as_text(value["text"]) if "text" in value else None
    if isinstance(value, list) and value:
        texts = [as_text(item) for item in value]
        return None if None in texts else "\n".join(text for text in texts if text is not None)
    return None
