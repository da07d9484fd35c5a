"""Child processes that are held on a leash, watched and started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_LEASH = Path(__file__).with_name("leash.py")
_FIRST_DELAY_SECONDS, _LAST_DELAY_SECONDS = 0.5, 10.0
_STEADY_SECONDS = 30.0  # alive for so long: the next death starts the delays anew
_LOG_BYTES = 32 * 1024 * 1024


def leashed(
    command: list[str],
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path = Path("/"),
    stop_signal: int = signal.SIGTERM,
    grace_seconds: float = 20.0,
) -> subprocess.Popen[bytes]:
    """Start a command that ends with the calling thread, with all it has started (see leash.py).

    SIGTERM to the returned process stops it with grace. Call it from a thread that lives as long.
    """
    leash = [sys.executable, "-I", "-S", str(_LEASH)]
    leash += [str(os.getpid()), str(int(stop_signal)), str(grace_seconds)]
    with log.open("ab") as output:
        return subprocess.Popen(
            leash + command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            cwd=folder,
            start_new_session=True,  # Ctrl-C is for the supervisor to answer
        )


def tail(log: Path, lines: int = 20) -> str:
    """Last lines of a log, for an error message."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What to run. `environment` is the whole of it."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    stop_signal: int = signal.SIGTERM
    grace_seconds: float = 15.0
    alarms: Mapping[int, str] = field(default_factory=dict)  # what is said of an exit status, loudly


@dataclass(slots=True)
class Process:
    """A process that should be running until `stop`. `tick` it often, from one thread."""

    spec: Spec
    report: Callable[[str], None]
    deaths: int = 0  # in a row
    _leash: subprocess.Popen[bytes] | None = None
    _started_at: float = 0.0
    _next_start_at: float = field(default=0.0)

    @property
    def is_running(self) -> bool:
        return self._leash is not None and self._leash.poll() is None

    @property
    def uptime_seconds(self) -> float:
        return time.monotonic() - self._started_at if self.is_running else 0.0

    def tick(self) -> bool:
        """Start it when it is not running and its delay is over; return True when this call started it."""
        if self.is_running:
            if self.uptime_seconds > _STEADY_SECONDS:
                self.deaths = 0
            return False
        if self._leash is not None:
            self._note_death(self._leash.returncode)
        if time.monotonic() < self._next_start_at:
            return False
        if self.spec.log.exists() and self.spec.log.stat().st_size > _LOG_BYTES:
            self.spec.log.replace(self.spec.log.with_suffix(".log.1"))
        self._leash = leashed(
            self.spec.command,
            self.spec.log,
            environment=self.spec.environment,
            folder=self.spec.folder,
            stop_signal=self.spec.stop_signal,
            grace_seconds=self.spec.grace_seconds,
        )
        self._started_at = time.monotonic()
        return True

    def restart(self) -> None:
        """Stop it; the next `tick` starts it again after a delay."""
        self.stop()
        self._note_death(None)

    def ask_to_stop(self) -> None:
        """Send the stop signal and return at once; `stop` waits."""
        if self._leash is not None and self._leash.poll() is None:
            self._leash.terminate()

    def stop(self) -> None:
        """Stop it with grace, then by force. Nothing that it started is left."""
        self.ask_to_stop()
        if self._leash is None:
            return
        try:
            self._leash.wait(self.spec.grace_seconds + 5)
        except subprocess.TimeoutExpired:
            self._leash.kill()  # its command dies with it
            self._leash.wait()
        self._leash = None

    def _note_death(self, status: int | None) -> None:
        delay = min(_FIRST_DELAY_SECONDS * 2**self.deaths, _LAST_DELAY_SECONDS)
        self.deaths += 1
        self._next_start_at = time.monotonic() + delay
        self._leash = None
        if status is not None:
            if status in self.spec.alarms:
                self.report(f"ALARM: {self.spec.name} {self.spec.alarms[status]}")
            self.report(
                f"{self.spec.name} ended with status {status}, starting it again in {delay:.1f} s "
                f"(log: {self.spec.log})"
            )


def run_to_end(spec: Spec, *, is_stopping: Callable[[], bool] = lambda: False) -> None:
    """Run a command once.

    Raises:
        CommandFailedError: it ended with a status other than 0; the message holds the end of its log.
    """
    leash = leashed(spec.command, spec.log, environment=spec.environment, folder=spec.folder)
    while leash.poll() is None:
        if is_stopping():
            leash.terminate()
        time.sleep(0.05)
    if leash.returncode != 0 and not is_stopping():
        raise CommandFailedError(f"{spec.name} ended with status {leash.returncode}\n{tail(spec.log)}")


class CommandFailedError(RuntimeError):
    """A command that the start needs failed."""
