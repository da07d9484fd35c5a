"""A file's lines, one at a time, however long or badly encoded they are."""

from collections.abc import Iterator
from typing import BinaryIO

from apps.datasets.validation.report import Finding

MAX_LINE_BYTES = 1024 * 1024
_BOM = b"\xef\xbb\xbf"


def read_lines(file: BinaryIO) -> Iterator[tuple[int, str | Finding]]:
    """Yield (1-based number, text without its line end), or a Finding for a line that is no text.

    Blank lines come as empty strings. After a line in another encoding nothing more comes.
    """
    number = 0
    while data := file.readline(MAX_LINE_BYTES + 2):
        number += 1
        if number == 1:
            data = data.removeprefix(_BOM)
        if len(data) > MAX_LINE_BYTES and not data.endswith(b"\n"):
            _skip_line(file)
            yield number, _too_long(number)
            continue
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            yield number, _not_utf8(number, data)
            return
        yield number, text.rstrip("\r\n")


def _skip_line(file: BinaryIO) -> None:
    while (data := file.readline(MAX_LINE_BYTES)) and not data.endswith(b"\n"):
        pass


def _too_long(number: int) -> Finding:
    message = f"Line {number} is longer than {MAX_LINE_BYTES // 1024} KB."
    return Finding(line=number, param=None, code="line_too_long", message=message)


def _not_utf8(number: int, data: bytes) -> Finding:
    guess = " It looks like GB18030 (GBK)." if _looks_gb18030(data) else ""
    message = f"Line {number} is not UTF-8 text.{guess} Save the file as UTF-8 and upload it again."
    return Finding(line=number, param=None, code="not_utf8", message=message)


def _looks_gb18030(data: bytes) -> bool:
    """True when it decodes, and most of what is not ASCII lies where everyday Chinese lies."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    foreign = [character for character in text if ord(character) > 127]
    everyday = [c for c in foreign if "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f" or c >= "\uff00"]
    return len(everyday) >= 2 and len(everyday) >= 0.8 * len(foreign)
