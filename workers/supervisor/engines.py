"""Engines on demand: one per base that somebody asked for, watched, started again, and made to forget."""

import http.client
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis

from kernel import wire
from kernel.contracts import BaseEntry, EngineEntry
from kernel.redis_names import ENGINES, ENGINES_WANTED, snapshot_table
from workers.engine.launch import DRAIN_SECONDS, WRONG_WEIGHTS_STATUS, engine_command
from workers.supervisor.erasures import Erasures, still_held
from workers.supervisor.ports import HOST, answers, free_port
from workers.supervisor.processes import Process, Spec
from workers.supervisor.settings import ROOT

_WANT_LASTS_SECONDS = 600.0  # an older wish is of an earlier run
_START_SECONDS = 300.0
_HEALTH_EVERY_SECONDS = 5.0
_HEALTH_FAILURES = 6
_RETRY_MISSING_SECONDS = 30.0

Report = Callable[[str], None]


@dataclass(slots=True)
class _Running:
    process: Process
    entry: EngineEntry
    failures: int = 0
    checked_at: float = 0.0


@dataclass(slots=True, kw_only=True)
class Engines:
    """All engines of this machine. `tick` it often, from the thread that also stops it."""

    redis: Redis
    environment: Mapping[str, str]
    logs: Path
    report: Report
    erasures: Erasures
    _running: dict[str, _Running] = field(default_factory=dict)
    _not_before: dict[str, float] = field(default_factory=dict)

    def forget_stale(self) -> None:
        """Drop what an earlier run published: those engines died with it."""
        self.redis.delete(ENGINES)
        self.erasures.start()

    def tick(self) -> None:
        """Start what is wanted, follow what runs. A Redis that is down is left to the next tick."""
        for base_id in self._wanted():
            if base_id not in self._running and time.monotonic() >= self._not_before.get(base_id, 0.0):
                self._start(base_id)
        for running in list(self._running.values()):
            self._follow(running)
        self._forget_erased()

    def stop(self) -> None:
        for running in self._running.values():
            running.process.ask_to_stop()
        for running in self._running.values():
            running.process.stop()
        self._running.clear()
        self.erasures.leave()

    def _wanted(self) -> list[str]:
        wishes: dict[str | bytes, str | bytes] = self.redis.hgetall(ENGINES_WANTED)
        since = time.time() - _WANT_LASTS_SECONDS
        return [_text(base_id) for base_id, wished_at in wishes.items() if float(wished_at) > since]

    def _start(self, base_id: str) -> None:
        value = self.redis.hget(snapshot_table("bases"), base_id)
        if value is None:
            self._put_off(base_id, "no such base in the catalogue")
            return
        base = wire.decode(_text(value), BaseEntry)
        port = free_port()
        try:
            command, extra = engine_command(base, port)
        except (FileNotFoundError, ValueError) as error:
            self._put_off(base_id, str(error))
            return
        spec = Spec(
            name=f"engine-{base_id.replace('/', '--')}",
            command=command,
            environment={**self.environment, **extra},
            folder=ROOT,
            log=self.logs / f"engine-{base_id.replace('/', '--')}.log",
            grace_seconds=DRAIN_SECONDS + 5,
            alarms={WRONG_WEIGHTS_STATUS: "answered with wrong weights and was taken out"},
        )
        entry = EngineEntry(base_model=base_id, url=f"http://{HOST}:{port}", state="starting")
        self._running[base_id] = _Running(Process(spec, self.report), entry)
        self.report(f"starting the engine of {base_id}")

    def _follow(self, running: _Running) -> None:
        if running.process.tick():
            running.failures, running.checked_at = 0, time.monotonic()
            self._publish(running, "starting")
            return
        if not running.process.is_running:
            self._publish(running, "down")
            return
        starting = running.entry.state != "ready"
        if time.monotonic() - running.checked_at < (0.5 if starting else _HEALTH_EVERY_SECONDS):
            return
        running.checked_at = time.monotonic()
        if answers(f"{running.entry.url}/health"):
            running.failures = 0
            if starting:
                seconds = running.process.uptime_seconds
                self.report(f"the engine of {running.entry.base_model} is ready after {seconds:.0f} s")
            self._publish(running, "ready")
        else:
            self._suspect(running, starting=starting)

    def _suspect(self, running: _Running, *, starting: bool) -> None:
        running.failures += 1
        too_slow = starting and running.process.uptime_seconds > _START_SECONDS
        if too_slow or (not starting and running.failures >= _HEALTH_FAILURES):
            self.report(f"the engine of {running.entry.base_model} does not answer, starting it again")
            self._publish(running, "down")
            running.process.restart()

    def _forget_erased(self) -> None:
        """Answer for the adapters that no engine here can hold."""
        names, held = self.erasures.due(), set[str]()
        if not names:
            return
        for running in self._running.values():
            held |= self._held(running, names)
        self.erasures.answer(names - held)

    def _held(self, running: _Running, names: set[str]) -> set[str]:
        if not running.process.is_running or running.entry.state == "starting":
            return set()  # has loaded nothing yet, and finds nothing any more
        token = self.environment["FINERY_ENGINE_TOKEN"]
        try:
            return still_held(running.entry.url, names, token=token)
        except (OSError, ValueError, http.client.HTTPException):
            return names

    def _publish(self, running: _Running, state: str) -> None:
        entry = wire.convert(
            {"base_model": running.entry.base_model, "url": running.entry.url, "state": state}, EngineEntry
        )
        # Each time, not only on change: a Redis that came back empty learns it again.
        self.redis.hset(ENGINES, entry.base_model, wire.encode(entry))
        running.entry = entry

    def _put_off(self, base_id: str, reason: str) -> None:
        if base_id not in self._not_before:
            self.report(f"cannot start an engine of {base_id}: {reason}")
        self._not_before[base_id] = time.monotonic() + _RETRY_MISSING_SECONDS


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
