"""Between the guard and vLLM: a grammar that a call asks for is compiled elsewhere before vLLM sees it."""

from collections.abc import MutableMapping
from typing import Any

import msgspec

from kernel.errors import FineryError, InvalidRequest
from workers.engine.guard import Asgi, Receive, Scope, Send, refuse
from workers.engine.schemas import SchemaCompiler

_PATHS = frozenset({"/v1/chat/completions", "/v1/completions"})


class _Asked(msgspec.Struct):
    """What makes vLLM compile a grammar. Only the first is taken; the gateway sends no other."""

    response_format: Any = None
    cache_salt: str = ""  # a secret of each tenant, so it tells them apart
    structured_outputs: Any = None
    tools: Any = None


_read = msgspec.json.Decoder(_Asked).decode


class SchemaGuard:
    """Answers 400 to a call whose schema vLLM could not serve, or could not serve without harm to others."""

    def __init__(self, app: Asgi, compiler: SchemaCompiler) -> None:
        self._app, self._compiler = app, compiler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] not in _PATHS:
            return await self._app(scope, receive, send)
        body = await _body(receive)
        try:
            await self._check(body)
        except FineryError as error:
            return await refuse(send, error)
        return await self._app(scope, _replayed(body, receive), send)

    async def _check(self, body: bytes) -> None:
        try:
            asked = _read(body)
        except (msgspec.DecodeError, RecursionError):
            return  # vLLM refuses it in its own words
        for name in ("structured_outputs", "tools"):
            if getattr(asked, name) is not None:
                raise InvalidRequest(f"'{name}' is not supported by this engine.", param=name)
        schema = _schema(asked.response_format)
        if schema is not None:
            await self._compiler.check(msgspec.json.encode(schema), asked.cache_salt)


def _schema(given: Any) -> Any:
    """The schema that a response format asks for, or None. vLLM's other kinds of grammars are refused."""
    kind = given.get("type") if isinstance(given, dict) else "text" if given is None else ""
    if kind in ("text", "json_object"):
        return None
    described = given.get("json_schema") if kind == "json_schema" else None
    if not isinstance(described, dict) or not isinstance(described.get("schema"), dict):
        raise InvalidRequest("'response_format' is not one that this engine serves.", param="response_format")
    return described["schema"]


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    messages: list[MutableMapping[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> MutableMapping[str, Any]:
        return messages.pop() if messages else await receive()

    return replay


def trust_the_guard() -> None:
    """Keep vLLM's front from compiling every schema again, in the thread that all streams share."""
    from vllm.v1.structured_output import backend_guidance

    backend_guidance.validate_guidance_grammar = lambda *_, **__: None
