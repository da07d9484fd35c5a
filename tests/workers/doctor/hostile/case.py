"""A file that should not come through unseen, and what must be said of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kernel.rows import Limits

GOOD = '{"messages":[{"role":"user","content":"你好 hello"},{"role":"assistant","content":"Hi"}]}\n'
GOOD_TABLE = "text,label\nfirst one,a\nsecond one,b\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`code` and `line` of the report's first error; None: the file is sound, however odd it looks."""

    name: str
    write: Callable[[Path], None]
    code: str | None
    line: int | None = None
    limits: Limits = field(default_factory=Limits)

    def __str__(self) -> str:
        return self.name


def of_bytes(name: str, data: bytes | str, code: str | None, line: int | None = None) -> Case:
    content = data.encode() if isinstance(data, str) else data
    return Case(name=name, write=lambda path: _write(path, content), code=code, line=line)


def made(
    name: str, make: Callable[[], bytes], code: str | None, line: int | None = None, **limits: int
) -> Case:
    """For content that takes a moment, or much memory, to make."""
    return Case(
        name=name, write=lambda path: _write(path, make()), code=code, line=line, limits=Limits(**limits)
    )


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
