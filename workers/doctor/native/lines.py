"""Which files have lines for a lane, and the lines."""

from collections.abc import Iterator
from functools import partial
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

from workers.doctor.finding import Finding
from workers.doctor.readers.container import is_zip
from workers.doctor.readers.content import Content
from workers.doctor.readers.encoding import Coding, detect_coding
from workers.doctor.readers.lines import skip_line, too_long

_BUFFER_BYTES = 64 * 1024  # more leaves the processor's cache, and takes longer


def plain_coding(path: Path) -> Coding | None:
    """The coding of a file whose lines can be cut as bytes and read as UTF-8; None for any other file."""
    content = Content(name=path.name, size=path.stat().st_size, open=lambda: path.open("rb"))
    coding = detect_coding(content)
    if is_zip(content.head(4)) or not isinstance(coding, Coding) or not coding.is_plain:
        return None
    return coding


def lines_of(file: BinaryIO, coding: Coding, limit: int) -> Iterator[bytes]:
    """Every line with its end, and of a longer one the first `limit` + 2 bytes.

    No generator: a loop over them is a third faster.
    """
    file.seek(coding.mark_bytes)
    return iter(partial(file.readline, limit + 2), b"")


def open_lines(path: Path) -> BinaryIO:
    return path.open("rb", buffering=_BUFFER_BYTES)


def rest_of_long_line(file: BinaryIO, line: int, limit: int) -> Finding:
    """Skip what is left of a line that was longer; to the end of the file, if that is as good as endless."""
    if not skip_line(file, b"\n"):
        file.seek(0, SEEK_END)
    return too_long(line, limit)
