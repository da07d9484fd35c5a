"""One gateway process, one stub engine and one stub web for the folder; a new tenant for each test."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import redis

from tests.workers.gateway.platform import PEPPER, Platform, Tenant
from tests.workers.gateway.stub_engine import TOKEN, Script, StubEngine
from tests.workers.gateway.stub_web import StubWeb

_DATABASE = 9  # of its own: the tests of web use the default one


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class GatewayProcess:
    """`python -m workers.gateway`, as it is started in production."""

    redis_url: str
    state_dir: Path
    web_url: str
    options: dict[str, str] = field(default_factory=dict)
    trusted_proxies: str = ""
    open_files: int = 4096
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        host = self.options.get("host", "127.0.0.1")
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def start(self) -> "GatewayProcess":
        environment = os.environ | {
            "FINERY_REDIS_URL": self.redis_url,
            "FINERY_KEY_PEPPER": PEPPER,
            "FINERY_WEB_URL": self.web_url,
            "FINERY_ENGINE_TOKEN": TOKEN,
            "FINERY_STATE_DIR": str(self.state_dir),
            "FINERY_GATEWAY_PORT": str(self.port),
            "FINERY_PUBLIC_URL": "",
            "FINERY_TRUSTED_PROXIES": self.trusted_proxies,
            "FORWARDED_ALLOW_IPS": "*",  # of uvicorn; it must not matter
            **{f"FINERY_GATEWAY_{name.upper()}": value for name, value in self.options.items()},
        }
        log = (self.state_dir.parent / f"{self.state_dir.name}.log").open("ab")
        start = f"ulimit -n {self.open_files} && exec {sys.executable} -m workers.gateway"
        command = ["sh", "-c", start]
        self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self._wait()
        return self

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                if httpx.get(f"{self.url}/healthz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            assert self.process is not None
            assert self.process.poll() is None, "the gateway did not start"
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(scope="session")
def gateway_redis_url() -> str:
    base = os.environ["FINERY_REDIS_URL"].partition("?")[0]
    return f"{base}?db={_DATABASE}"


@pytest.fixture(scope="session")
def store(gateway_redis_url: str) -> "redis.Redis":
    client = redis.Redis.from_url(gateway_redis_url)
    client.flushdb()
    return client


@pytest.fixture(scope="session")
def engine_server() -> Iterator[StubEngine]:
    server = StubEngine()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def engine(engine_server: StubEngine) -> StubEngine:
    engine_server.script = Script()
    engine_server.requests.clear()
    engine_server.headers.clear()
    engine_server.aborted = 0
    return engine_server


@pytest.fixture(scope="session")
def web() -> Iterator[StubWeb]:
    server = StubWeb()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def make_gateway(
    gateway_redis_url: str, tmp_path_factory: pytest.TempPathFactory, web: StubWeb
) -> Iterator[Callable[..., GatewayProcess]]:
    made: list[GatewayProcess] = []

    def make(
        state_dir: Path | None = None,
        redis_url: str = "",
        trusted_proxies: str = "",
        web_url: str = "",
        open_files: int = 4096,
        **options: str,
    ) -> GatewayProcess:
        folder = state_dir or tmp_path_factory.mktemp("state")
        gateway = GatewayProcess(
            redis_url or gateway_redis_url, folder, web_url or web.url, options, trusted_proxies, open_files
        )
        made.append(gateway)
        return gateway.start()

    yield make
    for gateway in made:
        if gateway.process is not None and gateway.process.poll() is None:
            gateway.stop()


@pytest.fixture(scope="session")
def gateway(make_gateway: Callable[..., GatewayProcess]) -> GatewayProcess:
    return make_gateway(engine_wait_seconds="3", stall_seconds="2", sweep_seconds="0.5")


@pytest.fixture(scope="session")
def platform(store: "redis.Redis", gateway: GatewayProcess, engine_server: StubEngine) -> Platform:
    platform = Platform(store, gateway.url)
    platform.base("nano", "vllm", engine_server.url)
    platform.base("mini", "encoder", engine_server.url)
    return platform


@pytest.fixture
def tenant(platform: Platform, engine: StubEngine) -> Tenant:
    return platform.tenant()
