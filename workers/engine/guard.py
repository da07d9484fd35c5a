"""The bearer check of both engines: ASGI, constant time, on the decoded path only."""

import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from kernel.errors import FineryError, InvalidApiKey, NotFound

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


class BearerGuard:
    """Lets through: `open_paths` to all, `paths` and whatever matches `pattern` as a whole to the bearer of
    the token, nothing else to anybody.

    A list of what is open, not of what is closed: an engine's next version may bring new routes.
    """

    def __init__(
        self,
        app: Asgi,
        token: str,
        *,
        paths: frozenset[str],
        open_paths: frozenset[str],
        pattern: re.Pattern[str] | None = None,
    ) -> None:
        self._app, self._paths, self._open_paths, self._pattern = app, paths, open_paths, pattern
        self._digest = hashlib.sha256(token.encode()).digest()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        refusal = self._refusal(scope)
        if refusal is None:
            return await self._app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        await refuse(send, refusal)

    def _refusal(self, scope: Scope) -> FineryError | None:
        # Never request.url: its path follows the Host header (CVE-2026-48746).
        path = scope["path"]
        if scope["type"] == "http" and path in self._open_paths:
            return None
        if not self._holds_token(scope):
            return InvalidApiKey("Incorrect engine token.")
        is_named = path in self._paths or (self._pattern is not None and self._pattern.fullmatch(path))
        if scope["type"] == "http" and is_named:
            return None
        return NotFound("Unknown request URL.")

    def _holds_token(self, scope: Scope) -> bool:
        values = [value for name, value in scope["headers"] if name == b"authorization"]
        scheme, _, token = values[0].partition(b" ") if len(values) == 1 else (b"", b"", b"")
        digest = hashlib.sha256(token).digest()
        return bool(scheme.lower() == b"bearer" and hmac.compare_digest(digest, self._digest))


async def refuse(send: Send, error: FineryError) -> None:
    """Answer an HTTP call with the error, in OpenAI's shape."""
    body = json.dumps(error.body()).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": error.http_status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
