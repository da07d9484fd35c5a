"""Runs one command and lets nothing of it outlive this process or the one that started it. Linux only.

`python -I -S leash.py PARENT_PID STOP_SIGNAL GRACE_SECONDS COMMAND...`, standard library only. On SIGTERM, or
when the parent dies in any way, the command gets STOP_SIGNAL, and SIGKILL after the grace. As the subreaper
of all its descendants, the leash then ends those that the command left behind, in whatever session they are.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_HANDLED = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _spawn(command: list[str]) -> int:
    pid = os.fork()
    if pid:
        return pid
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # should the leash itself be killed
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.stderr.write(f"cannot start {command[0]}: {error}\n")
        sys.stderr.flush()
        os._exit(127)


def _reap(main: int) -> int | None:
    """Collect ended children; return the main command's exit status once it ended."""
    status = None
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, raw = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            if pid == main:
                status = os.waitstatus_to_exitcode(raw)
    return status


def _end_descendants() -> None:
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    while True:
        pids = [int(pid) for pid in children.read_text().split()]
        if not pids:
            return
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _reap(0)
        time.sleep(0.01)


def hold(parent: int, stop_signal: int, grace_seconds: float, command: list[str]) -> int:
    """Run the command to its end and return its exit status (128 + signal when a signal ended it)."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    main = _spawn(command)
    deadline: float | None = None
    while True:
        caught = signal.sigtimedwait(_HANDLED, 1.0)
        status = _reap(main)
        if status is not None:
            _end_descendants()
            return status if status >= 0 else 128 - status
        asked = caught is not None and caught.si_signo != signal.SIGCHLD
        if deadline is None and (asked or os.getppid() != parent):
            deadline = time.monotonic() + grace_seconds
            os.kill(main, stop_signal)
        elif deadline is not None and time.monotonic() > deadline:
            os.kill(main, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(hold(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]))
