"""JSON Lines: one object a line."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from apps.datasets.validation.lines import read_lines
from apps.datasets.validation.report import Finding


def read_objects(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | Finding]]:
    """Yield (line, object), or a Finding for a line that holds none. Blank lines are no rows."""
    for number, text in read_lines(file):
        if isinstance(text, Finding):
            yield number, text
        elif text.strip():
            yield number, parse_object(text, number)


def parse_object(text: str, line: int) -> dict[str, Any] | Finding:
    """Read one line, strictly: no NaN, no half surrogate pairs."""
    try:
        row = json.loads(text, parse_constant=_refuse_constant)
        if "\\u" in text:
            json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return _invalid(line, "it holds half of a Unicode surrogate pair")
    except RecursionError:
        return _invalid(line, "it is nested too deeply")
    except ValueError as error:
        return _invalid(line, _reason(error))
    if not isinstance(row, dict):
        message = f"Line {line} is not a JSON object. Each line must be one object, like {{...}}."
        return Finding(line=line, param=None, code="not_an_object", message=message)
    return row


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at column {error.colno}"
    return str(error)


def _invalid(line: int, reason: str) -> Finding:
    message = f"Line {line} is not valid JSON: {reason}."
    return Finding(line=line, param=None, code="invalid_json", message=message)
