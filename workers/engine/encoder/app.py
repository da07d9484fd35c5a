"""HTTP of the encoder engine: OpenAI's shapes, the engine token on all but /health."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import torch
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kernel.errors import FineryError, InvalidRequest
from workers.engine.adapters import ADAPTER_NAME
from workers.engine.encoder.engine import EncoderEngine
from workers.engine.encoder.settings import EncoderSettings
from workers.engine.encoder.wire import (
    ClassifyBody,
    EmbeddingsBody,
    TokensBody,
    check_labels,
    embedding_rows,
    read_body,
)
from workers.engine.guard import BearerGuard

Result = TypeVar("Result")

_PATHS = frozenset({"/v1/classify", "/v1/embeddings", "/v1/tokens"})
_ADAPTER_PATH = re.compile(rf"/v1/adapters/{ADAPTER_NAME.pattern}")


class CallerLeft(FineryError):
    """Nobody reads this answer; the status is the one that proxies log."""

    http_status = 499


def create_app(settings: EncoderSettings, engine: EncoderEngine) -> Starlette:
    """The application; the engine's batcher runs as long as it does."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        work = asyncio.create_task(engine.run())
        yield
        work.cancel()

    app = Starlette(
        lifespan=lifespan,
        routes=[
            Route("/health", _health, methods=["GET"]),
            Route("/v1/classify", _classify, methods=["POST"]),
            Route("/v1/embeddings", _embeddings, methods=["POST"]),
            Route("/v1/tokens", _tokens, methods=["POST"]),
            Route("/v1/adapters/{name}", _erase_adapter, methods=["DELETE"]),
        ],
        middleware=[
            Middleware(
                BearerGuard,
                settings.engine_token.get_secret_value(),
                paths=_PATHS,
                open_paths=frozenset({"/health"}),
                pattern=_ADAPTER_PATH,
            )
        ],
        exception_handlers={FineryError: _render_error},
    )
    app.state.engine, app.state.max_bytes = engine, settings.engine_body_bytes
    return app


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _classify(request: Request) -> Response:
    body = await read_body(request, ClassifyBody, max_bytes=request.app.state.max_bytes)
    if body.labels is not None:
        check_labels(body.labels)
    found = await _while_connected(
        request, request.app.state.engine.classify(body.model, body.input, body.labels)
    )
    data = []
    for index, row in enumerate(found.probabilities.tolist()):
        best = max(range(len(row)), key=row.__getitem__)
        probs = dict(zip(found.labels, row, strict=True))
        data.append({"index": index, "label": found.labels[best], "probs": probs})
    return JSONResponse({"object": "list", "model": body.model, "data": data, "usage": _usage(found.tokens)})


async def _embeddings(request: Request) -> Response:
    body = await read_body(request, EmbeddingsBody, max_bytes=request.app.state.max_bytes)
    engine: EncoderEngine = request.app.state.engine
    if body.dimensions not in (None, engine.hidden):
        raise InvalidRequest(f"This model has {engine.hidden} dimensions only.", param="dimensions")
    texts, rows = embedding_rows(body.input)
    vectors, tokens = await _while_connected(request, engine.embed(body.model, texts, rows))
    encoded = _base64_rows(vectors) if body.encoding_format == "base64" else vectors.tolist()
    data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(encoded)]
    return JSONResponse({"object": "list", "model": body.model, "data": data, "usage": _usage(tokens)})


async def _tokens(request: Request) -> Response:
    body = await read_body(request, TokensBody, max_bytes=request.app.state.max_bytes)
    return JSONResponse({"token_ids": await request.app.state.engine.rows_of(body.input)})


async def _erase_adapter(request: Request) -> Response:
    name = request.path_params["name"]
    was_loaded = await request.app.state.engine.erase(name)
    return JSONResponse({"id": name, "object": "adapter", "deleted": True, "was_loaded": was_loaded})


async def _render_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, FineryError)
    headers = {} if error.retryable else {"x-should-retry": "false"}
    return JSONResponse(error.body(), status_code=error.http_status, headers=headers)


async def _while_connected(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """Await `work`; when the caller hangs up first, cancel it, so that its rows leave the queue."""
    task = asyncio.create_task(work)
    gone = asyncio.ensure_future(request.receive())  # after the body, the one message left is the disconnect
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise CallerLeft("The caller hung up.")
    finally:
        task.cancel()
        gone.cancel()


def _usage(tokens: int) -> dict[str, int]:
    return {"prompt_tokens": tokens, "total_tokens": tokens}


def _base64_rows(vectors: torch.Tensor) -> list[str]:
    """Little-endian float32, as OpenAI's SDKs expect. (B, H) -> B strings"""
    return [base64.b64encode(row.tobytes()).decode() for row in vectors.numpy().astype("<f4")]
