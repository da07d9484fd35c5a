"""The engines: which are ready, waiting for one that starts, and calling it."""

import asyncio
import logging
import time
from typing import Any

import aiohttp
import msgspec
from redis.asyncio import Redis

from kernel import redis_names, wire
from kernel.contracts import EngineEntry
from kernel.errors import ContextLengthExceeded, EngineFailed, FineryError, InvalidRequest, Unavailable
from workers.gateway.calls import Call
from workers.gateway.limits import REDIS_FAILURES
from workers.gateway.settings import GatewaySettings

_log = logging.getLogger(__name__)
_WANTED_EVERY_SECONDS = 10.0
_POLL_SECONDS = 1.0
_POLL_WAITING_SECONDS = 0.2
_KEEP_ALIVE_SECONDS = 4.0  # below the 5 s after which the engine's server closes an idle connection


class Directory:
    """What the supervisor reports of the engines, kept by polling; calls never ask Redis themselves."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._entries: dict[str, EngineEntry] = {}
        self._wanted_at: dict[str, float] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Condition()
        self._waiting = 0

    async def poll_forever(self) -> None:
        """Background loop; quick while a call waits."""
        while True:
            try:
                await self.refresh()
            except REDIS_FAILURES as error:
                _log.warning("the engines' states are as of before: %s", error)
            await asyncio.sleep(_POLL_WAITING_SECONDS if self._waiting else _POLL_SECONDS)

    async def refresh(self) -> None:
        raw: dict[Any, Any] = await self._redis.hgetall(redis_names.ENGINES)
        entries = {}
        for base, value in raw.items():
            try:
                entries[base.decode()] = wire.decode(value, EngineEntry)
            except ValueError:
                _log.error("the entry of engine %s cannot be read", base.decode())
        async with self._changed:
            self._entries = entries
            self._changed.notify_all()

    def want(self, base: str) -> None:
        """Tell the supervisor that the base is in use: starts it, or keeps it from being stopped."""
        now = time.time()
        if now - self._wanted_at.get(base, 0.0) < _WANTED_EVERY_SECONDS:
            return
        self._wanted_at[base] = now
        telling = asyncio.create_task(self._tell(base, now))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def _tell(self, base: str, now: float) -> None:
        try:
            await self._redis.hset(redis_names.ENGINES_WANTED, base, str(now))
        except REDIS_FAILURES as error:
            self._wanted_at.pop(base, None)  # the next call tells it again
            _log.warning("could not ask for engine %s: %s", base, error)

    async def url(self, base: str, deadline: float) -> str:
        """Wait until the base has a ready engine.

        Raises:
            Unavailable: none until `deadline` (of time.monotonic); the wait has started it.
        """
        self.want(base)
        found = self._ready(base)
        if found:
            return found
        self._waiting += 1
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + deadline - time.monotonic()):
                async with self._changed:
                    while not (found := self._ready(base)):
                        self.want(base)
                        await self._changed.wait()
                    return found
        except TimeoutError as error:
            raise Unavailable("The model is still starting. Please try again.", retry_after=10) from error
        finally:
            self._waiting -= 1

    def _ready(self, base: str) -> str | None:
        entry = self._entries.get(base)
        return entry.url.rstrip("/") if entry and entry.state == "ready" else None


class Engines:
    """Calls to engines. Every request is built here; nothing of the client's headers goes along."""

    def __init__(self, directory: Directory, settings: GatewaySettings) -> None:
        self._directory, self._settings = directory, settings
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=5, sock_read=settings.gateway_first_byte_seconds
            ),
            headers={
                "Authorization": f"Bearer {settings.engine_token}",
                "Content-Type": "application/json",
                "Accept-Encoding": "identity",
            },
        )

    async def close(self) -> None:
        await self._session.close()

    async def post(self, base: str, path: str, body: dict[str, Any], call: Call) -> aiohttp.ClientResponse:
        """Send a request once an engine is ready; the answer's status is 200.

        A refused connection never ran anything, so it is tried until an engine is there. A connection lost
        before the first byte is tried once more if the call may be, and no more: the request may be what
        killed the engine.

        Raises:
            Unavailable: no engine in time. EngineFailed: it died. InvalidRequest: it refused the request.
        """
        deadline = time.monotonic() + self._settings.gateway_engine_wait_seconds
        data = msgspec.json.encode(body)
        is_repeatable = call.is_repeatable
        while True:
            url = await self._directory.url(base, deadline)
            try:
                response = await self._session.post(url + path, data=data, allow_redirects=False)
                break
            except aiohttp.ClientConnectorError as error:
                if time.monotonic() + _POLL_WAITING_SECONDS >= deadline:
                    raise Unavailable("The model is starting. Please try again.", retry_after=10) from error
                await asyncio.sleep(_POLL_WAITING_SECONDS)
            except TimeoutError as error:
                raise EngineFailed("The engine did not answer in time.") from error
            except (aiohttp.ClientError, OSError) as error:
                if not is_repeatable:
                    raise EngineFailed("The engine failed before it answered.") from error
                is_repeatable = False
        if response.status != 200:
            raise await _refusal(response, body["model"], call.prompt_param)
        return response


async def _refusal(response: aiohttp.ClientResponse, engine_model: str, prompt_param: str) -> FineryError:
    async with response:
        try:
            body = msgspec.json.decode(await response.content.read(65536))
        except (msgspec.DecodeError, aiohttp.ClientError, OSError):
            body = None
    error = body.get("error") if isinstance(body, dict) else None
    if response.status in (429, 503):
        return Unavailable("The engine is overloaded. Please try again.", retry_after=2)
    if response.status not in (400, 413, 422) or not isinstance(error, dict):
        _log.error("engine answered %s to %s: %.300s", response.status, engine_model, body)
        return EngineFailed("The engine could not serve the request.")
    return engine_refusal(error, engine_model, prompt_param)


def engine_refusal(error: dict[str, Any], engine_model: str, prompt_param: str) -> FineryError:
    """The engine's own refusal in our words: it never names its internal model."""
    message = str(error.get("message") or "The request was refused.").replace(engine_model, "the model")
    message = message.partition(" (parameter=")[0]  # the engine's own name for it
    if "maximum context length" in message or "context length (" in message:
        return ContextLengthExceeded(message, param=prompt_param)
    param = error.get("param")
    return InvalidRequest(message, param=param if isinstance(param, str) else None)
