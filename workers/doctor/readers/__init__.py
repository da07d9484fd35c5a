"""From a customer's bytes to rows, whatever they are."""

from pathlib import Path

from kernel.rows import Limits
from workers.doctor.finding import Finding
from workers.doctor.readers.container import (
    HEAD_BYTES,
    binary_kind,
    is_binary,
    is_parquet,
    is_zip,
    packed_kind,
)
from workers.doctor.readers.content import Content, FileSource, refusal
from workers.doctor.readers.guard import guarded


def open_source(path: Path, filename: str, limits: Limits) -> FileSource | Finding:
    """Recognise a file by its content; its name only breaks ties. Never raises because of what is in it."""
    content = Content(name=filename, size=path.stat().st_size, open=lambda: path.open("rb"))
    return guarded(lambda: open_content(content, limits), limits)


def open_content(content: Content, limits: Limits, *, is_member: bool = False) -> FileSource | Finding:
    """The same of a member of an archive, too. The reader is imported only when it is needed."""
    head = content.head(HEAD_BYTES)
    if not head:
        return refusal("empty_file")
    if is_zip(head):
        from workers.doctor.readers.archive import open_archive

        return open_archive(content, limits, is_member=is_member)
    if is_parquet(head):
        from workers.doctor.readers.parquet import open_parquet

        return open_parquet(content, limits)
    if packing := packed_kind(head):
        return refusal("compressed_file", packing=packing)
    if kind := binary_kind(head):
        return refusal("unsupported_format", kind=kind)
    if is_binary(head):
        return refusal("unsupported_format", reason="binary")
    from workers.doctor.readers.text import open_text

    return open_text(content, limits)
