"""One answer to one client over bare ASGI, and the client's going away."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from types import TracebackType
from typing import Any

from kernel.errors import FineryError, PayloadTooLarge
from workers.gateway.errors import ClientGoneError, Header, error_body, error_headers

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JSON: Header = (b"content-type", b"application/json")
EVENTS: list[Header] = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]
_VERSION: Header = (b"openai-version", b"2020-10-01")
# A page of any origin may call models: nothing but the key in its header speaks for it, no cookie.
_FOR_PAGES: list[Header] = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"*"),
]
_PREFLIGHT: list[Header] = [
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-allow-headers", b"authorization, *"),  # `*` alone does not stand for that one
    (b"access-control-max-age", b"7200"),
]


class Reply:
    """Status and headers once, then bytes. Every answer carries the request's id and our time."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send, self.request_id = send, request_id
        # uvicorn marks its cycle the moment the connection is lost; `receive` says so a loop round later.
        self._cycle = getattr(send, "__self__", None)
        self._began = time.perf_counter()
        self.is_started = self.has_begun = False  # its headers are out; something was said
        self.headers: list[Header] = []

    def allow_pages(self, scope: Scope) -> None:
        """Let a page in a browser read the answer."""
        if any(name == b"origin" for name, _ in scope["headers"]):
            self.headers += _FOR_PAGES

    @property
    def is_client_gone(self) -> bool:
        return bool(getattr(self._cycle, "disconnected", False))

    async def pass_on(self, status: int, headers: list[Header]) -> None:
        """Start with another server's headers and none of ours."""
        self.is_started = True
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def start(self, status: int, headers: list[Header]) -> None:
        milliseconds = int(1000 * (time.perf_counter() - self._began))
        own = [
            (b"x-request-id", self.request_id.encode()),
            (b"openai-processing-ms", str(milliseconds).encode()),
            _VERSION,
        ]
        await self.pass_on(status, headers + self.headers + own)

    async def preflight(self) -> None:
        """Answer a browser that asks whether a page may call this path."""
        await self.send(200, b"", _FOR_PAGES + _PREFLIGHT)

    async def keep_open(self) -> None:
        """Show a client of a stream that it is still served: by the headers, then by comments."""
        if not self.is_started:
            await self.start(200, EVENTS)
        else:
            await self._send({"type": "http.response.body", "body": b": waiting\n\n", "more_body": True})

    async def write(self, data: bytes) -> None:
        self.has_begun = True
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def end(self) -> None:
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def send(self, status: int, body: bytes, headers: list[Header]) -> None:
        """A whole answer with its length."""
        await self.start(status, [*headers, (b"content-length", str(len(body)).encode())])
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def fail(self, error: FineryError) -> None:
        """Answer with the error; inside a stream, as its last event, without `[DONE]`."""
        if not self.is_started:
            await self.send(error.http_status, error_body(error), [JSON, *error_headers(error)])
            return
        await self.write(b"data: " + error_body(error) + b"\n\n")
        await self.end()


async def read_body(scope: Scope, receive: Receive, limit_bytes: int) -> bytes:
    """Return the whole body.

    Raises:
        PayloadTooLarge: before more than the limit is kept. ClientGoneError: it stopped in the middle.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        part = message.get("body", b"")
        size += len(part)
        if size > limit_bytes:
            raise PayloadTooLarge(f"The request body is larger than {limit_bytes} bytes.")
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


class WhileClientListens:
    """Runs a block until the client goes away: then it is cancelled and ends as ClientGoneError.

    Nothing inside may be in the middle of a Redis reply: a cancelled reader leaves the reply to the next
    user of the connection.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive, self._is_gone = receive, False

    async def __aenter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._watcher = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._is_gone = True
        self._task.cancel()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watcher.cancel()
        if self._is_gone and error is not None:
            self._task.uncancel()
            raise ClientGoneError from error
