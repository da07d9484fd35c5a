"""The doctor's own process on one file, as its parent starts it."""

import os
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from kernel.rows import DOCTOR_ENVIRONMENT, Limits

SECONDS = 10.0
MEMORY_BYTES = 512 * 1024**2
_ROOT = Path(__file__).resolve().parents[4]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a child ended; `report` is None when it left none."""

    status: int
    seconds: float
    peak_bytes: int
    stderr: str
    report: dict[str, Any] | None


def examine(source: Path, workdir: Path, limits: Limits, most_seconds: float = SECONDS) -> Ending:
    """Read a file, to the end or until its time is over."""
    workdir.mkdir()
    task = workdir / "task.json"
    order = {"source": str(source), "filename": source.name, "limits": asdict(limits)}
    task.write_bytes(msgspec.json.encode({"kind": "read", "task": order}))
    began = time.monotonic()
    with (workdir / "stderr").open("wb") as stderr:
        child = subprocess.Popen(
            [sys.executable, "-m", "workers.doctor", str(task), str(workdir)],
            cwd=_ROOT,
            env={"PATH": os.defpath, "PYTHONPATH": f"{_ROOT / 'platform'}:{_ROOT}", **DOCTOR_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )
        peak_bytes = _wait(child, began + most_seconds)
    report = workdir / "report.json"
    return Ending(
        status=child.returncode,
        seconds=time.monotonic() - began,
        peak_bytes=peak_bytes,
        stderr=(workdir / "stderr").read_text(errors="replace"),
        report=msgspec.json.decode(report.read_bytes()) if report.exists() else None,
    )


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


def peak_bytes(pid: int) -> int:
    """A process's highest resident memory so far; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return 1024 * int(found[1]) if found else 0
