"""Reading training files: chats (JSON lines) and labelled texts (CSV or JSON lines).

The control plane has validated the file before; this is the second wall, and it drops nothing in silence.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel.errors import BadTrainingData
from workers.doctor.formats.conversation import seen_text
from workers.training.seeds import seeded

_ROLES = frozenset({"system", "developer", "user", "assistant", "tool"})


@dataclass(frozen=True, slots=True)
class ChatRow:
    """One chat, ending with the assistant. `line` is 1-based."""

    line: int
    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]] | None

    @property
    def input(self) -> str:
        """What a model sees, without the last answer."""
        return seen_text(self.messages[:-1])


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """One text with its label. `line` is 1-based and names the row's first line."""

    line: int
    text: str
    label: str

    @property
    def input(self) -> str:
        return self.text


def bad_row(line: int, problem: str, param: str) -> BadTrainingData:
    """The error for one row; the line is in the message and in the context."""
    return BadTrainingData(f"Line {line}: {problem}", param=param, line=line)


def find_file(workdir: Path, stem: str) -> Path | None:
    """The file `train<ext>` or `valid<ext>` in a work folder, if it is there."""
    return next(iter(sorted(workdir.glob(f"{stem}.*"))), None)


def read_chats(path: Path, param: str) -> list[ChatRow]:
    """Read a file of `{"messages": [...], "tools"?: [...]}` lines.

    Raises:
        BadTrainingData: a line is no chat that ends with the assistant.
    """
    return [_chat(line, row, param) for line, row in _json_lines(path, param)]


def _chat(line: int, row: dict[str, Any], param: str) -> ChatRow:
    messages = row.get("messages")
    if not isinstance(messages, list) or not messages:
        raise bad_row(line, "`messages` must be a non-empty list.", param)
    chat = [_message(line, message, param) for message in messages]
    if chat[-1]["role"] != "assistant":
        raise bad_row(line, "the last message must be the assistant's.", param)
    tools = row.get("tools")
    if tools is not None and not isinstance(tools, list):
        raise bad_row(line, "`tools` must be a list.", param)
    return ChatRow(line, chat, tools or None)


def _message(line: int, message: Any, param: str) -> dict[str, Any]:
    if not isinstance(message, dict) or message.get("role") not in _ROLES:
        raise bad_row(line, "each message needs a known `role`.", param)
    content = message.get("content")
    if isinstance(content, list):
        content = _joined_parts(line, content, param)
    if message["role"] == "assistant" and message.get("tool_calls"):
        content = content or ""
    if not isinstance(content, str):
        raise bad_row(line, "`content` must be text.", param)
    return {**message, "content": content}


def _joined_parts(line: int, parts: list[Any], param: str) -> str:
    texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type") == "text"]
    if len(texts) != len(parts) or not all(isinstance(text, str) for text in texts):
        raise bad_row(line, "only text parts can be trained on.", param)
    return "".join(str(text) for text in texts)


def read_labelled(path: Path, param: str) -> list[LabelledRow]:
    """Read a CSV with the header `text,label`, or lines of `{"text", "label"}`.

    Raises:
        BadTrainingData: a row lacks text or label, or the header lacks a column.
    """
    rows = _csv_rows(path, param) if path.suffix.lower() == ".csv" else _json_lines(path, param)
    return [_labelled(line, row, param) for line, row in rows]


def _labelled(line: int, row: dict[str, Any], param: str) -> LabelledRow:
    text, label = row.get("text"), row.get("label")
    if not isinstance(text, str) or not text.strip():
        raise bad_row(line, "`text` is missing or empty.", param)
    if not isinstance(label, str) or not label.strip():
        raise bad_row(line, "`label` is missing or empty.", param)
    return LabelledRow(line, text, label.strip())


def _csv_rows(path: Path, param: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if not {"text", "label"} <= set(reader.fieldnames or ()):
                raise bad_row(1, "the header must name the columns `text` and `label`.", param)
            line = reader.line_num + 1
            for row in reader:
                yield line, row
                line = reader.line_num + 1
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadTrainingData(f"The file is not a CSV in UTF-8: {error}.", param=param) from error


def _json_lines(path: Path, param: str) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open("rb") as file:
        for line, data in enumerate(file, start=1):
            if not data.strip():
                continue
            try:
                row = json.loads(data.decode("utf-8-sig"))
            except ValueError as error:
                raise bad_row(line, "this is not JSON in UTF-8.", param) from error
            if not isinstance(row, dict):
                raise bad_row(line, "each line must be a JSON object.", param)
            yield line, row


def length_bucketed_batches(
    lengths: Sequence[int], batch_size: int, seed: int, epoch: int
) -> list[list[int]]:
    """Indexes of all rows in batches of similar length, in an order that depends on (seed, epoch) only.

    Rows are shuffled, sorted by length inside windows of 16 batches, cut, and the batches shuffled: little
    padding, and still another order each epoch.
    """
    generator = seeded(seed, 1, epoch)
    order = list(range(len(lengths)))
    generator.shuffle(order)
    window = 16 * batch_size
    for start in range(0, len(order), window):
        order[start : start + window] = sorted(
            order[start : start + window], key=lambda index: lengths[index]
        )
    batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    generator.shuffle(batches)
    return batches
