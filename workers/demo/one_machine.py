"""The platform under the demo: one that is up already, or one of our own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console

from workers.demo.errors import DemoFailedError
from workers.supervisor.ports import answers
from workers.supervisor.processes import leashed, tail
from workers.supervisor.settings import ROOT, State, inherited_environment

_START_SECONDS = 300.0
_STOP_SECONDS = 120.0


class OneMachine:
    """A running platform. `stop` ends it when we started it, and leaves it alone when we did not."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.url = ""
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.state.logs / "supervisor.log"

    @property
    def has_ended(self) -> bool:
        return self._child is not None and self._child.poll() is not None

    def start(self, port: int, console: Console) -> None:
        """Start the platform, or find it up.

        Raises:
            DemoFailedError: it does not come up.
        """
        self.state.prepare()
        if self._is_up():
            console.print(f"Finery is already up at {self.url}")
            return
        seen = self.log.stat().st_size if self.log.exists() else 0
        command = [sys.executable, "-m", "workers.supervisor", "up", "--next-free-port"]
        command += ["--port", str(port), "--state", str(self.state.folder)]
        self._child = leashed(
            command,
            self.log,
            environment=inherited_environment(self.state),
            folder=ROOT,
            stop_signal=signal.SIGTERM,
            grace_seconds=_STOP_SECONDS,
        )
        deadline = time.monotonic() + _START_SECONDS
        with console.status("starting the platform"):
            while not self._is_up():
                seen = self._show(seen, console)
                if self._child.poll() is not None or time.monotonic() > deadline:
                    raise DemoFailedError(f"the platform did not start\n{tail(self.log)}")
                time.sleep(0.2)
        self._show(seen, console)

    def stop(self) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
            self._child.wait(_STOP_SECONDS + 10)

    def log_tail(self, process: str) -> str:
        return tail(self.state.logs / f"{process}.log", lines=15)

    def _is_up(self) -> bool:
        try:
            announced = json.loads(self.state.announcement.read_text())
            os.kill(announced["pid"], 0)
        except (OSError, ValueError):
            return False
        self.url = announced["url"]
        return answers(f"{self.url}/healthz")

    def _show(self, seen: int, console: Console) -> int:
        if not self.log.exists():
            return seen
        with self.log.open("rb") as log:
            log.seek(seen)
            fresh = log.read()
        complete = fresh[: fresh.rfind(b"\n") + 1]
        for line in complete.decode(errors="replace").splitlines():
            console.print(f"  {line}", style="dim", markup=False, highlight=False)
        return seen + len(complete)
