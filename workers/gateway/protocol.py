"""uvicorn's HTTP/1.1 connection with what a public edge needs: bounds, deadlines, errors in JSON."""

import asyncio
import time
from typing import Any, Literal

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from kernel.errors import FineryError, InvalidRequest
from workers.gateway.connections import Connections, Patience
from workers.gateway.errors import HeadersTooLarge, RequestTimedOut, error_body, error_headers

MOST_HEAD_BYTES = 64 * 1024
_PROXY_IDLE_SECONDS = 75  # longer than a load balancer keeps a connection, or it would send into a closed one
_REFUSED_SECONDS = 1.0  # what one that is not admitted may take to say what it wants


class EdgeProtocol(HttpToolsProtocol):
    """Reads a head of bounded size, and no trailers; ends when its client is too slow.

    uvicorn keeps a head of any size, waits for it for ever, and takes trailers for headers: the client of a
    trusted proxy could add an X-Forwarded-For behind the proxy's own.
    """

    def __init__(self, connections: Connections, patience: Patience, **of_uvicorn: Any) -> None:
        super().__init__(**of_uvicorn)
        self._crowd, self._patience = connections, patience
        self.timeout_keep_alive = patience.idle_seconds
        self.peer = ""
        self._refusal: FineryError | None = None
        self._reading: Literal["head", "body"] | None = "head"  # None: between two requests
        self._since = time.monotonic()  # of what is being read
        self._stuck_since = 0.0  # since when the client takes nothing of what we write
        self._head_bytes = self._body_bytes = 0
        self._unread_bytes = (
            0  # of a head, a trailer or a chunk's extension; a body is the application's to bound
        )

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.peer = self.client[0] if self.client else ""
        if self._crowd.is_proxy(self.peer):
            self.timeout_keep_alive = _PROXY_IDLE_SECONDS
        self._refusal = self._crowd.admit(self)
        if self._refusal is not None:
            self.loop.call_later(_REFUSED_SECONDS, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refusal is not None:  # answered only now: with its request unread, it would see a reset
            self._end(self._refusal)
            return
        if self._reading is None:
            self._begin("head")
        self._unread_bytes += len(data)
        super().data_received(data)
        if self._unread_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
            if self._reading == "head":
                self._end(_too_large())
            else:
                self.transport.abort()

    def _begin(self, part: Literal["head", "body"]) -> None:
        self._reading, self._since = part, time.monotonic()
        self._body_bytes = 0
        self._crowd.wait(self)

    # What the parser tells

    def on_message_begin(self) -> None:
        self._head_bytes = len("GET  HTTP/1.1\r\n\r\n")
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._count_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._reading == "head":
            self._count_head(len(name) + len(value) + len(": \r\n"))
            super().on_header(name, value)

    def _count_head(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > MOST_HEAD_BYTES:
            raise _too_large()  # the parser stops, and `send_400_response` is called

    def on_headers_complete(self) -> None:
        self._unread_bytes = 0
        self._begin("body")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unread_bytes = 0
        self._body_bytes += len(body)
        self._crowd.wait(self)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unread_bytes = 0
        self._reading = None
        if self._is_serving:
            self._crowd.work(self)
        super().on_message_complete()

    # What happens with our answer

    @property
    def _is_serving(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._reading is None and not self._is_serving:
            self._crowd.wait(self)

    def resume_writing(self) -> None:
        self._stuck_since = 0.0
        super().resume_writing()

    # Ends that the client did not choose

    def check(self, now: float) -> None:
        if self.flow.write_paused or self.transport.is_closing():
            self._stuck_since = self._stuck_since or now
            if now - self._stuck_since > self._patience.write_seconds:
                self.transport.abort()
        elif self._is_late(now):
            self.make_room()

    def _is_late(self, now: float) -> bool:
        if self.flow.read_paused or (self._is_serving and self._reading != "body"):
            self._since, self._body_bytes = now, 0  # it is we who keep the client waiting
            return False
        waited, patience = now - self._since, self._patience
        if self._reading is None:
            return waited > self.timeout_keep_alive
        if self._reading == "head":
            return waited > patience.head_seconds
        owed_bytes = (waited - patience.body_seconds) * patience.body_bytes_per_second
        return waited > patience.body_seconds and self._body_bytes < owed_bytes

    def make_room(self) -> None:
        if self._reading == "body" and not self._is_serving:
            self.transport.abort()  # it was answered before its body had come
        elif self._reading == "body" or self._unread_bytes:
            self._end(RequestTimedOut("The request took too long to arrive."))
        else:
            self.transport.close()  # nothing was asked

    def send_400_response(self, msg: str) -> None:
        """Called for what is no HTTP, too."""
        self._end(_too_large() if self._head_bytes > MOST_HEAD_BYTES else InvalidRequest(msg))

    def _end(self, error: FineryError) -> None:
        if self._is_serving and self.cycle.response_started:
            self.transport.abort()  # a second answer inside the first would be read as part of it
            return
        body = error_body(error)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        headers += [(b"connection", b"close"), *error_headers(error)]
        lines = [
            STATUS_LINE[error.http_status],
            *(b"%s: %s\r\n" % header for header in headers),
            b"\r\n",
            body,
        ]
        self.transport.write(b"".join(lines))
        self.transport.close()


def _too_large() -> HeadersTooLarge:
    return HeadersTooLarge(f"The request's headers are larger than {MOST_HEAD_BYTES} bytes.")
