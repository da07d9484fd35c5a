"""From DELETE to the last byte in a real engine's memory: control plane, supervisor and encoder together."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from transformers import BertModel

from apps.catalog.selectors import get_base
from apps.core.objects import store
from apps.finetuning.services.adapters import adapter_key, place_adapter
from apps.privacy import services
from apps.serving.services import reconcile_snapshot
from kernel import redis_names, wire
from kernel.bases import ROOT, base_folder
from kernel.contracts import AdapterManifest, EngineEntry, FileDigest, Lease
from tests.apps.privacy import canaries
from tests.apps.privacy.canaries import BASE, Canaries, make_canaries
from tests.apps.privacy.test_erase import KEPT_TABLES, delete, receipt
from tests.factories.tenants import Owner
from tests.workers.engine import tiny_models
from tests.workers.engine.tiny_models import BERT_TARGETS
from workers.engine.settings import adapter_cache
from workers.supervisor.engines import Engines
from workers.supervisor.erasures import Erasures
from workers.supervisor.ports import ask

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS = ["where is my parcel?"]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random adapter of the real base."""
    folder = tmp_path_factory.mktemp("weights")
    model = BertModel.from_pretrained(base_folder(get_base(BASE).source))
    tiny_models.build_adapter(model, folder, BERT_TARGETS, 1, 0.3)
    tiny_models.add_head(folder, 2, 384, 1)
    return folder


def upload_weights(weights: Path) -> Any:
    def upload(owner: Owner, lease: Lease, step: int) -> str:
        placed = place_adapter(
            owner.tenant_id, lease.spec.job_id, fencing_token=lease.fencing_token, step=step
        )
        files = {}
        for name in ("adapter_config.json", "adapter_model.safetensors", "head.safetensors"):
            stored = store.save(adapter_key(placed.adapter_id, name), [(weights / name).read_bytes()])
            files[name] = FileDigest(sha256=stored.sha256, bytes=stored.bytes)
        manifest = AdapterManifest(
            adapter_id=placed.adapter_id,
            lora_int_id=placed.lora_int_id,
            kind="classification",
            base_model=BASE,
            rank=4,
            alpha=8,
            target_modules=BERT_TARGETS,
            labels=("refund", "track"),
            files=files,
        )
        digest = store.save(adapter_key(placed.adapter_id, "manifest.json"), [wire.encode(manifest)]).sha256
        return f"{placed.adapter_id}@{digest[:12]}"

    return upload


@pytest.fixture
def machine(db: None, tmp_path: Path) -> Iterator[Engines]:
    """A supervisor's engines, and nothing else of it."""
    client = redis.Redis.from_url(settings.REDIS_URL, decode_responses=True)
    environment = os.environ | {
        "FINERY_STATE_DIR": str(tmp_path / "state"),
        "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
    }
    cache = adapter_cache(tmp_path / "state")
    erasures = Erasures(redis=client, store=settings.OBJECTS_FOLDER, cache=cache)
    engines = Engines(redis=client, environment=environment, logs=tmp_path, report=print, erasures=erasures)
    yield engines
    engines.stop()
    shutil.rmtree(tmp_path, ignore_errors=True)


def ready_url(machine: Engines) -> str:
    machine.redis.hset(redis_names.ENGINES_WANTED, BASE, str(time.time()))
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        machine.tick()
        value = machine.redis.hget(redis_names.ENGINES, BASE)
        if value and (entry := wire.decode(str(value), EngineEntry)).state == "ready":
            return entry.url
        time.sleep(0.05)
    raise AssertionError("the engine did not start")


def classify(url: str, model: str) -> tuple[int, Any]:
    import httpx

    answer = httpx.post(
        f"{url}/v1/classify",
        json={"model": model, "input": TEXTS},
        headers={"Authorization": f"Bearer {os.environ['FINERY_ENGINE_TOKEN']}"},
        timeout=30,
    )
    return answer.status_code, answer.json()


def test_a_deleted_tenants_weights_leave_the_running_engine(
    machine: Engines, weights: Path, record_property: Any
) -> None:
    ada = make_canaries("zqadae", upload=upload_weights(weights))
    bob = make_canaries("zqbobe", upload=upload_weights(weights))
    reconcile_snapshot()
    url = ready_url(machine)
    cache = machine.erasures.cache
    assert classify(url, ada.adapters[1])[0] == 200
    before = classify(url, bob.adapters[1])
    assert before[0] == 200
    assert canaries.found_in_objects(ada.needles, cache) != []

    started = time.monotonic()
    assert delete(ada).status_code == 202
    while not services.erase_organization(ada.tenant_id):
        machine.tick()
        time.sleep(0.05)
        assert time.monotonic() - started < 60
    seconds = time.monotonic() - started
    record_property("seconds", seconds)
    print(f"everywhere erased after {seconds:.2f} s", json.dumps(receipt(ada).counts))

    assert_gone_from_engine(ada, url, cache)
    found = canaries.found_anywhere(ada.needles)
    assert [line for line in found if not line.startswith(KEPT_TABLES)] == []
    [host] = [name for name in receipt(ada).counts if name.startswith("hosts.")]
    assert receipt(ada).counts[host] == 2
    assert classify(url, bob.adapters[1]) == before
    assert canaries.found_in_objects((bob.adapters[1],), cache) != []


def assert_gone_from_engine(tenant: Canaries, url: str, cache: Path) -> None:
    token = os.environ["FINERY_ENGINE_TOKEN"]
    for name in tenant.adapters:
        assert classify(url, name)[0] == 404
        status, body = ask("DELETE", f"{url}/v1/adapters/{name}", token=token)
        assert (status, json.loads(body)["was_loaded"]) == (200, False)
    assert canaries.found_in_objects(tenant.needles, cache) == []
