"""What the benches stand on: an engine that costs nearly nothing, gateways as in production, money."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from kernel import redis_names, wire
from kernel.contracts import BaseEntry, EngineEntry, KeyEntry, LimitEntry
from kernel.money import Price

PEPPER, TOKEN, MODEL, CHUNKS, PACE_SECONDS = "bench-pepper", "bench-token", "bench", 64, 0.005
OWNER = KeyEntry(key_id="key", tenant_id="org", project_id="proj")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def engine(folder: Path) -> Iterator[tuple[int, str]]:
    """A running engine: its process and its address."""
    port = free_port()
    command = ["-m", "tests.bench.gateway_engine", str(port), str(CHUNKS), str(PACE_SECONDS)]
    with _process(command, port, {}, folder / "engine.log") as pid:
        yield pid, f"http://127.0.0.1:{port}"


@contextmanager
def gateway(folder: Path, redis_url: str, name: str = "gateway") -> Iterator[tuple[int, str]]:
    """A running gateway with a state folder of its own: its process and its address."""
    port = free_port()
    environment = {
        "FINERY_REDIS_URL": redis_url,
        "FINERY_KEY_PEPPER": PEPPER,
        "FINERY_WEB_URL": "http://127.0.0.1:9",
        "FINERY_ENGINE_TOKEN": TOKEN,
        "FINERY_STATE_DIR": str(folder / name),
        "FINERY_GATEWAY_PORT": str(port),
    }
    with _process(["-m", "workers.gateway"], port, environment, folder / f"{name}.log") as pid:
        yield pid, f"http://127.0.0.1:{port}"


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


def publish(store: "redis.Redis", engine_url: str) -> None:
    """A base, the owner's money and no limits, and a ready engine. For gateways that start afterwards."""
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
    store.hset(redis_names.snapshot_table("bases"), MODEL, wire.encode(base))
    store.hset(redis_names.snapshot_table("limits"), OWNER.tenant_id, wire.encode(limit))
    store.set(redis_names.SNAPSHOT_VERSION, 1)
    store.hset(redis_names.wallet(OWNER.tenant_id), mapping={"ledger_micro_usd": 10**12})
    entry = EngineEntry(base_model=MODEL, url=engine_url, state="ready")
    store.hset(redis_names.ENGINES, MODEL, wire.encode(entry))


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
