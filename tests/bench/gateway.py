"""What the gateway costs: CPU-microseconds a request and a streamed chunk, against the engine alone.

CPU time of the serving processes (/proc/<pid>, user and system) survives a noisy machine where
wall-clock rates do not. Rounds are interleaved, medians are shown. `direct_*` is the mock engine's own CPU.
Run by `make bench-gateway`; under a minute.
"""

import asyncio
import os
import statistics
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec
import redis

from kernel import redis_names, wire
from kernel.ids import new_id
from kernel.keys import key_hash, new_key
from tests.bench import stage
from tests.bench.stage import CHUNKS, MODEL, OWNER, PEPPER, tell
from workers.supervisor import stores

ROUNDS, REQUESTS, STREAMS, CONCURRENT = 5, 400, 24, 8
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
    tell(f"load average {os.getloadavg()[0]:.1f}; {ROUNDS} rounds, medians, CPU-microseconds of the server")
    tell(f"{'':24}{'median':>10}{'lowest':>10}{'highest':>10}")
    for name, values in results.items():
        tell(f"{name:24}{statistics.median(values):10.1f}{min(values):10.1f}{max(values):10.1f}")
    shown = {name: round(statistics.median(values), 1) for name, values in results.items()}
    tell(
        f"gateway: request={shown['gateway_request']} us chunk={shown['gateway_chunk']} us "
        f"direct_request={shown['direct_request']} us direct_chunk={shown['direct_chunk']} us"
    )


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="finery-bench-")))
        running = stores.start(folder / "stores", durable=False)
        stack.callback(running.stop)
        key = new_key(new_id("key_"))
        engine, engine_url = stack.enter_context(stage.engine(folder))
        with redis.Redis.from_url(running.redis_url) as store:
            stage.publish(store, engine_url)
            store.hset(redis_names.snapshot_table("keys"), key_hash(key, PEPPER), wire.encode(OWNER))
        gateway, gateway_url = stack.enter_context(stage.gateway(folder, running.redis_url))
        servers = [Server("direct", engine, engine_url, key), Server("gateway", gateway, gateway_url, key)]
        _report(asyncio.run(_measure(servers)))


if __name__ == "__main__":
    main()
