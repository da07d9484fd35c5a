"""Start the doctor's process (docs/adr/0017), and tell how it ended."""

import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from kernel import wire
from kernel.rows import DOCTOR_ENVIRONMENT

Kind = Literal["read", "operate", "compare", "preview"]

_ANSWER_BYTES = 2 * 1024**2  # of report.json and its like
_LINE_BYTES = 4096  # of what it prints
_TICK_SECONDS = 20.0
_EXPLANATION_BYTES = 2000
_OUT_OF_BOUNDS = {-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGXFSZ}


class TooLargeToRead(Exception):
    """The process was ended for the memory or the time that it took: the customer's file is to blame."""


class DoctorFailed(RuntimeError):
    """It ended in any other way, or left nonsense: a bug of ours."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    bytes: int
    total_bytes: int
    rows: int


class Work(NamedTuple):
    """The work folder of a process that ended well."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name

    def answer(self, name: str) -> dict[str, Any]:
        """A JSON object that it left. Raises DoctorFailed when it is too large or none."""
        path = self.path(name)
        if path.is_symlink() or path.stat().st_size > _ANSWER_BYTES:
            raise DoctorFailed(f"{name} is too large")
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])


def _ignore(*_: object) -> None:
    """Nobody is watching."""


class Watch(NamedTuple):
    """What to do on progress, and every few seconds of silence."""

    on_progress: Callable[[Progress], None] = _ignore
    on_tick: Callable[[], None] = _ignore


UNWATCHED = Watch()


@contextmanager
def doctor(kind: Kind, task: object, *, seconds: float, watch: Watch = UNWATCHED) -> Iterator[Work]:
    """Run one task of kernel.rows; the work folder is there within the block.

    Raises:
        TooLargeToRead: it took more memory than it may, or more than `seconds`.
        DoctorFailed: it ended in any other way.
    """
    with tempfile.TemporaryDirectory(prefix="finery-doctor-") as name:
        folder = Path(name)
        work, task_file = folder / "work", folder / "task.json"
        work.mkdir()
        task_file.write_bytes(wire.encode({"kind": kind, "task": task}))
        run(task_file, work, seconds, watch)
        yield Work(work)


def run(task_file: Path, work: Path, seconds: float, watch: Watch) -> None:
    """One process, from its start to a good end. Raises TooLargeToRead, DoctorFailed."""
    with task_file.with_name("errors").open("w+b") as errors:
        process = _start(task_file, work, errors.fileno())
        is_late = _await(process, seconds, watch)
        _judge(process.returncode, is_late=is_late, explanation=_tail(Path(errors.name)))


def _start(task_file: Path, work: Path, errors: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "workers.doctor", str(task_file), str(work)],
        cwd=work,
        env={"PATH": os.defpath, **DOCTOR_ENVIRONMENT},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        start_new_session=True,
    )


def _await(process: "subprocess.Popen[bytes]", seconds: float, watch: Watch) -> bool:
    """Follow it to its end; True when that was the deadline. None of its children stays."""
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        assert process.stdout is not None
        with process.stdout as output:
            for line in _lines(output.fileno(), watch.on_tick):
                _report_progress(line, watch.on_progress)
        process.wait()
    finally:
        timer.cancel()
        _kill(process)
        process.wait()
    return late.is_set()


def _lines(descriptor: int, on_tick: Callable[[], None]) -> Iterator[bytes]:
    """Whole lines as they come, of one that is too long its end; silence is broken by ticks."""
    rest = b""
    while True:
        if not select.select([descriptor], [], [], _TICK_SECONDS)[0]:
            on_tick()
            continue
        data = os.read(descriptor, _LINE_BYTES)
        if not data:
            return
        *lines, rest = (rest + data).split(b"\n")
        rest = rest[-_LINE_BYTES:]
        yield from lines


def _report_progress(line: bytes, on_progress: Callable[[Progress], None]) -> None:
    with suppress(msgspec.DecodeError):  # a library's own words
        on_progress(msgspec.json.decode(line, type=Progress))


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _judge(status: int, *, is_late: bool, explanation: str) -> None:
    if is_late or status in _OUT_OF_BOUNDS or (status and "MemoryError" in explanation):
        raise TooLargeToRead
    if status:
        raise DoctorFailed(f"ended with {status}: {explanation}")


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _EXPLANATION_BYTES))
        return file.read().decode("utf-8", "replace")
