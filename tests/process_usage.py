"""What processes of this machine took: memory and processor."""

import ctypes
import os
import re
import resource
from pathlib import Path


def peak_bytes(pid: int) -> int:
    """A process's highest resident memory so far; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return 1024 * int(found[1]) if found else 0


def forget_peak() -> int:
    """Have this process's peak of memory begin with what is in use now, which is returned, in bytes."""
    ctypes.CDLL(None).malloc_trim(0)  # or what was freed before hides as much growth
    Path("/proc/self/clear_refs").write_text("5")
    return peak_bytes(os.getpid())


def children_seconds() -> float:
    """What this process's children that ended took of a processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
