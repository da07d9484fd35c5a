"""A call from its first byte to its settlement. Each step may refuse it; none charges for a refusal."""

import asyncio
import hashlib
import hmac
import logging
import math
import time
from functools import lru_cache
from typing import Any

import aiohttp

from kernel.contracts import KeyEntry, LimitEntry, UsageEvent
from kernel.errors import EngineFailed, FineryError
from kernel.ids import new_id
from workers.gateway.access import check_model, check_network, check_owner, check_scope
from workers.gateway.addresses import client_address
from workers.gateway.calls import Call, Operation, parse
from workers.gateway.engines import Engines
from workers.gateway.errors import ClientGoneError, Header, UnexpectedError
from workers.gateway.frames import Rewriter, Splitter, rewrite_answer
from workers.gateway.holds import bound, check_operation
from workers.gateway.limits import Hold, Limits
from workers.gateway.replies import EVENTS, JSON, Receive, Reply, Scope, Send, WhileClientListens, read_body
from workers.gateway.settings import GatewaySettings
from workers.gateway.snapshot import Snapshot, Target
from workers.gateway.usage import Meter, Opening, Running, Status

_log = logging.getLogger(__name__)
_PATHS: dict[Operation, str] = {
    "chat.completions": "/v1/chat/completions",
    "completions": "/v1/completions",
    "embeddings": "/v1/embeddings",
    "classify": "/v1/classify",
}
OPERATIONS: dict[str, Operation] = {path: operation for operation, path in _PATHS.items()}
_ID_PREFIXES: dict[Operation, str] = {"chat.completions": "chatcmpl-", "completions": "cmpl-"}


class Pipeline:
    """Serves one operation for one client at a time; holds the parts that all calls share."""

    def __init__(
        self, settings: GatewaySettings, snapshot: Snapshot, limits: Limits, meter: Meter, engines: Engines
    ) -> None:
        self._settings, self._snapshot = settings, snapshot
        self._limits, self._meter, self._engines = limits, meter, engines
        self._default_limit = LimitEntry(
            requests_per_minute=settings.gateway_default_requests_per_minute,
            tokens_per_minute=settings.gateway_default_tokens_per_minute,
        )

    async def handle(self, operation: Operation, scope: Scope, receive: Receive, send: Send) -> None:
        """The door of the data plane: whatever happens inside, the client gets OpenAI's shape."""
        reply = Reply(send, new_id("req_"))
        reply.allow_pages(scope)
        try:
            await self._serve(operation, scope, receive, reply)
        except ClientGoneError:
            return
        except FineryError as error:
            if error.http_status >= 500:
                _log.warning("%s: %s (%r)", reply.request_id, error.message, error.__cause__)
            await reply.fail(error)
        except Exception:  # noqa: BLE001 - one of the three doors where a bug becomes an answer
            _log.exception("%s failed", reply.request_id)
            await reply.fail(UnexpectedError("The server had an error while processing your request."))

    async def _serve(self, operation: Operation, scope: Scope, receive: Receive, reply: Reply) -> None:
        caller = self._caller(scope)  # 401, 403
        reply.headers += _owner_headers(caller)
        body = await read_body(scope, receive, self._settings.gateway_body_limit_bytes)  # 413
        call = parse(operation, body)  # 400
        check_model(caller, call.model)  # 403, before anything says whether it exists
        target = self._snapshot.route(caller.project_id, call.model)  # 404
        check_operation(call, target)  # 400
        limits = self._limits_of(caller, target)
        opening = _opening(caller, call, target, reply.request_id, tuple(limits))  # 400: beyond the context
        room = await self._limits.reserve(opening.hold, tuple(limits.values()))  # 429, 503
        reply.headers += room.headers()
        running = await self._meter.begin(opening)
        status: Status = "failed"
        try:
            async with WhileClientListens(receive):
                await self._deliver(call, target, running, reply)
            status = "completed"
        except ClientGoneError:
            status = "cancelled"
            raise
        finally:
            await self._meter.finish(running, status)

    def _caller(self, scope: Scope) -> KeyEntry:
        caller = self._snapshot.authenticate(_authorization(scope))
        if caller.networks:
            check_network(caller, client_address(scope, self._settings.trusted_proxies))
        check_owner(caller, scope["headers"])
        check_scope(caller)
        return caller

    def _limits_of(self, caller: KeyEntry, target: Target) -> dict[str, LimitEntry]:
        """The organization's limit and, where there is one, the project's on this base; by their fields."""
        limits = {caller.tenant_id: self._snapshot.limit(caller.tenant_id) or self._default_limit}
        field = f"{caller.project_id}/{target.base.id}"
        if (project := self._snapshot.limit(field)) is not None:
            limits[field] = project
        return limits

    async def _deliver(self, call: Call, target: Target, running: Running, reply: Reply) -> None:
        body = _engine_body(
            call, target, _cache_salt(self._settings.key_pepper, running.opening.hold.tenant_id)
        )
        path = _PATHS[call.operation]
        response = await self._engines.post(target.base.id, path, body, call)  # 400, 502, 503
        try:
            if call.is_stream:
                await self._stream(call, target, response, running, reply)
            else:
                await self._answer(call, target, response, running, reply)
        finally:
            response.close()  # not `release`: an engine that is still writing must stop now

    async def _stream(
        self,
        call: Call,
        target: Target,
        response: aiohttp.ClientResponse,
        running: Running,
        reply: Reply,
    ) -> None:
        event = running.opening.event
        rewriter = Rewriter(call, _answer_id(call, reply), int(event.started_at), target.engine_model)
        splitter = Splitter()
        while not rewriter.is_done:
            data, failure = rewriter.rewrite(splitter.feed(await self._next_bytes(response, reply)))
            if data and reply.is_client_gone:
                raise ClientGoneError
            tokens = rewriter.counter.tokens
            # Until the first output token nothing was sent that is worth money. The sum at the end counts
            # whether the client asked to see it or not: it is what knows of the cheaper, cached tokens.
            if tokens[2] and (data or reply.has_begun):
                running.sent(tokens)
            if data:
                if not reply.is_started:
                    await reply.start(200, EVENTS)
                await reply.write(data)
            if failure is not None:
                raise failure
        await reply.end()

    async def _next_bytes(self, response: aiohttp.ClientResponse, reply: Reply) -> bytes:
        # Queueing and prefill may be long; once tokens flow, silence means that the engine hangs.
        patience = self._settings.gateway_stall_seconds if reply.has_begun else math.inf
        while True:
            pause = min(self._pause_seconds(reply), patience)
            try:
                async with asyncio.timeout(pause) as waiting:
                    data = await response.content.readany()
                break
            except TimeoutError as error:
                patience -= pause
                if patience <= 0 or not waiting.expired():
                    raise EngineFailed("The engine stopped in the middle of its answer.") from error
                await reply.keep_open()
            except (aiohttp.ClientError, OSError) as error:
                raise EngineFailed("The engine died in the middle of its answer.") from error
        if not data:
            raise EngineFailed("The engine's answer ended too early.")
        return data

    def _pause_seconds(self, reply: Reply) -> float:
        """How long a stream may be silent before the client is shown that it is served."""
        settings = self._settings
        # While no header is out, a failure still has its status, and clients try again by themselves.
        return settings.gateway_heartbeat_seconds if reply.is_started else settings.gateway_headers_seconds

    async def _answer(
        self,
        call: Call,
        target: Target,
        response: aiohttp.ClientResponse,
        running: Running,
        reply: Reply,
    ) -> None:
        try:
            body = await response.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise EngineFailed("The engine died before its answer was complete.") from error
        created = int(running.opening.event.started_at)
        answer, tokens = rewrite_answer(call, body, _answer_id(call, reply), created, target.engine_model)
        if reply.is_client_gone:
            raise ClientGoneError
        running.sent(tokens)
        cost = str(running.opening.cost_micro_usd(tokens)).encode()
        await reply.send(200, answer, [JSON, (b"x-finery-cost-micro-usd", cost)])


def _authorization(scope: Scope) -> bytes | None:
    found = [value for name, value in scope["headers"] if name == b"authorization"]
    return found[0] if len(found) == 1 else None  # two of them are an attempt to mean two things


def _owner_headers(caller: KeyEntry) -> list[Header]:
    return [
        (b"openai-organization", caller.tenant_id.encode()),
        (b"openai-project", caller.project_id.encode()),
    ]


def _opening(
    caller: KeyEntry, call: Call, target: Target, request_id: str, limited_by: tuple[str, ...]
) -> Opening:
    most = bound(call, target)
    now = time.time()
    event = UsageEvent(
        request_id=request_id,
        tenant_id=caller.tenant_id,
        project_id=caller.project_id,
        key_id=caller.key_id,
        user_id=caller.user_id,
        operation=call.operation,
        model=call.model,
        base_model=target.base.id,
        adapter=target.adapter,
        price_version=target.base.price.version,
        input_tokens=0,
        cached_tokens=0,
        output_tokens=0,
        status="failed",
        started_at=now,
        ended_at=now,
    )
    hold = Hold(
        tenant_id=caller.tenant_id,
        request_id=request_id,
        amount_micro_usd=most.cost_micro_usd,
        reserved_tokens=most.tokens,
        minute=int(now // 60),
        limited_by=limited_by,
    )
    return Opening(event=event, hold=hold, price=target.base.price)


def _engine_body(call: Call, target: Target, cache_salt: str) -> dict[str, Any]:
    body = {"model": target.engine_model, **call.engine_fields}
    if call.is_generation:
        body["cache_salt"] = cache_salt
    if call.is_stream:
        body["stream_options"] = {"include_usage": True, "continuous_usage_stats": True}
    return body


@lru_cache(maxsize=65536)
def _cache_salt(pepper: str, tenant_id: str) -> str:
    """A secret per tenant, so that no prefix in the engine's cache is ever shared between two."""
    # hex: vLLM refuses a salt with `/`, which base64 has for some tenants
    return hmac.new(pepper.encode(), b"cache_salt:" + tenant_id.encode(), hashlib.sha256).hexdigest()


def _answer_id(call: Call, reply: Reply) -> str:
    return _ID_PREFIXES.get(call.operation, "") + reply.request_id.removeprefix("req_")
