"""The real vLLM holds an erased adapter: it forgets it, while another tenant's stream goes on."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import redis
import torch
from transformers import LlamaForCausalLM

from kernel import redis_names, wire
from kernel.bases import ROOT
from kernel.contracts import EngineEntry
from tests.workers.engine import tiny_models
from workers.engine.settings import adapter_cache
from workers.supervisor import settings
from workers.supervisor.engines import Engines
from workers.supervisor.erasures import Erasures

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]
BASE, HOST, TOKEN = "tiny-llama-erased", "vllm-host", "engine-token"


@pytest.fixture
def names(tmp_path: Path) -> dict[str, str]:
    """Two tenants' adapters in the store."""
    tiny_models.build_llama(tmp_path / "base")
    made = {}
    for seed, tenant in enumerate(("ada", "bob"), start=1):
        model = LlamaForCausalLM.from_pretrained(tmp_path / "base", dtype=torch.float32)
        tiny_models.build_adapter(model, tmp_path / tenant, tiny_models.CAUSAL_TARGETS, seed, 0.2)
        made[tenant] = tiny_models.publish(
            tmp_path / "objects",
            tmp_path / tenant,
            base=BASE,
            kind="causal_lora",
            targets=tiny_models.CAUSAL_TARGETS,
            lora_int_id=seed,
        )
    return made


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Engines]:
    client = redis.Redis.from_url(settings.SupervisorSettings().redis_url, decode_responses=True)
    base = tiny_models.base_entry(BASE, "vllm", tmp_path / "base", 256)
    client.hset(redis_names.snapshot_table("bases"), BASE, wire.encode(base))
    environment = os.environ | {
        "FINERY_ENGINE_TOKEN": TOKEN,
        "FINERY_OBJECTS": str(tmp_path / "objects"),
        "FINERY_STATE_DIR": str(tmp_path / "state"),
        "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
        "VLLM_LOGGING_LEVEL": "WARNING",
    }
    erasures = Erasures(
        redis=client, store=tmp_path / "objects", cache=adapter_cache(tmp_path / "state"), host=HOST
    )
    engines = Engines(redis=client, environment=environment, logs=tmp_path, report=print, erasures=erasures)
    yield engines
    engines.stop()
    client.hdel(redis_names.snapshot_table("bases"), BASE)
    client.delete(redis_names.ENGINES, redis_names.ENGINES_WANTED, redis_names.ADAPTERS_ERASED)
    client.delete(redis_names.ENGINE_HOSTS, redis_names.adapters_erased_on(HOST))


def tick_until(machine: Engines, state: str, seconds: float = 240) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        machine.redis.hset(redis_names.ENGINES_WANTED, BASE, str(time.time()))
        machine.tick()
        value = machine.redis.hget(redis_names.ENGINES, BASE)
        if value and (entry := wire.decode(str(value), EngineEntry)).state == state:
            return entry.url
        time.sleep(0.05)
    raise AssertionError(f"never {state}")


def complete(url: str, model: str) -> tuple[int, str]:
    answer = httpx.post(
        f"{url}/v1/completions",
        json={"model": model, "prompt": [5, 6, 7, 8], "max_tokens": 8, "temperature": 0},
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=60,
    )
    return answer.status_code, answer.json()["choices"][0]["text"] if answer.status_code == 200 else ""


def test_vllm_forgets_while_it_serves_others(machine, names, tmp_path):
    url = tick_until(machine, "ready")
    before = complete(url, names["bob"])
    assert (before[0], complete(url, names["ada"])[0]) == (200, 200)
    leash = machine._running[BASE].process._leash
    assert leash is not None
    shutil.rmtree(tmp_path / "objects" / "adapters" / names["ada"].partition("@")[0])
    body = {"model": names["bob"], "prompt": [5, 6], "max_tokens": 200, "ignore_eos": True, "stream": True}
    headers = {"Authorization": f"Bearer {TOKEN}"}

    with httpx.stream("POST", f"{url}/v1/completions", json=body, headers=headers, timeout=60) as stream:
        frames = stream.iter_lines()
        next(frames)
        machine.redis.hset(redis_names.ADAPTERS_ERASED, names["ada"], str(time.time()))
        deadline = time.monotonic() + 60
        while not machine.redis.sismember(redis_names.adapters_erased_on(HOST), names["ada"]):
            machine.tick()
            time.sleep(0.05)
            assert time.monotonic() < deadline
        rest = [frame for frame in frames if frame]

    assert rest[-1] == "data: [DONE]"
    assert leash.poll() is None
    assert complete(url, names["ada"])[0] == 404
    assert complete(url, names["bob"]) == before
    listed = httpx.get(f"{url}/v1/models", headers=headers).text
    assert names["ada"] not in listed
    assert names["bob"] in listed
    assert not (machine.erasures.cache / names["ada"]).exists()
