"""What a file is, by its content. Its name proves nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, Literal

from apps.datasets.validation.jsonl import read_objects
from apps.datasets.validation.lines import read_lines
from apps.datasets.validation.report import FileFormat, Finding
from apps.datasets.validation.tables import Columns, TableSyntax, find_columns, table_syntax

UNEXPECTED_FORMAT = (
    "Unexpected file format, expected either prompt/completion pairs or chat messages."  # OpenAI's words
)
_HEAD_BYTES = 4096
_ROWS_LOOKED_AT = 100

_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a WebP image or a sound file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
    (b"{\\rtf", "a rich text document"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How to read the file's rows. `columns` of classification data only."""

    format: FileFormat
    syntax: Literal["jsonl"] | TableSyntax
    columns: Columns | None = None


def detect(file: BinaryIO) -> Layout | Finding | None:
    """Look at the start of the file. None: JSON Lines of which no line could be read; reading says why."""
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    if kind := _binary_kind(head):
        message = (
            f"The file looks like {kind}. Upload UTF-8 text: JSON Lines of chat messages, or CSV, TSV or "
            "JSON Lines with the columns text and label."
        )
        return Finding(line=None, param=None, code="unsupported_format", message=message)
    number, first = _first_line(file)
    file.seek(0)
    if isinstance(first, Finding):
        return first
    if first.startswith("["):
        message = f"Line {number} starts a JSON array. Upload JSON Lines: one object a line, no brackets."
        return Finding(line=number, param=None, code="json_array", message=message)
    if first == "{":
        message = f"Line {number} starts an object that goes on over more lines. Write each row on one line."
        return Finding(line=number, param=None, code="json_over_lines", message=message)
    if first.startswith("{"):
        return _detect_jsonl(file)
    return _detect_table(first, number)


def _binary_kind(head: bytes) -> str | None:
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(head)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:64].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    return "a binary file" if b"\0" in head else None


def _zip_kind(head: bytes) -> str:
    if b"xl/" in head:
        return "an Excel workbook (XLSX)"
    if b"word/" in head:
        return "a Word document"
    return "an Excel workbook (XLSX) or Word document" if b"[Content_Types].xml" in head else "a ZIP archive"


def _first_line(file: BinaryIO) -> tuple[int, str | Finding]:
    for number, text in read_lines(file):
        if isinstance(text, Finding) or text.strip():
            return number, text if isinstance(text, Finding) else text.strip()
    return 1, Finding(line=None, param=None, code="empty_file", message="The file has no rows.")


def _detect_jsonl(file: BinaryIO) -> Layout | Finding | None:
    rows = list(_first_objects(file))
    file.seek(0)
    for _, row in rows:
        if "messages" in row:
            return Layout(format="chat", syntax="jsonl")
        columns = find_columns(list(row))
        if isinstance(columns, Columns):
            return Layout(format="classification", syntax="jsonl", columns=columns)
    if not rows:
        return None
    line, row = rows[0]
    return Finding(line=line, param=None, code="unsupported_format", message=_unsupported(row))


def _first_objects(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, row in islice(read_objects(file), _ROWS_LOOKED_AT):
        if not isinstance(row, Finding):
            yield line, row


def _unsupported(row: dict[str, Any]) -> str:
    if "prompt" in row and "completion" in row:
        return "The file holds prompt/completion pairs. Write each pair as chat messages instead."
    if "input" in row and any(key.startswith("preferred_") for key in row):
        return "The file holds preference pairs, which no method here takes. Upload chat messages."
    return UNEXPECTED_FORMAT


def _detect_table(header: str, number: int) -> Layout | Finding:
    syntax = table_syntax(header)
    columns = find_columns([name for name, _ in syntax.header(header)])
    if isinstance(columns, Columns):
        return Layout(format="classification", syntax=syntax, columns=columns)
    return Finding(line=number, param=None, code=columns.code, message=columns.message)
