"""Every path that is not the data plane's: whole bodies to web, and its answers back.

Web has a few threads. None of them waits for a client: what is slow waits here, see `spool`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from http import HTTPStatus

import aiohttp
from yarl import URL

from kernel.errors import FineryError, InvalidRequest, PayloadTooLarge, Unavailable
from kernel.ids import new_id
from workers.gateway.addresses import client_address, customer_network
from workers.gateway.errors import ClientGoneError, Header, UnexpectedError
from workers.gateway.protocol import MOST_HEAD_BYTES
from workers.gateway.replies import Receive, Reply, Scope, Send, WhileClientListens
from workers.gateway.settings import GatewaySettings
from workers.gateway.spool import MEMORY_BYTES, Spool, SpoolFullError, SpoolRoom

_log = logging.getLogger(__name__)
_HOP_BY_HOP = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"expect",
    )
)
_SET_BY_US = frozenset((b"forwarded", b"x-real-ip", b"content-length"))
_SAID_BY_US = frozenset((b"date", b"server"))
_UNAVAILABLE = "The service is temporarily unavailable."
_PIECE_BYTES = 64 * 1024
_PLAIN_PAGE = (
    b"<!doctype html><title>Unavailable</title>"
    b"<p>The service is starting or being updated. Please try again in a moment.</p>"
)


class Forwarder:
    """The reverse proxy in front of web."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._web_url, self._scheme = settings.web_url.rstrip("/"), settings.forwarded_scheme
        self._trusted_proxies = settings.trusted_proxies
        self._body_limit_bytes = settings.gateway_body_limit_bytes
        self._form_limit_bytes = settings.gateway_form_limit_bytes
        self._room = SpoolRoom(settings.state_dir, settings.gateway_spool_bytes)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0, keepalive_timeout=1
            ),  # gunicorn closes idle ones after 2 s
            cookie_jar=aiohttp.DummyCookieJar(),  # one session for all clients must not keep their cookies
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5),
            auto_decompress=False,
            max_line_size=MOST_HEAD_BYTES,
            max_field_size=MOST_HEAD_BYTES,
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
        )

    async def close(self) -> None:
        await self._session.close()

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = Reply(send, new_id("req_"))
        client = customer_network(str(client_address(scope, self._trusted_proxies)))
        body = Spool(self._room, client)
        try:
            _check_host(scope)
            await self._take_body(scope, receive, body)
            async with WhileClientListens(receive), await self._request(scope, body) as response:
                await self._pass_back(response, scope, client, reply)
        except ClientGoneError:
            return
        except FineryError as error:
            await _refuse(scope, reply, error)
        except (aiohttp.ClientError, OSError) as error:
            _log.warning("web does not answer, or not to the end: %s", error)
            if reply.is_started:
                # A cut connection is the only honest end: a clean one would say that this was all.
                raise ConnectionAbortedError("web stopped in the middle of an answer") from error
            await _refuse(scope, reply, Unavailable(_UNAVAILABLE, retry_after=5))
        except Exception:
            if not reply.is_started:
                await reply.fail(UnexpectedError("The server had an error while processing your request."))
            raise  # uvicorn logs it and ends the connection
        finally:
            body.close()

    async def _take_body(self, scope: Scope, receive: Receive, body: Spool) -> None:
        """The whole body, before web hears of the request: web has a thread for each that it has heard of."""
        limit = self._form_limit_bytes if _is_form(scope) else self._body_limit_bytes
        if _announced_bytes(scope) > limit:
            raise PayloadTooLarge(f"The request body is larger than {limit} bytes.")
        async for part in _body_parts(receive):
            if body.size + len(part) > limit:
                raise PayloadTooLarge(f"The request body is larger than {limit} bytes.")
            try:
                await body.write(part)
            except SpoolFullError as error:
                raise Unavailable("Too many uploads are under way.", retry_after=30) from error
        body.complete()

    async def _request(self, scope: Scope, body: Spool) -> aiohttp.ClientResponse:
        target = scope.get("raw_path", scope["path"].encode()).decode("ascii")
        query = scope["query_string"].decode("ascii")
        url = URL(self._web_url + target + (f"?{query}" if query else ""), encoded=True)
        headers = self._headers(scope)
        if body.size or _has_body(scope):
            headers.append(("Content-Length", str(body.size)))
        return await self._session.request(
            scope["method"],
            url,
            data=body.read() if body.size else None,
            headers=headers,
            allow_redirects=False,
        )

    async def _pass_back(
        self, response: aiohttp.ClientResponse, scope: Scope, client: str, reply: Reply
    ) -> None:
        is_json = response.content_type == "application/json"
        if response.status >= HTTPStatus.BAD_REQUEST and not is_json and _speaks_json(scope):
            raise _own_words(response.status)
        length = response.content_length or 0
        if self._room.is_used_by(client) and length > max(MEMORY_BYTES, self._room.free_bytes(client)):
            # One that does not fit would hold a thread of web as long as its reader likes. One, not many.
            raise Unavailable("Too many downloads are under way.", retry_after=30)
        await reply.pass_on(response.status, _for_client(response))
        spool = Spool(self._room, client)
        filling = asyncio.create_task(_fill(spool, response))
        try:
            async for piece in spool.read():
                if reply.is_client_gone:
                    raise ClientGoneError
                await reply.write(piece)
            await filling
            await reply.end()
        finally:
            filling.cancel()
            spool.close()

    def _headers(self, scope: Scope) -> list[tuple[str, str]]:
        headers = scope["headers"]
        dropped = _HOP_BY_HOP | _SET_BY_US | _named_by_connection(headers)
        kept = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in headers
            # An underscore reads as a hyphen to WSGI, so it could pose as a header that we set.
            if name not in dropped and not name.startswith(b"x-forwarded") and b"_" not in name
        ]
        host = next((value.decode("latin-1") for name, value in headers if name == b"host"), "")
        client = client_address(scope, self._trusted_proxies)
        return [
            *kept,
            ("X-Forwarded-For", str(client or "")),
            ("X-Forwarded-Proto", self._scheme or scope["scheme"]),
            ("X-Forwarded-Host", host),
        ]


def _check_host(scope: Scope) -> None:
    if sum(name == b"host" for name, _ in scope["headers"]) > 1:
        raise InvalidRequest("Your request names more than one host.")


def _header(scope: Scope, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == wanted), b"")


def _has_body(scope: Scope) -> bool:
    return bool(_header(scope, b"content-length") or _header(scope, b"transfer-encoding"))


def _announced_bytes(scope: Scope) -> int:
    return int(_header(scope, b"content-length") or 0)  # digits: the parser refuses anything else


def _is_form(scope: Scope) -> bool:
    return _header(scope, b"content-type").lower().startswith(b"multipart/form-data")


async def _body_parts(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        if part := message.get("body", b""):
            yield part
        if not message.get("more_body", False):
            return


def _for_client(response: aiohttp.ClientResponse) -> list[Header]:
    raw = [(name.lower(), value) for name, value in response.raw_headers]
    dropped = _HOP_BY_HOP | _SAID_BY_US | _named_by_connection(raw)
    return [(name, value) for name, value in raw if name not in dropped]


async def _fill(spool: Spool, response: aiohttp.ClientResponse) -> None:
    """Take the answer from web as fast as it comes; at a client's speed only when there is no space left."""
    try:
        async for data in response.content.iter_chunked(_PIECE_BYTES):
            try:
                await spool.write(data)
            except SpoolFullError:
                await spool.wait_until_read()
                await spool.write(data)
    finally:
        spool.complete()


def _named_by_connection(headers: list[Header]) -> frozenset[bytes]:
    values = [value for name, value in headers if name == b"connection"]
    return frozenset(token.strip().lower() for value in values for token in value.split(b","))


def _speaks_json(scope: Scope) -> bool:
    """True for programs: what they call is the API, or meant to be."""
    return scope["path"].startswith(("/v1/", "/api/", "/_allauth/")) or bool(_header(scope, b"authorization"))


def _own_words(status: int) -> FineryError:
    """For web's server, which refuses some requests with a page of its own."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(_UNAVAILABLE, retry_after=5)
    error = InvalidRequest(f"{HTTPStatus(status).phrase}.")
    error.http_status = status  # type: ignore[misc]
    return error


async def _refuse(scope: Scope, reply: Reply, error: FineryError) -> None:
    if _speaks_json(scope) or error.http_status != HTTPStatus.SERVICE_UNAVAILABLE:
        await reply.fail(error)
        return
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"retry-after", b"5")]
    await reply.send(503, _PLAIN_PAGE, headers)
