"""What gateways are told, at once and by the reconciler."""

import pytest

from apps.catalog.services import sync_price_book
from apps.core import snapshot
from apps.core.redis import client
from apps.metering.services import grant_credit
from apps.serving import services
from apps.tenants.services import create_api_key, revoke_api_key
from kernel import keys, redis_names, wire
from kernel.contracts import BaseEntry, EngineEntry, KeyEntry, SnapshotChange
from tests.factories.tenants import make_owner


@pytest.fixture(autouse=True)
def priced(request):
    if "transactional_db" not in request.fixturenames:
        request.getfixturevalue("db")
    sync_price_book()


def table(name):
    return client().hgetall(redis_names.snapshot_table(name))


@pytest.mark.django_db(transaction=True)
def test_key_is_pushed_when_made_and_withdrawn_when_revoked(settings):
    owner = make_owner()
    listener = client().pubsub()
    listener.subscribe(redis_names.SNAPSHOT_CHANNEL)
    listener.get_message(timeout=1)

    made = create_api_key(owner.tenant_id, project_id=owner.project.id, user_id=owner.user.id, name="x")
    digest = keys.key_hash(made.value, settings.KEY_PEPPER)
    assert wire.decode(table("keys")[digest.encode()], KeyEntry).key_id == made.row.id
    revoke_api_key(owner.tenant_id, project_id=owner.project.id, key_id=made.row.id)

    assert digest.encode() not in table("keys")
    changes = [wire.decode(listener.get_message(timeout=1)["data"], SnapshotChange) for _ in range(2)]
    assert [(change.table, change.field, change.value is None) for change in changes] == [
        ("keys", digest, False),
        ("keys", digest, True),
    ]
    assert changes[1].snapshot_version == changes[0].snapshot_version + 1


@pytest.mark.django_db(transaction=True)
def test_reconciler_repairs_what_redis_lost():
    owner = make_owner()
    services.reconcile_snapshot()
    before = {name: table(name) for name in ("keys", "bases", "routes", "limits")}
    client().flushdb()

    assert services.reconcile_snapshot() > 0

    assert {name: table(name) for name in before} == before
    assert services.reconcile_snapshot() == 0
    assert client().hget(redis_names.wallet(owner.tenant_id), "ledger_micro_usd") == b"5000000"


def test_stale_entry_is_removed(owner):
    snapshot.replace_table("keys", {"gone": KeyEntry(key_id="k", tenant_id="t", project_id="p")})

    services.reconcile_snapshot()

    assert b"gone" not in table("keys")


def test_bases_carry_their_price(db):
    services.reconcile_snapshot()

    base = wire.decode(table("bases")[b"finery-nano"], BaseEntry)
    assert base.price.output > 0


def test_engine_is_asked_for(db):
    assert services.request_engine("finery-nano").state == "starting"
    assert client().hexists(redis_names.ENGINES_WANTED, "finery-nano")

    ready = EngineEntry(base_model="finery-nano", url="http://127.0.0.1:1", state="ready")
    client().hset(redis_names.ENGINES, "finery-nano", wire.encode(ready))

    assert services.request_engine("finery-nano") == ready


@pytest.mark.django_db(transaction=True)
def test_balance_is_published_after_each_posting():
    owner = make_owner()
    grant_credit(owner.tenant_id, amount_micro_usd=7, idempotency_key="more", reason="test")

    found = client().hgetall(redis_names.wallet(owner.tenant_id))
    assert (found[b"ledger_micro_usd"], found[b"ledger_sequence"]) == (b"5000007", b"2")
