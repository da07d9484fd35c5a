"""What the control plane asks of engines' hosts, and what is left in the store without a row."""

import time

import pytest

from apps.core.objects import store
from apps.core.redis import client
from apps.finetuning.services.end_job import delete_model
from apps.privacy import services
from apps.privacy.services.engines import collect_answers, forbid_in_engines
from kernel import redis_names
from tests.apps.privacy import canaries
from tests.apps.privacy.test_erase import delete, receipt

pytestmark = pytest.mark.django_db(transaction=True)


def test_late_objects_of_a_lost_runner_are_orphans(ada, bob):
    adapter = ada.adapters[0].partition("@")[0]
    delete(ada)
    services.erase_organization(ada.tenant_id)
    services.remove_orphans()  # what other tests left
    store.save(f"adapters/{adapter}/adapter_model.safetensors", [b"late"])
    store.save(f"checkpoints/{ada.jobs[1]}/step-9.tar", [b"late"])
    before = canaries.objects_of(bob)

    assert services.remove_orphans() == 2

    assert canaries.objects_of(ada) == {}
    assert canaries.objects_of(bob) == before


def test_receipt_waits_for_every_live_host(ada):
    here, gone = "host-a", "host-gone"
    client().hset(redis_names.ENGINE_HOSTS, mapping={here: str(time.time()), gone: "1"})
    delete(ada)

    assert services.erase_organization(ada.tenant_id) is False

    assert receipt(ada).finished_at is None
    asked = client().hkeys(redis_names.ADAPTERS_ERASED)
    assert sorted(name.decode() for name in asked) == sorted(ada.adapters)
    services.sweep_answers()
    assert client().hlen(redis_names.ADAPTERS_ERASED) == 2  # an erasure waits for them: not the sweeper's
    client().sadd(redis_names.adapters_erased_on(here), ada.adapters[0])
    assert services.erase_organization(ada.tenant_id) is False
    client().sadd(redis_names.adapters_erased_on(here), ada.adapters[1])
    assert services.erase_organization(ada.tenant_id) is True
    assert receipt(ada).counts[f"hosts.{here}"] == 2
    assert canaries.found_in_redis(ada.needles) == []


def test_one_deleted_model_goes_from_store_and_engines(ada):
    adapter_id = ada.adapters[1].partition("@")[0]
    delete_model(ada.tenant_id, ada.model, project_id=ada.owner.project.id)

    assert services.sweep_withdrawn_models() == 1

    assert not store.path(f"adapters/{adapter_id}").exists()
    assert client().hkeys(redis_names.ADAPTERS_ERASED) == [ada.adapters[1].encode()]
    assert services.sweep_withdrawn_models() == 0
    services.sweep_answers()  # no host is there to answer
    assert client().exists(redis_names.ADAPTERS_ERASED) == 0
    assert store.exists(f"adapters/{ada.adapters[0].partition('@')[0]}/manifest.json")


def test_a_name_is_asked_for_once_and_taken_back_once_answered(db):
    name = "adp_" + "0" * 26 + "@" + "0" * 12
    client().hset(redis_names.ENGINE_HOSTS, "a", str(time.time()))
    forbid_in_engines([name])
    forbid_in_engines([name])

    assert collect_answers([name]) is None
    client().sadd(redis_names.adapters_erased_on("a"), name)
    assert collect_answers([name]) == {"a": 1}
    assert canaries.found_in_redis((name,)) == []
