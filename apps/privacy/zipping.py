"""A ZIP archive as a stream of bytes, with a manifest of what is in it. Never whole in memory or on disk."""

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of the archive. A table has one JSON object a line, which are counted."""

    path: str
    chunks: Iterable[bytes]
    is_table: bool = False
    is_dense: bool = False  # compressing it gains nothing


class _Sink(io.RawIOBase):
    """Takes what is written, to be taken away."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        return len(part)

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def zip_chunks(entries: Iterable[Entry], about: dict[str, Any]) -> Iterator[bytes]:
    """The archive's bytes; its last file is the manifest: `about`, and every file's size and digest."""
    sink, listed = _Sink(), []
    with zipfile.ZipFile(sink, "w") as archive:
        for entry in entries:
            listed.append((yield from _add(archive, sink, entry)))
        content = json.dumps(about | {"files": listed}, indent=1).encode()
        yield from _add(archive, sink, Entry(path=MANIFEST, chunks=[content]))
    yield sink.take()


def _add(archive: zipfile.ZipFile, sink: _Sink, entry: Entry) -> Generator[bytes, None, dict[str, Any]]:
    digest, size, rows = hashlib.sha256(), 0, 0
    info = zipfile.ZipInfo(entry.path, date_time=time.gmtime()[:6])
    info.compress_type = zipfile.ZIP_STORED if entry.is_dense else zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with archive.open(info, "w", force_zip64=True) as file:
        for chunk in entry.chunks:
            digest.update(chunk)
            size += len(chunk)
            rows += chunk.count(b"\n") if entry.is_table else 0
            file.write(chunk)
            yield sink.take()
    listed: dict[str, Any] = {"path": entry.path, "bytes": size, "sha256": digest.hexdigest()}
    return listed | {"rows": rows} if entry.is_table else listed
