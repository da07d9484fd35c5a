"""JSON Lines: one object a line."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any, NoReturn

import msgspec

from kernel.rows import Limits
from workers.doctor.finding import Finding, Row
from workers.doctor.readers.content import Content, FileSource, Rows, unreadable
from workers.doctor.readers.encoding import Coding
from workers.doctor.readers.lines import byte_lines, not_utf8, text_lines
from workers.doctor.readers.repeated import repeated_keys
from workers.doctor.readers.sampling import MOST_ROWS, Sample, take_sample

_DECODER = msgspec.json.Decoder()
_FAULTS = (  # how the standard library's messages begin, and the finding's reason
    ("Expecting value", "value"),
    ("Expecting ',' delimiter", "comma"),
    ("Expecting ':' delimiter", "colon"),
    ("Expecting property name", "name"),
    ("Unterminated string", "unterminated"),
    ("Invalid control character", "control"),
    ("Invalid \\", "escape"),
    ("Extra data", "extra"),
    ("Illegal trailing comma", "trailing_comma"),
)


_READ_WHOLE = 4 * 1024**2  # bytes; of a larger file, lines are looked up for the sample
_LOOKED_UP_BYTES = 32 * 1024**2


def open_jsonl(content: Content, coding: Coding, limits: Limits) -> FileSource:
    read = _read_bytes if coding.is_plain else _read_text
    is_looked_up = coding.is_plain and content.size > _READ_WHOLE and _is_seekable(content)
    return FileSource(
        syntax="jsonl",
        encoding=coding.name,
        read=lambda: read(content, coding, limits),
        sampled=(lambda: _looked_up(content, coding, limits)) if is_looked_up else None,
    )


def _is_seekable(content: Content) -> bool:
    with content.open() as file:
        return file.seekable()


def _looked_up(content: Content, coding: Coding, limits: Limits) -> Sample:
    return take_sample(
        _lines_anywhere(content, coding, limits), lambda data: parse_object(data, 1, limits.nesting)
    )


def _lines_anywhere(content: Content, coding: Coding, limits: Limits) -> Iterator[bytes]:
    """The first line, and the lines after places all over the file, fewer where they are long."""
    chance, most, unread = Random(0), limits.line_bytes + 2, _LOOKED_UP_BYTES
    found: dict[int, bytes] = {}
    with content.open() as file:
        file.read(coding.mark_bytes)
        for _ in range(MOST_ROWS):
            start = file.tell()
            found[start] = file.readline(most)
            file.seek(chance.randrange(content.size))
            skipped = file.readline(most)
            unread -= len(found[start]) + len(skipped)
            if unread < 0:
                break
    return (found[start] for start in sorted(found) if found[start].strip())


def _read_bytes(content: Content, coding: Coding, limits: Limits) -> Rows:
    for number, data in byte_lines(content, coding, limits.line_bytes):
        if isinstance(data, Finding):
            yield number, data
        elif not data.isspace():
            yield from _read_object(data, number, limits.nesting)


def _read_text(content: Content, coding: Coding, limits: Limits) -> Rows:
    for line in text_lines(content, coding, limits.line_bytes):
        if line.finding is not None:
            yield line.number, line.finding
        elif line.text.strip():
            yield from _read_object(line.text.encode(), line.number, limits.nesting)


def _read_object(data: bytes, line: int, nesting: int) -> Rows:
    row = parse_object(data, line, nesting)
    if isinstance(row, dict):
        for warning in repeated_keys(data, row, line):
            yield line, warning
    yield line, row


def parse_object(data: bytes, line: int, nesting: int) -> Row | Finding:
    """Read one line, strictly: no NaN, no number that does not fit, no half surrogate pairs."""
    try:
        row = _DECODER.decode(data)
    except (ValueError, RecursionError):
        return _why(data, line)
    if not isinstance(row, dict):
        return unreadable("not_an_object", line)
    if data.count(b"[") + data.count(b"{") > nesting and is_deeper(row, nesting):
        return too_deep(line, nesting)
    return row


def is_deeper(value: Any, levels: int) -> bool:
    """True when lists and objects stand in each other more than so many levels deep."""
    if not isinstance(value, list | dict):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(is_deeper(item, levels - 1) for item in inner)


def too_deep(line: int, nesting: int) -> Finding:
    return unreadable("nested_too_deeply", line, limit=nesting)


def _why(data: bytes, line: int) -> Finding:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return not_utf8(line, data)
    return fault(text.rstrip("\r\n"), line)


def fault(text: str, line: int) -> Finding:
    """What is wrong with a text that the strict parser refused."""
    try:
        row = json.loads(text, parse_constant=_refuse_constant)
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return unreadable("invalid_json", line, reason="surrogate")
    except RecursionError:
        return unreadable("invalid_json", line, reason="nested")
    except _Constant as error:
        return unreadable("invalid_json", line, reason="constant", name=str(error))
    except json.JSONDecodeError as error:
        reason = next((reason for says, reason in _FAULTS if error.msg.startswith(says)), "syntax")
        return unreadable("invalid_json", line, reason=reason, says=error.msg, column=error.colno)
    except ValueError:  # an integer with too many digits
        pass
    return unreadable("invalid_json", line, reason="number")


class _Constant(Exception):
    """NaN or an infinity stands in the text."""


def _refuse_constant(name: str) -> NoReturn:
    raise _Constant(name)
