"""A recipe in its own process: started clean, heard line by line, stopped for certain."""

import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "workers.training.run")
_LOG_TAIL_BYTES = 4000


class Recipe:
    """One run of `python -m workers.training.run`.

    In a session of its own, so that a kill reaches its children; it asks Linux to be killed when this process
    dies.
    """

    def __init__(self, spec_file: Path, workdir: Path, environment: dict[str, str]) -> None:
        self._log = workdir / "recipe.log"
        with self._log.open("wb") as errors:
            self._process = subprocess.Popen(
                [*COMMAND, str(spec_file), str(workdir)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
                cwd=workdir,
                start_new_session=True,
            )
        self._events: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True).start()

    @property
    def pid(self) -> int:
        """The process's id, which is also its group's."""
        return self._process.pid

    def _read(self, lines: IO[bytes]) -> None:
        with lines:
            for line in lines:
                try:
                    self._events.put(json.loads(line))
                except ValueError:
                    log.warning("a recipe wrote a line that is no event")
        self._events.put(None)

    def next_event(self, timeout_seconds: float) -> tuple[dict[str, Any] | None, bool]:
        """Return (event or None, whether the process has said all it ever will)."""
        try:
            event = self._events.get(timeout=timeout_seconds)
        except queue.Empty:
            return None, False
        return event, event is None

    def ask_to_stop(self) -> None:
        """SIGTERM: stop at the next step and say how far it came."""
        self._signal(signal.SIGTERM, group=False)

    def kill(self) -> int:
        """End the whole group now; returns the process's status."""
        self._signal(signal.SIGKILL, group=True)
        return self._process.wait()

    def log_tail(self) -> str:
        """The end of what it wrote on stderr, for the operator's eyes."""
        return self._log.read_bytes()[-_LOG_TAIL_BYTES:].decode("utf-8", "replace")

    def _signal(self, number: int, *, group: bool) -> None:
        try:
            (os.killpg if group else os.kill)(self._process.pid, number)
        except ProcessLookupError:
            log.debug("the recipe is gone already")
