"""The local journal: what was sent to whom, written before it is sent, so that `kill -9` loses nothing.

One line a record, one `write` each, unbuffered: the page cache outlives the process.
    open {request_id} {JSON}                        a call was reserved
    sent {request_id} {input} {cached} {output}     the totals, with the frame that follows
    done {request_id}                               settled: nothing is left to do
A process writes segments of its own and holds an exclusive lock on each; a segment without a lock belongs
to a dead process and is replayed (recovery.py). A segment goes away with its last call.
"""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_log = logging.getLogger(__name__)
_LONGEST_SECONDS = 3600


class Segment:
    """One file of this process. Closed to new calls once it is full."""

    def __init__(self, path: Path) -> None:
        self.path = path
        unlocked = path.with_suffix(".new")  # a sibling must not find it before it is locked
        self._fd = os.open(unlocked, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_EXCL, 0o600)
        fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        unlocked.rename(path)
        self.size_bytes = 0
        self.open_calls = 0
        self._made_at = time.monotonic()

    @property
    def age_seconds(self) -> float:
        return time.monotonic() - self._made_at

    def opened(self, request_id: str, call: bytes) -> None:
        self._write(b"open %s %s\n" % (request_id.encode(), call))
        self.open_calls += 1

    def sent(self, request_id: str, tokens: "tuple[int, int, int]") -> None:
        self._write(b"sent %s %d %d %d\n" % (request_id.encode(), *tokens))

    def done(self, request_id: str) -> None:
        self._write(b"done %s\n" % request_id.encode())
        self.open_calls -= 1

    def _write(self, line: bytes) -> None:
        written = os.write(self._fd, line)
        if written != len(line):
            # The disk is full. What is left of the line would swallow the next one.
            os.ftruncate(self._fd, self.size_bytes)
            raise OSError(f"the journal took {written} of {len(line)} bytes")
        self.size_bytes += written

    def remove(self) -> None:
        """Delete the file, then let the lock go, in this order: nobody must replay what is done."""
        self.path.unlink(missing_ok=True)
        os.close(self._fd)


class Journal:
    """The segments of this process."""

    def __init__(self, folder: Path, segment_bytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder, self._segment_bytes = folder, segment_bytes
        self._full: list[Segment] = []
        self._current = self._new_segment()

    def _new_segment(self) -> Segment:
        return Segment(self._folder / f"{time.time_ns()}-{os.getpid()}.journal")

    def segment(self) -> Segment:
        """The segment that a new call belongs to, from its first line to its last.

        Raises:
            OSError: the disk takes no new one.
        """
        if self._current.size_bytes >= self._segment_bytes:
            self._close_current()
        return self._current

    def _close_current(self) -> None:
        following = self._new_segment()  # a full disk may have no room for it
        self._full.append(self._current)
        self._current = following

    def tidy(self) -> None:
        """Drop closed segments whose calls are all settled; one that is an hour old is closed too, so that
        names of models are not kept for longer by a quiet gateway."""
        if self._current.size_bytes and self._current.age_seconds > _LONGEST_SECONDS:
            self._close_current()
        for segment in [full for full in self._full if not full.open_calls]:
            self._full.remove(segment)
            segment.remove()

    def close(self) -> None:
        """Leave behind only what still has to be settled; the next process does that."""
        self.tidy()
        if not self._current.open_calls:
            self._current.remove()


class OpenCall:
    """A call as a dead process left it: its opening record and the last totals it wrote."""

    def __init__(self, call: bytes) -> None:
        self.call = call
        self.tokens: tuple[int, int, int] | None = None


class Orphan:
    """A dead process's segment, held under its lock while it is replayed."""

    def __init__(self, path: Path, fd: int) -> None:
        self.path, self._fd = path, fd

    def open_calls(self) -> dict[str, OpenCall]:
        """Calls without a `done`, by request id. A torn last line is what was never sent."""
        found: dict[str, OpenCall] = {}
        for line in self.path.read_bytes().split(b"\n")[:-1]:
            try:
                _read(line, found)
            except ValueError:
                _log.error("unreadable line in the journal %s", self.path.name)
        return found

    def done(self, request_id: str) -> None:
        os.write(self._fd, b"done %s\n" % request_id.encode())

    def close(self, *, remove: bool) -> None:
        if remove:
            self.path.unlink(missing_ok=True)
        os.close(self._fd)


def _read(line: bytes, found: dict[str, OpenCall]) -> None:
    kind, request, *rest = line.split(b" ", 2)
    request_id = request.decode()
    if kind == b"open":
        found[request_id] = OpenCall(rest[0])
    elif kind == b"done":
        found.pop(request_id, None)
    elif kind == b"sent" and request_id in found:
        given, cached, output = (int(number) for number in rest[0].split(b" "))
        found[request_id].tokens = (given, cached, output)


def orphans(folder: Path) -> Iterator[Orphan]:
    """Segments whose process is gone, each locked for the caller, who closes it."""
    for path in sorted(folder.glob("*.journal")):
        with suppress(FileNotFoundError):
            fd = os.open(path, os.O_WRONLY | os.O_APPEND)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(fd)  # its process lives
                continue
            if not path.exists():  # removed by its owner between our open and our lock
                os.close(fd)
                continue
            yield Orphan(path, fd)
