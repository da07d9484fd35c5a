"""The ASGI application: what goes where, and the life of the parts behind it."""

import asyncio
import logging
from contextlib import suppress

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from kernel.errors import NotFound
from kernel.ids import new_id
from workers.gateway.engines import Directory, Engines
from workers.gateway.forward import Forwarder
from workers.gateway.journal import Journal
from workers.gateway.limits import Limits
from workers.gateway.pipeline import OPERATIONS, Pipeline
from workers.gateway.recovery import sweep_forever
from workers.gateway.replies import JSON, Receive, Reply, Scope, Send
from workers.gateway.settings import GatewaySettings
from workers.gateway.snapshot import Follower, Snapshot
from workers.gateway.usage import Meter

_log = logging.getLogger(__name__)


class Gateway:
    """Bare ASGI: four routes of the data plane, two of health, nothing internal, all else to web."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._loops: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        path: str = scope["path"]  # never a URL built from headers: Host is the client's to choose
        if scope["method"] == "POST" and path in OPERATIONS:
            await self._pipeline.handle(OPERATIONS[path], scope, receive, send)
        elif scope["method"] == "OPTIONS" and path in OPERATIONS:
            await Reply(send, new_id("req_")).preflight()
        elif path in ("/healthz", "/readyz"):
            await self._health(path, send)
        elif not path.startswith("/") or _is_internal(path):  # `*...` would end up in the host of web's URL
            await Reply(send, new_id("req_")).fail(NotFound("Not found."))
        else:
            await self._forwarder.handle(scope, receive, send)

    async def _health(self, path: str, send: Send) -> None:
        # Alive is not ready: a gateway without a snapshot must not be restarted, only not be asked.
        is_alive = not any(loop.done() for loop in self._loops)
        is_fine = is_alive and (path == "/healthz" or self._snapshot.is_loaded)
        body = b'{"status":"ok"}' if is_fine else b'{"status":"unavailable"}'
        await Reply(send, new_id("req_")).send(200 if is_fine else 503, body, [JSON])

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _start(self) -> None:
        settings = self._settings
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        self._redis = _connect(settings)
        self._snapshot = Snapshot(settings.key_pepper)
        follower = Follower(self._snapshot, self._redis, settings.snapshot_file)
        limits = Limits(self._redis, settings.gateway_hold_seconds)
        self._journal = Journal(settings.journal_dir, settings.gateway_journal_segment_bytes)
        self._meter = Meter(self._journal, limits)
        directory = Directory(self._redis)
        self._engines = Engines(directory, settings)
        self._forwarder = Forwarder(settings)
        self._pipeline = Pipeline(settings, self._snapshot, limits, self._meter, self._engines)
        await follower.start()
        sweep_seconds = settings.gateway_sweep_seconds
        self._loops = [
            asyncio.create_task(loop)
            for loop in (
                follower.follow_forever(),
                directory.poll_forever(),
                self._meter.retry_forever(),
                sweep_forever(settings.journal_dir, limits, self._meter, sweep_seconds),
            )
        ]
        for loop in self._loops:
            loop.add_done_callback(_report)

    async def _stop(self) -> None:
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        with suppress(TimeoutError):  # what is left stays in the journal for the next process
            await asyncio.wait_for(self._meter.settle_all(), timeout=5)
        self._journal.close()
        await self._engines.close()
        await self._forwarder.close()
        await self._redis.aclose()


def _report(loop: "asyncio.Task[None]") -> None:
    if not loop.cancelled() and loop.exception() is not None:
        _log.critical("a background loop died; /healthz says so", exc_info=loop.exception())


def _connect(settings: GatewaySettings) -> "Redis":
    return Redis.from_url(
        settings.redis_url,
        socket_timeout=settings.gateway_redis_timeout_seconds,
        socket_connect_timeout=settings.gateway_redis_timeout_seconds,
        # Once, for connections that died with an earlier Redis. Every script may be repeated.
        retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
    )


def _is_internal(path: str) -> bool:
    """True for every spelling of a path below /internal: empty, dot and parent segments are resolved."""
    resolved: list[str] = []
    for segment in path.replace("\\", "/").split("/"):
        if segment == "..":
            resolved = resolved[:-1]
        elif segment not in ("", "."):
            resolved.append(segment)
    return bool(resolved) and resolved[0].lower() == "internal"
