"""What the doctor's process may take. Nothing that it reads can take more from the machine than this."""

import ctypes
import os
import resource

MEMORY_BYTES = 400 * 1024**2
CPU_SECONDS = 1800
FILE_BYTES = 4 * 1024**3

_OPEN_FILES = 64
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # of unshare(2)


def apply(memory_bytes: int, cpu_seconds: int, file_bytes: int) -> None:
    """Give up rights, for good. Call it before a reader is imported, while there is one thread.

    `memory_bytes` are of private writable memory (heap and anonymous maps), of which the kernel allows no
    more: libraries reserve far more address space than they use, so that is not limited. Allocation beyond
    it fails as MemoryError. The libraries themselves come on top: the resident peak is up to 100 MB higher.
    Beyond `cpu_seconds` the process is killed by SIGXCPU; no file that it writes grows over `file_bytes`.
    The network is left where the kernel lets this user make a namespace, which many containers forbid; then
    only the environment (kernel.rows.DOCTOR_ENVIRONMENT) and the closed descriptors keep it away.
    """
    for number, most in (
        (resource.RLIMIT_DATA, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _lower(number, most)
    os.umask(0o077)
    os.closerange(3, 4096)
    _leave_network()


def _lower(number: int, most: int) -> None:
    """A limit that is lower already stays."""
    _, hard = resource.getrlimit(number)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(number, (allowed, allowed))


def _leave_network() -> None:
    unshare = getattr(ctypes.CDLL(None), "unshare", None)  # Linux only
    if unshare is not None and unshare(_NEW_NETWORK) != 0:
        unshare(_NEW_USER | _NEW_NETWORK)
