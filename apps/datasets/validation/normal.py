"""One plain form for what the customer wrote in many: what the trainer reads and the quote counts.

JSON Lines of `{"messages", "tools"?}` or `{"text", "label"}`. Every row keeps its line number: blank lines
fill the gaps.
"""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from apps.datasets.validation.classification import Example
from apps.datasets.validation.detect import Layout, detect
from apps.datasets.validation.report import Finding
from apps.datasets.validation.validate import read_rows


def normal_lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of the plain form of a valid file."""
    layout = detect(file)
    assert isinstance(layout, Layout)  # the file was valid a moment ago, and objects do not change
    written = 0
    for line, row in read_rows(file, layout):
        assert not isinstance(row, Finding)
        plain = {"text": row.text, "label": row.label} if isinstance(row, Example) else plain_chat(row)
        yield b"\n" * (line - written - 1) + json.dumps(plain, ensure_ascii=False).encode() + b"\n"
        written = line


def plain_chat(row: dict[str, Any]) -> dict[str, Any]:
    """Contents as strings, nothing after the last answer."""
    messages = row["messages"]
    last = max(place for place, message in enumerate(messages) if message["role"] == "assistant")
    plain: dict[str, Any] = {"messages": [_plain_message(message) for message in messages[: last + 1]]}
    if row.get("tools"):
        plain["tools"] = row["tools"]
    return plain


def _plain_message(message: dict[str, Any]) -> dict[str, Any]:
    content = message.get("content")
    if isinstance(content, list):
        content = "\n".join(part["text"] for part in content)  # as the engine joins the parts of a request
    return {**message, "content": content or ""}
