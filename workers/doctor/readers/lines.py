"""A file's lines, one at a time, however long or badly encoded they are."""

import codecs
import io
from collections.abc import Iterator
from typing import IO, AnyStr, BinaryIO, NamedTuple

from workers.doctor.finding import Finding
from workers.doctor.readers.content import Content, unreadable
from workers.doctor.readers.encoding import Coding, in_words, is_utf8_after_all, looks_like

_SKIPPED_AT_ONCE = 1024 * 1024
_MOST_SKIPPED = 64  # times that; what follows a longer line is not read
_BROKEN = "\udcff"  # stands for bytes that are no text; a file's own text cannot hold it


class Line(NamedTuple):
    """A line without its end. With a finding, the text is what could be read of it."""

    number: int
    text: str
    finding: Finding | None


def _mark(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return _BROKEN, error.end


codecs.register_error("finery-mark", _mark)


def text_lines(content: Content, coding: Coding, limit: int) -> Iterator[Line]:
    """Yield every line, blank ones too. `limit` is in bytes of UTF-8."""
    with content.open() as file, decoded(file, coding) as text:
        number = 0
        while part := text.readline(limit + 2):
            number += 1
            line = part.rstrip("\r\n")
            if len(part) > limit and not part.endswith(coding.newline):
                yield Line(number, "", too_long(number, limit))
                if not skip_line(text, coding.newline):
                    return
            elif _BROKEN in line:
                yield Line(number, line.replace(_BROKEN, "\ufffd"), not_text(number, coding.codec))
            elif coding.example and not line.isascii() and is_utf8_after_all(line, coding.codec):
                yield Line(number, line, not_text(number, coding.codec))
            elif 4 * len(line) > limit and len(line.encode()) > limit:
                yield Line(number, "", too_long(number, limit))
            else:
                yield Line(number, line, None)


def byte_lines(content: Content, coding: Coding, limit: int) -> Iterator[tuple[int, bytes | Finding]]:
    """Of a plain coding: yield (1-based number, line with its end), or a Finding for a line too long."""
    with content.open() as file:
        file.read(coding.mark_bytes)
        number = 0
        while data := file.readline(limit + 2):
            number += 1
            if len(data) > limit and not data.endswith(b"\n"):
                yield number, too_long(number, limit)
                if not skip_line(file, b"\n"):
                    return
            else:
                yield number, data


def first_characters(content: Content, coding: Coding, count: int) -> str:
    with content.open() as file, decoded(file, coding) as text:
        return text.read(count)


def not_utf8(number: int, data: bytes) -> Finding:
    found = looks_like(data)
    if found is None:
        return unreadable("not_utf8", number)
    return unreadable("not_utf8", number, reason="guessed", encoding=in_words(found))


def not_text(number: int, codec: str) -> Finding:
    if codec == "utf-8":
        return not_utf8(number, b"")
    return unreadable("encoding_changes", number, encoding=in_words(codec))


def too_long(number: int, limit: int) -> Finding:
    return unreadable("line_too_long", number, limit=limit // 1024)


def decoded(file: BinaryIO, coding: Coding) -> io.TextIOWrapper:
    file.read(coding.mark_bytes)
    return io.TextIOWrapper(file, encoding=coding.codec, errors="finery-mark", newline=coding.newline)


def skip_line(file: IO[AnyStr], newline: AnyStr) -> bool:
    """Go to the next line; False when there is none, or none within what anybody means by a line."""
    for _ in range(_MOST_SKIPPED):
        part = file.readline(_SKIPPED_AT_ONCE)
        if part.endswith(newline):
            return True
        if not part:
            break
    return False
