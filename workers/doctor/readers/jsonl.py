"""JSON Lines: one object a line."""

import json
from typing import Any, NoReturn

import msgspec

from kernel.rows import Limits
from workers.doctor.finding import Finding, Row
from workers.doctor.readers.content import Content, FileSource, Rows
from workers.doctor.readers.encoding import Coding
from workers.doctor.readers.lines import byte_lines, not_utf8, text_lines

_DECODER = msgspec.json.Decoder()


def open_jsonl(content: Content, coding: Coding, limits: Limits) -> FileSource:
    read = _read_bytes if coding.is_plain else _read_text
    return FileSource(syntax="jsonl", encoding=coding.codec, read=lambda: read(content, coding, limits))


def _read_bytes(content: Content, coding: Coding, limits: Limits) -> Rows:
    for number, data in byte_lines(content, coding, limits.line_bytes):
        if isinstance(data, Finding):
            yield number, data
        elif not data.isspace():
            yield number, parse_object(data, number, limits.nesting)


def _read_text(content: Content, coding: Coding, limits: Limits) -> Rows:
    for line in text_lines(content, coding, limits.line_bytes):
        if line.finding is not None:
            yield line.number, line.finding
        elif line.text.strip():
            yield line.number, parse_object(line.text.encode(), line.number, limits.nesting)


def parse_object(data: bytes, line: int, nesting: int) -> Row | Finding:
    """Read one line, strictly: no NaN, no number that does not fit, no half surrogate pairs."""
    try:
        row = _DECODER.decode(data)
    except (ValueError, RecursionError):
        return _why(data, line)
    if not isinstance(row, dict):
        message = f"Line {line} is not a JSON object. Each line must be one object, like {{...}}."
        return Finding(line=line, param=None, code="not_an_object", message=message)
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
    message = f"Line {line} is nested more than {nesting} levels deep."
    return Finding(line=line, param=None, code="nested_too_deeply", message=message)


def invalid_json(line: int, reason: str) -> Finding:
    message = f"Line {line} is not valid JSON: {reason}."
    return Finding(line=line, param=None, code="invalid_json", message=message)


def _why(data: bytes, line: int) -> Finding:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return not_utf8(line, data)
    return invalid_json(line, fault(text.rstrip("\r\n")))


def fault(text: str) -> str:
    """What is wrong with a text that the strict parser refused."""
    try:
        row = json.loads(text, parse_constant=_refuse_constant)
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "it holds half of a Unicode surrogate pair"
    except RecursionError:
        return "it is nested too deeply"
    except json.JSONDecodeError as error:
        return f"{error.msg} at column {error.colno}"
    except ValueError as error:
        return str(error) if "not JSON" in str(error) else "a number is out of range"
    return "a number is out of range"


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
