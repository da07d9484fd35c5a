"""Bodies on their way between a client and web, kept here until the slower side has taken them."""

import asyncio
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

MEMORY_BYTES = 64 * 1024  # of one body; what is longer waits in a file
_PIECE_BYTES = 64 * 1024
_KEPT_FREE_BYTES = 256 * 1024**2  # of the disk: the journal writes to it too


class SpoolFullError(OSError):
    """There is no disk space left for this body now."""


class SpoolRoom:
    """The disk space that bodies may take: all of them together, and half of that those of one client."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder, self._limit_bytes = folder, limit_bytes
        self._taken: Counter[str] = Counter()

    def free_bytes(self, client: str) -> int:
        shared = self._limit_bytes - self._taken.total()
        own = self._limit_bytes // 2 - self._taken[client]
        return min(shared, own, shutil.disk_usage(self.folder).free - _KEPT_FREE_BYTES)

    def is_used_by(self, client: str) -> bool:
        return self._taken[client] > 0

    def take(self, client: str, size: int) -> None:
        """Raises SpoolFullError when there is not so much left."""
        if size > self.free_bytes(client):
            raise SpoolFullError
        self._taken[client] += size

    def give_back(self, client: str, size: int) -> None:
        self._taken[client] -= size
        if not self._taken[client]:
            del self._taken[client]


class Spool:
    """One body: written by one task at its speed, read once by another at its own."""

    def __init__(self, room: SpoolRoom, client: str) -> None:
        self._room, self._client = room, client
        self._memory = bytearray()  # empty as soon as there is a file
        self._file: _UnnamedFile | None = None
        self._taken_bytes = self._file_size = self._file_read = 0
        self._is_complete = False
        self._changed = asyncio.Event()
        self.size = 0

    async def write(self, data: bytes) -> None:
        """Keep the bytes.

        Raises:
            SpoolFullError: nothing of them is kept.
        """
        if self._file is None and len(self._memory) + len(data) <= MEMORY_BYTES:
            self._memory += data
        else:
            await self._write_to_file(data)
        self.size += len(data)
        self._changed.set()

    async def _write_to_file(self, data: bytes) -> None:
        kept = bytes(self._memory)
        size = len(kept) + len(data)
        self._room.take(self._client, size)
        self._taken_bytes += size
        self._memory.clear()
        try:
            if self._file is None:
                self._file = _UnnamedFile(self._room.folder)
            await asyncio.to_thread(self._file.write, kept + data, self._file_size)
        except OSError as error:
            self._memory += kept
            raise SpoolFullError from error
        self._file_size += size

    async def wait_until_read(self) -> None:
        """Wait for the reader, then let the disk space go."""
        while self._memory or self._file_read < self._file_size:
            self._changed.clear()
            await self._changed.wait()
        self._empty_file()

    def complete(self) -> None:
        """No more will be written."""
        self._is_complete = True
        self._changed.set()

    async def read(self) -> AsyncIterator[bytes]:
        """The bytes in pieces, as they come, until the body is complete."""
        while True:
            while piece := await self._next_piece():
                yield piece
            if self._is_complete:
                return
            self._changed.clear()
            await self._changed.wait()

    async def _next_piece(self) -> bytes:
        if self._file is not None and self._file_read < self._file_size:
            piece = await asyncio.to_thread(self._file.read, self._file_read)
            self._file_read += len(piece)
        else:
            piece = bytes(self._memory[:_PIECE_BYTES])
            del self._memory[:_PIECE_BYTES]
        self._changed.set()  # for the writer that waits
        return piece

    def _empty_file(self) -> None:
        if self._taken_bytes:
            self._room.give_back(self._client, self._taken_bytes)
        self._file = None
        self._taken_bytes = self._file_size = self._file_read = 0

    def close(self) -> None:
        """Forget the body, read or not."""
        self._memory.clear()
        self._empty_file()


class _UnnamedFile:
    """Leaves nothing on the disk when the process is killed. Closed by the last who holds it, which may be a
    thread whose task was cancelled: a number closed before that could be another file's by then."""

    def __init__(self, folder: Path) -> None:
        self._fd, name = tempfile.mkstemp(dir=folder)
        os.unlink(name)

    def write(self, data: bytes, offset: int) -> None:
        view = memoryview(data)
        while view:
            written = os.pwrite(self._fd, view, offset)
            view, offset = view[written:], offset + written

    def read(self, offset: int) -> bytes:
        return os.pread(self._fd, _PIECE_BYTES, offset)

    def __del__(self) -> None:
        if hasattr(self, "_fd"):
            os.close(self._fd)
