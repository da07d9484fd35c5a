import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from kernel import redis_names, wire
from kernel.contracts import BaseEntry, EngineEntry
from kernel.money import Price
from workers.supervisor import engines, settings
from workers.supervisor.erasures import Erasures

# Not an engine: something that answers /health, to see the supervisor's part.
SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *a): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
ENVIRONMENT = {"FINERY_ENGINE_TOKEN": "engine-token"}
BASE = BaseEntry(
    id="tiny/base",
    engine="encoder",
    source="folder:none",
    context_length=8,
    max_lora_rank=8,
    price=Price(version=1, training=1, input=1, cached_input=1, output=1),
    created_at=0,
    owned_by="tests",
    methods=("classification",),
)


@pytest.fixture
def client() -> Iterator[redis.Redis]:
    connection = redis.Redis.from_url(settings.SupervisorSettings().redis_url, decode_responses=True)
    names = (redis_names.ENGINES, redis_names.ENGINES_WANTED, redis_names.snapshot_table("bases"))
    yield connection
    connection.delete(*names)
    connection.close()


@pytest.fixture
def pool(client: redis.Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[engines.Engines]:
    monkeypatch.setattr(
        engines, "engine_command", lambda base, port: ([sys.executable, "-c", SERVER, str(port)], {})
    )
    started = engines.Engines(
        redis=client,
        environment=ENVIRONMENT,
        logs=tmp_path,
        report=print,
        erasures=Erasures(redis=client, store=tmp_path / "objects", cache=tmp_path / "adapters", host="here"),
    )
    yield started
    started.stop()


def entry(client: redis.Redis) -> EngineEntry | None:
    value = client.hget(redis_names.ENGINES, BASE.id)
    return None if value is None else wire.decode(value, EngineEntry)


def tick_until(pool: engines.Engines, client: redis.Redis, state: str) -> EngineEntry:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        pool.tick()
        found = entry(client)
        if found is not None and found.state == state:
            return found
        time.sleep(0.02)
    raise AssertionError(f"never {state}: {entry(client)}")


def test_wanted_engine_starts_dies_and_comes_back(pool: engines.Engines, client: redis.Redis):
    client.hset(redis_names.snapshot_table("bases"), BASE.id, wire.encode(BASE))
    pool.tick()
    assert entry(client) is None  # nobody wants it yet

    client.hset(redis_names.ENGINES_WANTED, BASE.id, str(time.time()))
    first = tick_until(pool, client, "starting")
    assert tick_until(pool, client, "ready").url == first.url

    pool._running[BASE.id].process._leash.kill()  # type: ignore[union-attr]
    tick_until(pool, client, "down")
    tick_until(pool, client, "ready")


def test_old_wish_and_unknown_base_start_nothing(pool: engines.Engines, client: redis.Redis):
    client.hset(redis_names.snapshot_table("bases"), BASE.id, wire.encode(BASE))
    client.hset(
        redis_names.ENGINES_WANTED, mapping={BASE.id: str(time.time() - 3600), "no/such": str(time.time())}
    )

    pool.tick()

    assert client.hgetall(redis_names.ENGINES) == {}


def test_start_forgets_engines_of_an_earlier_run(pool: engines.Engines, client: redis.Redis):
    client.hset(redis_names.ENGINES, "old", "{}")

    pool.forget_stale()

    assert client.hgetall(redis_names.ENGINES) == {}
