"""Plain text: its paragraphs, or, where it has none, its lines."""

from collections.abc import Iterator
from itertools import islice, pairwise

from kernel.rows import Limits
from workers.doctor.readers.content import Content, FileSource, Rows
from workers.doctor.readers.encoding import Coding
from workers.doctor.readers.lines import Line, text_lines, too_long

_LINES_LOOKED_AT = 2_000


def open_plain_text(content: Content, coding: Coding, limits: Limits) -> FileSource:
    def lines() -> Iterator[Line]:
        return text_lines(content, coding, limits.line_bytes)

    read = _paragraphs if _has_paragraphs(lines()) else _lines
    return FileSource(
        syntax="text",
        encoding=coding.name,
        columns=("text",),
        read=lambda: read(lines(), limits.line_bytes),
    )


def _has_paragraphs(lines: Iterator[Line]) -> bool:
    """True when blank lines part blocks of which some have more lines than one."""
    written = [bool(line.text.strip()) for line in islice(lines, _LINES_LOOKED_AT)]
    pairs = list(pairwise(written))
    return (True, False) in pairs and (True, True) in pairs


def _lines(lines: Iterator[Line], _: int) -> Rows:
    for line in lines:
        if line.finding is not None:
            yield line.number, line.finding
        elif line.text.strip():
            yield line.number, {"text": line.text.strip()}


def _paragraphs(lines: Iterator[Line], limit: int) -> Rows:
    """Yield (line on which the paragraph starts, row)."""
    block: list[Line] = []
    size = 0
    for line in lines:
        if line.finding is not None:
            yield line.number, line.finding
            continue
        if line.text.strip():
            size += len(line.text)
            if size <= limit:
                block.append(line)
            continue
        yield from _paragraph(block, size, limit)
        block, size = [], 0
    yield from _paragraph(block, size, limit)


def _paragraph(block: list[Line], size: int, limit: int) -> Rows:
    if size > limit:
        yield block[0].number, too_long(block[0].number, limit)
    elif block:
        yield block[0].number, {"text": "\n".join(line.text for line in block).strip()}
