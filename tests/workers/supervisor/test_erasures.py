"""The supervisor in an erasure: caches, engines and the answer, with things that look like engines."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from kernel import redis_names, wire
from kernel.contracts import BaseEntry, EngineEntry
from kernel.ids import new_id
from tests.workers.supervisor.test_engines import BASE
from workers.supervisor import engines, settings
from workers.supervisor.engines import Engines
from workers.supervisor.erasures import Erasures

# Has loaded what the file says. "busy": an answer of the adapter that is to be forgotten goes on.
SERVER = """
import http.server, os, pathlib, signal, sys, time
state = pathlib.Path(sys.argv[2])
state.write_text("")
signal.signal(signal.SIGTERM, lambda *a: (time.sleep(0.5), os._exit(0)))  # streams under way
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def do_DELETE(self):
        loaded = state.read_text().split()
        if "broken" in loaded:
            self.close_connection = True; return
        if "busy" in loaded:
            self.send_response(409); self.end_headers(); return
        name = self.path.rpartition("/")[2]
        state.write_text(" ".join(n for n in loaded if n != name))
        self.send_response(200); self.end_headers()
    def log_message(self, *a): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
HOST = "here"


@pytest.fixture
def client() -> Iterator[redis.Redis]:
    connection = redis.Redis.from_url(settings.SupervisorSettings().redis_url, decode_responses=True)
    names = (redis_names.ENGINES, redis_names.ENGINES_WANTED, redis_names.snapshot_table("bases"))
    own = (redis_names.ADAPTERS_ERASED, redis_names.ENGINE_HOSTS, redis_names.adapters_erased_on(HOST))
    yield connection
    connection.delete(*names, *own)
    connection.close()


@pytest.fixture
def pool(client: redis.Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engines]:
    def command(base: BaseEntry, port: int) -> tuple[list[str], dict[str, str]]:
        return [sys.executable, "-c", SERVER, str(port), str(tmp_path / "loaded")], {}

    monkeypatch.setattr(engines, "engine_command", command)
    monkeypatch.setattr("workers.supervisor.erasures._LOOK_EVERY_SECONDS", 0.05)
    (tmp_path / "objects" / "adapters").mkdir(parents=True)
    started = Engines(
        redis=client,
        environment={"FINERY_ENGINE_TOKEN": "engine-token"},
        logs=tmp_path,
        report=print,
        erasures=Erasures(redis=client, store=tmp_path / "objects", cache=tmp_path / "adapters", host=HOST),
    )
    yield started
    started.stop()


def start(pool: Engines, client: redis.Redis, engine: str) -> EngineEntry:
    fields = {**wire.fields_of(BASE), "engine": engine}
    client.hset(redis_names.snapshot_table("bases"), BASE.id, wire.encode(wire.convert(fields, BaseEntry)))
    client.hset(redis_names.ENGINES_WANTED, BASE.id, str(time.time()))
    tick_until(pool, lambda: state(client) == "ready")
    return wire.decode(str(client.hget(redis_names.ENGINES, BASE.id)), EngineEntry)


def state(client: redis.Redis) -> str:
    value = client.hget(redis_names.ENGINES, BASE.id)
    return "" if value is None else wire.decode(str(value), EngineEntry).state


def tick_until(pool: Engines, condition, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        pool.tick()
        time.sleep(0.02)


def adapter(tmp_path: Path, *, in_store: bool = False) -> str:
    name = f"{new_id('adp_')}@{'0' * 12}"
    (tmp_path / "adapters" / name).mkdir(parents=True)
    (tmp_path / "adapters" / name / "adapter_model.safetensors").write_bytes(b"weights")
    if in_store:
        folder = tmp_path / "objects" / "adapters" / name.partition("@")[0]
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}")
    return name


def erase(client: redis.Redis, *names: str) -> None:
    client.hset(redis_names.ADAPTERS_ERASED, mapping=dict.fromkeys(names, str(time.time())))


def answered(client: redis.Redis) -> set[str]:
    return set(map(str, client.smembers(redis_names.adapters_erased_on(HOST))))


def process_of(pool: Engines) -> int:
    leash = pool._running[BASE.id].process._leash
    assert leash is not None
    return leash.pid


def test_host_without_engines_clears_its_cache_and_answers(pool, client, tmp_path):
    gone, kept = adapter(tmp_path), adapter(tmp_path, in_store=True)
    erase(client, gone)

    pool.tick()

    assert answered(client) == {gone}
    assert not (tmp_path / "adapters" / gone).exists()
    assert (tmp_path / "adapters" / kept).exists()
    assert float(client.hget(redis_names.ENGINE_HOSTS, HOST)) == pytest.approx(time.time(), abs=5)
    pool.stop()
    assert client.hget(redis_names.ENGINE_HOSTS, HOST) is None


@pytest.mark.parametrize("engine", ["vllm", "encoder"])
def test_an_engine_forgets_and_goes_on_serving_others(pool, client, tmp_path, engine):
    start(pool, client, engine)
    name, other, pid = adapter(tmp_path), adapter(tmp_path, in_store=True), process_of(pool)
    (tmp_path / "loaded").write_text(f"{name} {other}")
    erase(client, name)

    tick_until(pool, lambda: answered(client) == {name})

    assert (tmp_path / "loaded").read_text() == other
    assert not (tmp_path / "adapters" / name).exists()
    assert (process_of(pool), state(client)) == (pid, "ready")


def test_an_engine_that_still_answers_is_asked_again(pool, client, tmp_path):
    start(pool, client, "vllm")
    name = adapter(tmp_path)
    (tmp_path / "loaded").write_text(f"{name} busy")
    erase(client, name)
    for _ in range(20):
        pool.tick()
        time.sleep(0.02)
    assert answered(client) == set()

    (tmp_path / "loaded").write_text(name)
    tick_until(pool, lambda: answered(client) == {name})

    assert state(client) == "ready"


def test_vllm_that_does_not_hold_it_is_left_alone(pool, client, tmp_path):
    start(pool, client, "vllm")
    name, other, pid = adapter(tmp_path), adapter(tmp_path, in_store=True), process_of(pool)
    (tmp_path / "loaded").write_text(other)
    erase(client, name)

    tick_until(pool, lambda: answered(client) == {name})

    assert (process_of(pool), state(client)) == (pid, "ready")


def test_engine_that_gives_no_good_answer_is_asked_again(pool, client, tmp_path):
    start(pool, client, "vllm")
    name, pid = adapter(tmp_path), process_of(pool)
    (tmp_path / "loaded").write_text("broken")
    erase(client, name)

    for _ in range(20):
        pool.tick()
        time.sleep(0.02)
    assert answered(client) == set()
    assert process_of(pool) == pid
    (tmp_path / "loaded").write_text("")
    tick_until(pool, lambda: answered(client) == {name})


def test_encoder_drops_it_and_goes_on(pool, client, tmp_path):
    start(pool, client, "encoder")
    name, other, pid = adapter(tmp_path), adapter(tmp_path, in_store=True), process_of(pool)
    (tmp_path / "loaded").write_text(f"{name} {other}")
    erase(client, name)

    tick_until(pool, lambda: answered(client) == {name})

    assert (tmp_path / "loaded").read_text() == other
    assert process_of(pool) == pid


def test_what_was_erased_while_the_host_was_away_goes_too(pool, client, tmp_path):
    """Nothing names it in Redis any more: the store does not have it."""
    start(pool, client, "vllm")
    name, pid = adapter(tmp_path), process_of(pool)
    (tmp_path / "loaded").write_text(name)
    pool.erasures._compared_at = float("-inf")

    tick_until(pool, lambda: (tmp_path / "loaded").read_text() == "")

    assert process_of(pool) == pid

    assert not (tmp_path / "adapters" / name).exists()
    assert answered(client) == set()  # nobody asked


def test_nonsense_in_redis_is_left_alone(pool, client, tmp_path):
    erase(client, "../../etc", "x")

    pool.tick()

    assert answered(client) == set()
    assert tmp_path.exists()
