"""What the gateway costs: CPU-microseconds a request and a streamed chunk, against the engine alone.

CPU time of the serving processes (/proc/<pid>, user and system) survives a noisy machine where
wall-clock rates do not. Rounds are interleaved, medians are shown. `direct_*` is the mock engine's own CPU.
Run by `make bench-gateway`; under a minute.
"""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec
import redis

from kernel import redis_names, wire
from kernel.contracts import BaseEntry, EngineEntry, KeyEntry, LimitEntry
from kernel.ids import new_id
from kernel.keys import key_hash, new_key
from kernel.money import Price
from workers.supervisor import stores

ROUNDS, REQUESTS, STREAMS, CONCURRENT, CHUNKS, PACE_SECONDS = 5, 400, 24, 8, 64, 0.005
PEPPER, TOKEN, MODEL = "bench-pepper", "bench-token", "bench"
_TICK_US = 1_000_000 / os.sysconf("SC_CLK_TCK")
_MESSAGES = [{"role": "user", "content": "word " * 200}]


@dataclass
class Server:
    name: str
    pid: int
    url: str
    key: str

    def cpu_us(self) -> float:
        """User and system time so far, of all threads: the scheduler's nanoseconds, or else ticks."""
        tasks = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        if precise := sum(int(task.read_text().split()[0]) for task in tasks):
            return precise / 1000
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * _TICK_US


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _process(command: list[str], port: int, environment: dict[str, str], log: Path) -> Iterator[int]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command], env=os.environ | environment, stdout=output, stderr=output
        )
        try:
            _wait_for(port)
            yield process.pid
        finally:
            process.terminate()
            process.wait(15)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _publish(redis_url: str, engine_url: str, key: str) -> None:
    """A base, a tenant with money and no limits, and a ready engine."""
    base = BaseEntry(
        id=MODEL,
        engine="vllm",
        source="none:",
        context_length=4096,
        max_lora_rank=16,
        price=Price(version=1, training=0, input=100_000, cached_input=50_000, output=400_000),
        created_at=1,
        owned_by="bench",
        methods=("supervised",),
    )
    limit = LimitEntry(requests_per_minute=10**9, tokens_per_minute=10**12)
    owner = KeyEntry(key_id="key", tenant_id="org", project_id="proj")
    store = redis.Redis.from_url(redis_url)
    store.hset(redis_names.snapshot_table("bases"), MODEL, wire.encode(base))
    store.hset(redis_names.snapshot_table("limits"), "org", wire.encode(limit))
    store.hset(redis_names.snapshot_table("keys"), key_hash(key, PEPPER), wire.encode(owner))
    store.set(redis_names.SNAPSHOT_VERSION, 1)
    store.hset(redis_names.wallet("org"), mapping={"ledger_micro_usd": 10**12})
    engine = EngineEntry(base_model=MODEL, url=engine_url, state="ready")
    store.hset(redis_names.ENGINES, MODEL, wire.encode(engine))
    store.close()


async def _ask(session: aiohttp.ClientSession, server: Server, *, stream: bool) -> None:
    body = msgspec.json.encode({"model": MODEL, "messages": _MESSAGES, "max_tokens": 64, "stream": stream})
    async with session.post(f"{server.url}/v1/chat/completions", data=body) as response:
        answer = await response.read()
        if response.status != 200 or (stream and not answer.endswith(b"data: [DONE]\n\n")):
            raise RuntimeError(f"{server.name} answered {response.status}: {answer[-300:]!r}")


async def _load(server: Server, count: int, *, stream: bool) -> float:
    """Send `count` requests, a few at a time; return the server's CPU-microseconds for one."""
    headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
    left = iter(range(count))

    async def client(session: aiohttp.ClientSession) -> None:
        for _ in left:
            await _ask(session, server, stream=stream)

    async with aiohttp.ClientSession(headers=headers) as session:
        before = server.cpu_us()
        await asyncio.gather(*(client(session) for _ in range(CONCURRENT)))
        return (server.cpu_us() - before) / count


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


Results = dict[str, list[float]]


async def _measure(servers: list[Server]) -> Results:
    """Interleave: each round asks every server for both things, in turn forward and backward."""
    results: Results = {}
    for server in servers:
        await _load(server, 50, stream=False)
        await _load(server, 4, stream=True)
    for index in range(ROUNDS):
        for server in servers if index % 2 == 0 else reversed(servers):
            request = await _load(server, REQUESTS, stream=False)
            stream = await _load(server, STREAMS, stream=True)
            results.setdefault(f"{server.name}_request", []).append(request)
            results.setdefault(f"{server.name}_chunk", []).append(stream / (CHUNKS + 2))
    return results


def _report(results: Results) -> None:
    _tell(f"load average {os.getloadavg()[0]:.1f}; {ROUNDS} rounds, medians, CPU-microseconds of the server")
    _tell(f"{'':24}{'median':>10}{'lowest':>10}{'highest':>10}")
    for name, values in results.items():
        _tell(f"{name:24}{statistics.median(values):10.1f}{min(values):10.1f}{max(values):10.1f}")
    shown = {name: round(statistics.median(values), 1) for name, values in results.items()}
    _tell(
        f"gateway: request={shown['gateway_request']} us chunk={shown['gateway_chunk']} us "
        f"direct_request={shown['direct_request']} us direct_chunk={shown['direct_chunk']} us"
    )


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="finery-bench-")))
        running = stores.start(folder / "stores", durable=False)
        stack.callback(running.stop)
        engine_port, gateway_port, key = _free_port(), _free_port(), new_key(new_id("key_"))
        engine_url = f"http://127.0.0.1:{engine_port}"
        _publish(running.redis_url, engine_url, key)
        engine_command = [
            "-m",
            "tests.bench.gateway_engine",
            str(engine_port),
            str(CHUNKS),
            str(PACE_SECONDS),
        ]
        engine = stack.enter_context(_process(engine_command, engine_port, {}, folder / "engine.log"))
        environment = {
            "FINERY_REDIS_URL": running.redis_url,
            "FINERY_KEY_PEPPER": PEPPER,
            "FINERY_WEB_URL": "http://127.0.0.1:9",
            "FINERY_ENGINE_TOKEN": TOKEN,
            "FINERY_STATE_DIR": str(folder / "state"),
            "FINERY_GATEWAY_PORT": str(gateway_port),
        }
        gateway = stack.enter_context(
            _process(["-m", "workers.gateway"], gateway_port, environment, folder / "gateway.log")
        )
        servers = [
            Server("direct", engine, engine_url, key),
            Server("gateway", gateway, f"http://127.0.0.1:{gateway_port}", key),
        ]
        _report(asyncio.run(_measure(servers)))


if __name__ == "__main__":
    main()
