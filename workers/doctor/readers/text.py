"""Which of the textual syntaxes a file is in."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec

from kernel.rows import Limits
from workers.doctor.finding import Finding
from workers.doctor.readers.content import Content, FileSource, refusal
from workers.doctor.readers.encoding import Coding, detect_coding
from workers.doctor.readers.jsonl import open_jsonl
from workers.doctor.readers.lines import Line, first_characters, text_lines
from workers.doctor.readers.names import is_known
from workers.doctor.readers.tables import Layout, find_layout, open_table, single_column, unclear_separator

_JSON_SUFFIXES = ("json", "jsonl", "ndjson")
_TABLE_SUFFIXES = ("csv", "tsv", "tab")
_EVEN = 0.9  # of the first records have as many fields as the header, then it is a table


def open_text(content: Content, limits: Limits) -> FileSource | Finding:
    coding = detect_coding(content)
    if isinstance(coding, Finding):
        return coding
    source = _open_as(content, coding, limits)
    return source if isinstance(source, Finding) else replace(source, notes=(*coding.notes, *source.notes))


def _open_as(content: Content, coding: Coding, limits: Limits) -> FileSource | Finding:
    lines = list(_first_lines(content, coding, limits))
    if not lines:
        return refusal("empty_file")
    if first_characters(content, coding, 4096).lstrip().startswith(("{", "[")):
        return _open_json(content, coding, lines, limits)
    layout = _table_layout(content, coding, limits)
    if isinstance(layout, Finding):
        return layout
    if layout is not None:
        return open_table(content, coding, layout, limits)
    if content.suffix in _TABLE_SUFFIXES:
        return refusal("empty_file")
    if content.suffix in _JSON_SUFFIXES:
        return open_jsonl(content, coding, limits)
    from workers.doctor.readers.plain_text import open_plain_text

    return open_plain_text(content, coding, limits)


def _first_lines(content: Content, coding: Coding, limits: Limits) -> Iterator[Line]:
    """Two lines that are not blank."""
    found = 0
    for line in text_lines(content, coding, limits.line_bytes):
        if line.text.strip() or line.finding:
            yield line
            found += 1
        if found == 2:
            return


def _open_json(content: Content, coding: Coding, lines: list[Line], limits: Limits) -> FileSource | Finding:
    from workers.doctor.readers.documents import open_document

    if _is_json_lines(content, lines):
        return open_jsonl(content, coding, limits)
    return open_document(content, coding, limits)


def _is_json_lines(content: Content, lines: list[Line]) -> bool:
    """One object a line. The name decides for a single line, and for a first line too long to look at."""
    first = lines[0]
    if first.finding is not None:
        return content.suffix != "json"
    if first.text.lstrip().startswith("["):
        return len(lines) > 1 and _kind(first.text) is list and lines[1].text.lstrip().startswith("[")
    if len(lines) == 1:
        return content.suffix != "json"
    if _kind(first.text) is dict or _kind(lines[1].text) is dict:
        return True
    return content.suffix in ("jsonl", "ndjson") and not _goes_on(first.text)


def _kind(text: str) -> type | None:
    """What a line holds that is JSON by itself."""
    try:
        return type(msgspec.json.decode(text))
    except (ValueError, RecursionError):
        return None


def _goes_on(text: str) -> bool:
    """True for the first line of something written over several lines."""
    try:
        msgspec.json.decode(text)
    except (ValueError, RecursionError) as error:
        return "truncated" in str(error)
    return False


def _table_layout(content: Content, coding: Coding, limits: Limits) -> Layout | Finding | None:
    layout = find_layout(text_lines(content, coding, limits.line_bytes))
    if layout is not None and _is_table(content, layout):
        return layout
    if unclear := unclear_separator(text_lines(content, coding, limits.line_bytes)):
        return unclear
    if content.suffix not in _TABLE_SUFFIXES:
        return None
    return layout or single_column(text_lines(content, coding, limits.line_bytes))


def _is_table(content: Content, layout: Layout) -> bool:
    if layout.evenness < _EVEN:
        return False
    names = layout.header.names
    if layout.header.is_written and any(is_known(name) for name in names):
        return True
    return layout.header.is_written and content.suffix not in ("txt", "md", "text")
