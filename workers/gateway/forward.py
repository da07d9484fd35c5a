"""Every path that is not the data plane's, streamed to web and back."""

import logging
from collections.abc import AsyncIterator

import aiohttp
from yarl import URL

from kernel.errors import FineryError, InvalidRequest, Unavailable
from kernel.ids import new_id
from workers.gateway.addresses import client_address
from workers.gateway.errors import ClientGoneError, Header
from workers.gateway.replies import Receive, Reply, Scope, Send, WhileClientListens
from workers.gateway.settings import GatewaySettings

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
_SET_BY_US = frozenset((b"forwarded", b"x-real-ip"))
_PLAIN_PAGE = (
    b"<!doctype html><title>Unavailable</title>"
    b"<p>The service is starting or being updated. Please try again in a moment.</p>"
)


class _Body:
    """The client's body as it arrives; after its end, its connection may be watched."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self.is_complete = receive, False

    async def chunks(self) -> AsyncIterator[bytes]:
        while not self.is_complete:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGoneError
            self.is_complete = not message.get("more_body", False)
            if message.get("body"):
                yield message["body"]


class Forwarder:
    """The reverse proxy in front of web."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._web_url, self._scheme = settings.web_url.rstrip("/"), settings.forwarded_scheme
        self._trusted_proxies = settings.trusted_proxies
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0, keepalive_timeout=1
            ),  # gunicorn closes idle ones after 2 s
            cookie_jar=aiohttp.DummyCookieJar(),  # one session for all clients must not keep their cookies
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5),
            auto_decompress=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
        )

    async def close(self) -> None:
        await self._session.close()

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = Reply(send, new_id("req_"))
        if sum(name == b"host" for name, _ in scope["headers"]) > 1:
            await reply.fail(InvalidRequest("Your request names more than one host."))
            return
        body = _Body(receive)
        try:
            response = await self._request(scope, body)
        except ClientGoneError:
            return
        except (aiohttp.ClientError, OSError) as error:
            if _caused_by_client(error):
                return
            _log.warning("web does not answer: %s", error)
            await _unavailable(scope, reply)
            return
        async with response:
            await _pass_back(response, body, receive, reply)

    async def _request(self, scope: Scope, body: _Body) -> aiohttp.ClientResponse:
        target = scope.get("raw_path", scope["path"].encode()).decode("ascii")
        query = scope["query_string"].decode("ascii")
        url = URL(self._web_url + target + (f"?{query}" if query else ""), encoded=True)
        names = {name for name, _ in scope["headers"]}
        has_body = b"content-length" in names or b"transfer-encoding" in names
        if not has_body:
            body.is_complete = True
        return await self._session.request(
            scope["method"],
            url,
            data=body.chunks() if has_body else None,
            headers=self._headers(scope),
            allow_redirects=False,
        )

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


async def _pass_back(response: aiohttp.ClientResponse, body: _Body, receive: Receive, reply: Reply) -> None:
    try:
        if body.is_complete:
            async with WhileClientListens(receive):
                await _stream_back(response, reply)
        else:  # web answered early; `receive` still belongs to the upload
            await _stream_back(response, reply)
    except ClientGoneError:
        response.close()
    except (aiohttp.ClientError, OSError) as error:
        response.close()
        if not _caused_by_client(error):
            _log.warning("web stopped in the middle of an answer: %s", error)
            # A cut connection is the only honest end: a clean one would say that this was all.
            raise ConnectionAbortedError("web stopped in the middle of an answer") from error


async def _stream_back(response: aiohttp.ClientResponse, reply: Reply) -> None:
    raw = response.raw_headers
    dropped = _HOP_BY_HOP | _named_by_connection([(name.lower(), value) for name, value in raw])
    headers: list[Header] = [(name.lower(), value) for name, value in raw if name.lower() not in dropped]
    await reply.pass_on(response.status, headers)
    async for data in response.content.iter_any():
        if reply.is_client_gone:
            raise ClientGoneError
        await reply.write(data)
    await reply.end()


def _named_by_connection(headers: list[Header]) -> frozenset[bytes]:
    values = [value for name, value in headers if name == b"connection"]
    return frozenset(token.strip().lower() for value in values for token in value.split(b","))


def _caused_by_client(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ClientGoneError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


async def _unavailable(scope: Scope, reply: Reply) -> None:
    error: FineryError = Unavailable("The service is temporarily unavailable.", retry_after=5)
    if scope["path"].startswith("/v1"):
        await reply.fail(error)
        return
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"retry-after", b"5")]
    await reply.send(503, _PLAIN_PAGE, headers)
