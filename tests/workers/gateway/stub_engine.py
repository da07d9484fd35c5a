"""An upstream that speaks vLLM's wire format (0.32) and fails on demand; a real one does not die to order.

It is a real HTTP server in a thread of its own. What it does next is told by `engine.script`.
"""

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web

TOKEN = "test-engine-token"


@dataclass
class Script:
    """How the next calls go. `tokens` of each content frame; `die_after` frames cut the connection."""

    tokens: list[int] = field(default_factory=lambda: [1, 1, 1])
    prompt_tokens: int = 7
    cached_tokens: int = 0
    choices: int = 1
    hang_after: int | None = None  # frames, then silence until the gateway goes away
    die_after: int | None = None
    error_after: int | None = None  # frames, then an error inside the stream and a [DONE], as vLLM does
    pause_seconds: float = 0.0
    status: int = 200
    body: dict[str, Any] | None = None
    counts_usage: bool = True
    finish_reason: str = "stop"
    private: dict[str, Any] = field(default_factory=dict)  # fields of the engine's own, in each frame
    glue: bool = False  # all frames in one write, cut at odd places


class StubEngine:
    """Records what it was asked; `aborted` counts connections that the gateway closed early."""

    def __init__(self) -> None:
        self.script = Script()
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.aborted = 0
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/{operation:.*}", self._serve)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        script = self.script
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"error": {"message": "Unauthorized"}}, status=401)
        try:
            if script.status != 200:
                return web.json_response(script.body, status=script.status)
            if body.get("stream"):
                return await self._stream(request, body, script)
            return await self._whole(request, body, script)
        except (asyncio.CancelledError, ConnectionError):
            self.aborted += 1
            raise

    async def _whole(self, request: web.Request, body: dict[str, Any], script: Script) -> web.StreamResponse:
        await asyncio.sleep(script.pause_seconds)
        if script.hang_after is not None:
            await asyncio.sleep(60)
        if script.die_after is not None:
            _cut(request)
        if script.body is not None:
            return web.json_response(script.body)
        return web.json_response(_answer(request.match_info["operation"], body, script))

    async def _stream(self, request: web.Request, body: dict[str, Any], script: Script) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        frames = _frames(body, script)
        if script.glue:
            whole = b"".join(frames)
            for start in range(0, len(whole), 97):
                await response.write(whole[start : start + 97])
            return response
        for index, frame in enumerate(frames):
            if index == script.hang_after:
                await asyncio.sleep(60)
            if index == script.die_after:
                await asyncio.sleep(0.05)  # what the peer has not read by the time of the cut is lost
                _cut(request)
                return response
            if index == script.error_after:
                error = {"message": "EngineCore died", "type": "InternalServerError", "code": 500}
                await response.write(_event({"error": error}))
                await response.write(b"data: [DONE]\n\n")
                return response
            await response.write(frame)
            await asyncio.sleep(script.pause_seconds)
        return response


def _cut(request: web.Request) -> None:
    assert request.transport is not None
    request.transport.abort()


def _event(data: dict[str, Any]) -> bytes:
    return b"data: " + msgspec.json.encode(data) + b"\n\n"


def _frames(body: dict[str, Any], script: Script) -> list[bytes]:
    """The role, one frame for each entry of `tokens` and choice, the sum, the end."""
    is_chat = "messages" in body
    head = {"id": "chatcmpl-engine", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}

    def frame(index: int, text: str, count: int, finish: str | None) -> bytes:
        choice: dict[str, Any] = {"index": index, "logprobs": None, "finish_reason": finish}
        choice |= {"delta": {"content": text, **script.private}} if is_chat else {"text": text}
        data: dict[str, Any] = {**head, "choices": [choice | script.private], **script.private}
        if script.counts_usage:
            data["usage"] = _usage(script.prompt_tokens, count)
        return _event(data)

    frames = []
    if is_chat:
        for index in range(script.choices):
            choice = {"index": index, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}
            usage = _usage(script.prompt_tokens, 0)
            frames.append(_event({**head, "choices": [choice], "usage": usage}))
    counts = [0] * script.choices
    for position, tokens in enumerate(script.tokens):
        finish = script.finish_reason if position == len(script.tokens) - 1 else None
        for index in range(script.choices):
            counts[index] += tokens
            frames.append(frame(index, f"w{position} ", counts[index], finish))
    prompts = 1 if is_chat or isinstance(body["prompt"], str) else len(body["prompt"])
    total = _usage(script.prompt_tokens * prompts, sum(counts))
    total["prompt_tokens_details"] = {"cached_tokens": script.cached_tokens}
    frames.append(_event({**head, "choices": [], "usage": total, "system_fingerprint": "vllm-x"}))
    frames.append(b"data: [DONE]\n\n")
    return frames


def _usage(given: int, output: int) -> dict[str, Any]:
    return {"prompt_tokens": given, "completion_tokens": output, "total_tokens": given + output}


def _answer(operation: str, body: dict[str, Any], script: Script) -> dict[str, Any]:
    given = script.prompt_tokens
    if operation == "embeddings":
        data: list[dict[str, Any]] = [{"object": "embedding", "index": 0, "embedding": [0.5, 0.25]}]
        if body.get("encoding_format") == "base64":
            data[0]["embedding"] = "AAAAPwAAgD4="
        return {"object": "list", "model": body["model"], "data": data, "usage": _usage(given, 0)}
    if operation == "classify":
        data = [{"index": 0, "label": "yes", "probs": {"yes": 0.9, "no": 0.1}}]
        return {"object": "list", "model": body["model"], "data": data, "usage": _usage(given, 0)}
    output = sum(script.tokens) * script.choices
    text = "".join(f"w{index} " for index in range(len(script.tokens)))
    usage = _usage(given, output) | {"prompt_tokens_details": {"cached_tokens": script.cached_tokens}}
    choices = [
        {"index": index, "finish_reason": script.finish_reason, "logprobs": None}
        | ({"message": {"role": "assistant", "content": text}} if "messages" in body else {"text": text})
        for index in range(script.choices)
    ]
    return {
        "id": "x",
        "object": "y",
        "created": 1,
        "model": body["model"],
        "choices": choices,
        "usage": usage,
    }
