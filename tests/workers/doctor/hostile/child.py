"""The doctor's own process on one file, as its parent starts it."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from kernel import wire
from kernel.rows import DOCTOR_ENVIRONMENT, Limits, ReadTask
from tests.process_usage import children_seconds, peak_bytes

SECONDS = 10.0  # of a processor, which do not grow while others use it
_DEADLINE_SECONDS = 30.0  # by the clock
MEMORY_BYTES = 512 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a child ended; `report` is None when it left none."""

    status: int
    seconds: float  # by the clock
    cpu_seconds: float
    peak_bytes: int
    stderr: str
    report: dict[str, Any] | None


def examine(source: Path, workdir: Path, limits: Limits, most_seconds: float = _DEADLINE_SECONDS) -> Ending:
    """Read a file, to the end or until its time is over; one at a time in a process.

    Beside `workdir` stand what the child was told (task.json) and said (stderr).
    """
    workdir.mkdir(parents=True)
    task, said = workdir.with_name("task.json"), workdir.with_name("stderr")
    order = ReadTask(source=str(source), filename=source.name, limits=limits)
    task.write_bytes(wire.encode({"kind": "read", "task": order}))
    began, cpu_seconds = time.monotonic(), children_seconds()
    with said.open("wb") as stderr:
        child = subprocess.Popen(
            [sys.executable, "-I", "-m", "workers.doctor", str(task), str(workdir)],
            cwd=workdir,
            env={"PATH": os.defpath, **DOCTOR_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )
        peak = _wait(child, began + most_seconds)
    report = workdir / "report.json"
    return Ending(
        status=child.returncode,
        seconds=time.monotonic() - began,
        cpu_seconds=children_seconds() - cpu_seconds,
        peak_bytes=peak,
        stderr=said.read_text(errors="replace"),
        report=msgspec.json.decode(report.read_bytes()) if report.exists() else None,
    )


def read_task(task_file: Path) -> ReadTask:
    """What a child was asked for."""
    return wire.convert(msgspec.json.decode(task_file.read_bytes())["task"], ReadTask)


def _wait(child: subprocess.Popen[bytes], deadline: float) -> int:
    """The child's peak of resident memory, but for its last milliseconds, once it ended or was killed.

    Not what wait4 says: that begins with the memory of the process that it was forked from.
    """
    highest = 0
    while child.poll() is None:
        highest = max(highest, peak_bytes(child.pid))
        if time.monotonic() > deadline:
            child.kill()
        time.sleep(0.005)
    return highest
