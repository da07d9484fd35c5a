"""The start, the watch and the end of everything on one machine."""

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import redis

from workers.engine.settings import adapter_cache
from workers.supervisor import stores
from workers.supervisor.engines import Engines
from workers.supervisor.erasures import Erasures
from workers.supervisor.platform_processes import Platform, StoreUrls, describe
from workers.supervisor.ports import answers
from workers.supervisor.processes import CommandFailedError, Process, run_to_end, tail
from workers.supervisor.settings import State, SupervisorSettings

_TICK_SECONDS = 0.25
_READY_SECONDS = 180.0
_STORES_EVERY_SECONDS = 2.0
_HOPELESS_DEATHS = 4  # in a row, before the platform was ever up


class StartFailedError(RuntimeError):
    """The platform did not come up; the message says which part and ends with its log."""


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """One machine's platform. Use it from the main thread: children end with the thread that started them."""

    state: State
    settings: SupervisorSettings
    port: int
    report: Callable[[str], None]
    is_stopping: bool = False
    _stores: stores.Stores | None = None
    _stores_checked_at: float = 0.0
    _processes: list[Process] = field(default_factory=list)
    _engines: Engines | None = None

    def run(self) -> None:
        """Bring everything up, watch it until `is_stopping`, take everything down.

        Raises:
            StartFailedError: a part did not come up. Nothing is left running.
        """
        self.state.prepare()
        try:
            platform = self._start()
            if not self.is_stopping:
                self._announce(platform)
            while not self.is_stopping:
                self._tick()
                time.sleep(_TICK_SECONDS)
        except (CommandFailedError, stores.StoreFailedError) as error:
            raise StartFailedError(str(error)) from error
        finally:
            self._stop()

    def _start(self) -> Platform:
        platform = describe(self.state, self._start_stores(), self.port)
        for spec in platform.preparations:
            self.report(spec.name)
            run_to_end(spec, is_stopping=lambda: self.is_stopping)
        client = redis.Redis.from_url(platform.environment["FINERY_REDIS_URL"], decode_responses=True)
        self._engines = Engines(
            redis=client,
            environment=platform.environment,
            logs=self.state.logs,
            report=self.report,
            erasures=Erasures(
                redis=client,
                store=self.settings.bucket or self.state.objects,
                cache=adapter_cache(self.state.folder),
            ),
        )
        self._engines.forget_stale()
        self._processes = [Process(spec, self.report) for spec in platform.processes]
        self.report("starting " + ", ".join(spec.name for spec in platform.processes))
        self._wait_until_ready(platform)
        return platform

    def _start_stores(self) -> StoreUrls:
        given = self.settings
        if given.has_own_stores:
            return StoreUrls(
                database=given.database_url, owner_database=given.owner_database_url, redis=given.redis_url
            )
        self.report("starting PostgreSQL and Valkey")
        stores.stop(self.state.stores)  # left by a supervisor that was killed: they are about to end
        self._stores = stores.start(self.state.stores)
        return StoreUrls(
            database=self._stores.database_url,
            owner_database=self._stores.owner_database_url,
            redis=self._stores.redis_url,
        )

    def _wait_until_ready(self, platform: Platform) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while not self.is_stopping and not (
            all(answers(f"{url}/healthz") for url in (platform.web_url, platform.internal_url, platform.url))
        ):
            for process in self._processes:
                process.tick()
                if process.deaths >= _HOPELESS_DEATHS:
                    name, log = process.spec.name, process.spec.log
                    raise StartFailedError(f"{name} does not start (log: {log})\n{tail(log)}")
            if time.monotonic() > deadline:
                raise StartFailedError(f"no answer at {platform.url} (logs: {self.state.logs})")
            time.sleep(_TICK_SECONDS)

    def _announce(self, platform: Platform) -> None:
        self.state.announcement.write_text(json.dumps({"pid": os.getpid(), "url": platform.url}))
        self.report(f"Finery is up at {platform.url} (logs: {self.state.logs}, mails: {self.state.mails})")

    def _tick(self) -> None:
        if self._stores is not None and time.monotonic() - self._stores_checked_at > _STORES_EVERY_SECONDS:
            self._stores_checked_at = time.monotonic()
            if not self._stores.are_alive():
                self.report("a store died, starting it again")
                with self._reported(stores.StoreFailedError):
                    self._stores = self._stores.start_again(self.state.stores)
        for process in self._processes:
            process.tick()
        if self._engines is not None:
            with self._reported(redis.RedisError):
                self._engines.tick()

    @contextlib.contextmanager
    def _reported(self, kind: type[Exception]) -> Iterator[None]:
        try:
            yield
        except kind as error:
            self.report(f"will try again: {error}")

    def _stop(self) -> None:
        self.report("stopping")
        self.state.announcement.unlink(missing_ok=True)
        if self._processes:  # the gateway first: it ends its streams and posts their usage
            self._processes[-1].stop()
        for process in self._processes:
            process.ask_to_stop()
        if self._engines is not None:
            self._engines.stop()
        for process in self._processes:
            process.stop()
        if self._stores is not None:
            self._stores.stop()
        self.report("stopped")
