"""You pay for what was sent to you: cut connections, dead engines, races for the last cent."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import httpx
import msgspec
import openai
import pytest

from kernel import redis_names
from tests.workers.gateway.platform import CONTEXT, PRICE, Platform, Tenant, cost
from tests.workers.gateway.stub_engine import StubEngine

HELLO = [{"role": "user", "content": "Hello"}]
CHAT: dict[str, Any] = {"model": "nano", "messages": HELLO}
STREAM = CHAT | {"stream": True}
TOKENS = [1, 2, 1, 3, 1]


def read_frames(tenant: Tenant, count: int) -> list[dict[str, Any]]:
    """Read exactly `count` frames of a stream, then cut the connection."""
    frames: list[dict[str, Any]] = []
    headers = {"Authorization": f"Bearer {tenant.key}"}
    url = f"{tenant.platform.gateway_url}/v1/chat/completions"
    with httpx.stream("POST", url, json=STREAM, headers=headers, timeout=20) as response:
        for line in response.iter_lines():
            if line.startswith("data: {"):
                frames.append(msgspec.json.decode(line[6:]))
            if len(frames) == count:
                break
    return frames


@pytest.mark.parametrize("frames", [1, 2, 3, 4, 5, 6])
def test_disconnect_after_each_frame_bills_what_was_sent(
    tenant: Tenant, engine: StubEngine, frames: int
) -> None:
    engine.script.tokens, engine.script.hang_after = TOKENS, frames  # the role is the first frame

    sent = read_frames(tenant, frames)

    assert len(sent) == frames
    events = tenant.settled(0 if frames == 1 else 1)  # a role alone is worth nothing
    if events:
        expected = (sum(TOKENS[: frames - 1]), 7, "cancelled")
        assert (events[0].output_tokens, events[0].input_tokens, events[0].status) == expected
    deadline = time.monotonic() + 1
    while not engine.aborted:
        assert time.monotonic() < deadline, "the engine goes on working for nobody"
        time.sleep(0.01)


def test_reset_instead_of_close_bills_the_same(tenant: Tenant, engine: StubEngine) -> None:
    engine.script.tokens, engine.script.hang_after = TOKENS, 3
    body = msgspec.json.encode(STREAM)
    address = tenant.platform.gateway_url.removeprefix("http://").split(":")
    connection = socket.create_connection((address[0], int(address[1])))
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {tenant.key}\r\n"
    connection.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    received = b""
    while received.count(b"data: {") < 3:
        received += connection.recv(65536)

    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()

    assert tenant.settled()[0].output_tokens == 3


def test_disconnect_before_anything_was_sent_is_free(tenant: Tenant, engine: StubEngine) -> None:
    engine.script.hang_after = 0

    for body in (CHAT, STREAM):
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(
                f"{tenant.platform.gateway_url}/v1/chat/completions",
                json=body,
                headers={"Authorization": f"Bearer {tenant.key}"},
                timeout=0.3,
            )

    assert tenant.settled(0) == []


@pytest.mark.parametrize(
    ("fault", "frames"),
    [*product(["die_after", "error_after"], range(1, 8)), ("hang_after", 3)],
)
def test_engine_failing_in_a_stream_raises_and_bills_what_was_sent(
    tenant: Tenant, engine: StubEngine, frames: int, fault: str
) -> None:
    engine.script.tokens = TOKENS
    setattr(engine.script, fault, frames)
    received: list[Any] = []

    with pytest.raises(openai.APIError):
        for chunk in tenant.client().chat.completions.create(**STREAM):
            received.append(chunk)

    # Seven frames are all but [DONE]: role, five with tokens, and the usage, which was not asked for. The end
    # of the sixth goes out as a frame of its own.
    assert len(received) == min(frames, 6) + (frames >= 6)
    events = tenant.settled(0 if frames == 1 else 1)
    if events:
        assert (events[0].output_tokens, events[0].status) == (sum(TOKENS[: frames - 1]), "failed")


def test_broken_stream_of_several_answers_bills_all_of_them(tenant: Tenant, engine: StubEngine) -> None:
    engine.script.choices, engine.script.tokens, engine.script.die_after = 2, [2, 1], 5
    engine.script.cached_tokens, engine.script.pause_seconds = 3, 0.02  # each frame arrives alone

    tenant.post("chat/completions", STREAM | {"n": 2})
    tenant.post("completions", {"model": "nano", "prompt": ["a", "b"], "stream": True})

    chat, completion = tenant.settled(2)  # two roles, then 2 + 2 + 1; without roles 2 + 2 + 1 + 1 and the sum
    assert (chat.input_tokens, chat.output_tokens, chat.status) == (7, 5, "failed")
    assert (completion.input_tokens, completion.cached_tokens, completion.output_tokens) == (14, 3, 6)


def test_prompts_are_counted_one_by_one(tenant: Tenant, engine: StubEngine) -> None:
    engine.script.choices, engine.script.tokens, engine.script.die_after = 2, [2, 1], 3

    tenant.post("completions", {"model": "nano", "prompt": ["a", "b"], "stream": True})

    [event] = tenant.settled()
    assert (event.input_tokens, event.output_tokens) == (14, 5)


def test_broken_stream_has_no_done(tenant: Tenant, engine: StubEngine) -> None:
    engine.script.error_after = 2

    text = tenant.post("chat/completions", STREAM).text

    assert "[DONE]" not in text
    last = msgspec.json.decode(text.strip().split("\n\n")[-1].removeprefix("data: "))
    assert last["error"]["code"] == "engine_error"
    tenant.settled()


@pytest.mark.parametrize("body", [CHAT, STREAM])
def test_engine_that_dies_at_once_is_an_error_and_free(
    tenant: Tenant, engine: StubEngine, body: dict[str, Any]
) -> None:
    engine.script.die_after = 0

    response = tenant.post("chat/completions", body)

    assert response.status_code == 502 and response.json()["error"]["code"] == "engine_error"
    assert tenant.settled(0) == []


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (500, {"error": {"message": "secret stack trace"}}, 502),
        (404, {"error": {"message": "The model does not exist."}}, 502),
        (503, None, 503),
        (200, {"choices": []}, 502),
        (200, {"choices": [{}], "usage": {"prompt_tokens": "x"}}, 502),
    ],
)
def test_nonsense_of_the_engine_is_free(
    tenant: Tenant, engine: StubEngine, status: int, body: dict[str, Any] | None, expected: int
) -> None:
    engine.script.status, engine.script.body = status, body

    response = tenant.post("chat/completions", CHAT)

    assert response.status_code == expected and "secret" not in response.text
    assert tenant.settled(0) == []


def test_tokens_that_nobody_counted_are_not_passed_on(tenant: Tenant, engine: StubEngine) -> None:
    engine.script.counts_usage = False

    text = tenant.post("chat/completions", STREAM).text

    assert "w0" not in text and "error" in text
    assert tenant.settled(0) == []


def test_empty_answer_is_free(tenant: Tenant, engine: StubEngine) -> None:
    engine.script.tokens = []

    assert tenant.post("chat/completions", CHAT).headers["x-finery-cost-micro-usd"] == "0"
    assert tenant.post("chat/completions", STREAM).text.endswith("data: [DONE]\n\n")
    assert tenant.settled(0) == []


def test_fifty_at_once_never_overdraw(platform: Platform, engine: StubEngine) -> None:
    engine.script.tokens, engine.script.prompt_tokens, engine.script.pause_seconds = [100], 20, 0.3
    price_of_one = 20 * PRICE.input // 1_000_000 + 100 * PRICE.output // 1_000_000
    hold = (256 + 16 + 5 + 1) * 2 + 100 * 10 + 1
    tenant = platform.tenant(balance=10 * hold + hold // 2)

    with ThreadPoolExecutor(50) as pool:
        body = CHAT | {"max_tokens": 100}
        statuses = list(pool.map(lambda _: tenant.post("chat/completions", body).status_code, range(50)))

    served = statuses.count(200)
    assert set(statuses) == {200, 429} and served >= 10
    events = tenant.settled(served)
    assert sum(map(cost, events)) == served * price_of_one <= 10 * hold + hold // 2


@pytest.mark.parametrize("asked", [1, 100, CONTEXT - 1])
def test_no_call_costs_more_than_its_hold(platform: Platform, engine: StubEngine, asked: int) -> None:
    """The engine answers with all it may; a wallet of exactly the hold suffices and is never overdrawn."""
    engine.script.prompt_tokens, engine.script.tokens = 278, [asked]
    hold = 278 * 2 + asked * 10 + 1
    poor, rich = platform.tenant(balance=hold - 1), platform.tenant(balance=hold)

    refused = poor.post("chat/completions", CHAT | {"max_tokens": asked})
    served = rich.post("chat/completions", CHAT | {"max_tokens": asked})

    assert (refused.status_code, served.status_code) == (429, 200)
    assert sum(map(cost, rich.settled())) <= hold


def test_expired_hold_is_released_once(tenant: Tenant) -> None:
    store, wallet = tenant.platform.store, redis_names.wallet(tenant.id)
    store.hincrby(wallet, "held_micro_usd", 500)
    store.zadd(redis_names.HOLDS, {f"{tenant.id} req_lost 500": time.time() - 1})

    deadline = time.monotonic() + 5
    while tenant.wallet()["held_micro_usd"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)

    time.sleep(1.2)  # two more sweeps
    assert tenant.wallet()["held_micro_usd"] == 0


def test_hold_that_was_swept_is_not_released_again(tenant: Tenant, engine: StubEngine) -> None:
    engine.script.tokens, engine.script.pause_seconds = [1] * 6, 0.1
    store, wallet = tenant.platform.store, redis_names.wallet(tenant.id)
    calling = threading.Thread(target=tenant.post, args=("chat/completions", STREAM))
    calling.start()
    while not (held := tenant.wallet().get("held_micro_usd", 0)):
        time.sleep(0.01)
    members: Any = store.zrange(redis_names.HOLDS, 0, -1)
    store.zrem(redis_names.HOLDS, *[member for member in members if member.startswith(tenant.id.encode())])
    store.hincrby(wallet, "held_micro_usd", -held)

    calling.join(10)

    [event] = tenant.settled()
    assert (event.output_tokens, tenant.wallet()["held_micro_usd"]) == (6, 0)


def test_refused_connections_are_retried_until_the_engine_is_back(tenant: Tenant, engine: StubEngine) -> None:
    from tests.workers.gateway.conftest import free_port

    platform = tenant.platform
    platform.base("moving", "vllm", f"http://127.0.0.1:{free_port()}")
    time.sleep(1.2)
    threading.Timer(0.8, platform.engine, ("moving", engine.url, "ready")).start()

    assert tenant.post("chat/completions", CHAT | {"model": "moving"}).status_code == 200
    tenant.settled()
