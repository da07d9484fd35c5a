"""An engine that costs nearly nothing, for the gateway's bench: prepared bytes over a bare protocol.

`python -m tests.bench.gateway_engine PORT CHUNKS PACE_SECONDS`
"""

import asyncio
import sys
from typing import cast

import httptools
import msgspec
import uvloop

_USAGE = {"prompt_tokens": 300, "completion_tokens": 64, "total_tokens": 364}


def _json_answer() -> bytes:
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": "word " * 100},
        "finish_reason": "stop",
    }
    answer: dict[str, object] = {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "usage": _USAGE,
    }
    answer["choices"] = [choice]
    body = msgspec.json.encode(answer)
    return (
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body
    )


def _frames(chunks: int) -> list[bytes]:
    frames = []
    for index in range(chunks):
        choice = {"index": 0, "delta": {"content": f"word{index} "}, "logprobs": None, "finish_reason": None}
        usage = {"prompt_tokens": 300, "completion_tokens": index + 1, "total_tokens": 301 + index}
        frame = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        frames.append(
            b"data: " + msgspec.json.encode(frame | {"choices": [choice], "usage": usage}) + b"\n\n"
        )
    usage = _USAGE | {"completion_tokens": chunks}
    last = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": []}
    frames.append(b"data: " + msgspec.json.encode(last | {"usage": usage}) + b"\n\n")
    frames.append(b"data: [DONE]\n\n")
    return [b"%x\r\n" % len(frame) + frame + b"\r\n" for frame in frames]


class Engine(asyncio.Protocol):
    """One connection. A stream's frames are `pace` apart, as a real engine's are."""

    def __init__(self, answer: bytes, frames: list[bytes], pace: float) -> None:
        self._answer, self._frames, self._pace = answer, frames, pace
        self._parser = httptools.HttpRequestParser(self)
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class, not a subclass

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, data: bytes) -> None:
        self._body += data

    def on_message_complete(self) -> None:
        is_stream, self._body = b'"stream":true' in self._body, b""
        if is_stream:
            self._streaming = asyncio.create_task(self._stream())
        else:
            self._transport.write(self._answer)

    async def _stream(self) -> None:
        self._transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        for frame in self._frames:
            self._transport.write(frame)
            await asyncio.sleep(self._pace)
        self._transport.write(b"0\r\n\r\n")


async def _serve(port: int, chunks: int, pace: float) -> None:
    loop = asyncio.get_running_loop()
    answer, frames = _json_answer(), _frames(chunks)
    server = await loop.create_server(lambda: Engine(answer, frames, pace), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
