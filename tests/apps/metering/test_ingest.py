"""Usage events into the ledger: exactly once, through every crash."""

import time
from dataclasses import replace

import pytest

from apps.core.redis import client
from apps.core.tenancy import tenant_scope
from apps.metering import ingest, wallets
from apps.metering.models import UsageRecord
from apps.metering.selectors import get_balance
from kernel import redis_names, wire
from kernel.contracts import UsageEvent
from kernel.money import Price
from tests.factories.tenants import make_admin_key, with_key

PRICE = Price(version=7, training=0, input=1_000_000, cached_input=500_000, output=2_000_000)
COST = 10 + 2 * 5  # 10 tokens in at 1 micro-dollar, 5 out at 2


def event_of(owner, request_id="req_1", **changes):
    event = UsageEvent(
        request_id=request_id,
        tenant_id=owner.tenant_id,
        project_id=owner.project.id,
        key_id=owner.key_id,
        user_id=None,
        operation="chat.completions",
        model="finery-nano",
        base_model="finery-nano",
        adapter="",
        price_version=7,
        input_tokens=10,
        cached_tokens=0,
        output_tokens=5,
        status="completed",
        started_at=time.time(),
        ended_at=time.time(),
    )
    return replace(event, **changes)


def settle(owner, event, cost=COST):
    """What a gateway does when a call ends."""
    client().hincrby(redis_names.wallet(owner.tenant_id), "unposted_micro_usd", cost)
    client().xadd(redis_names.USAGE_STREAM, {"event": wire.encode(event)})


def price_of(version):
    if version != 7:
        raise LookupError(version)
    return PRICE


def wallet(owner):
    found = client().hgetall(redis_names.wallet(owner.tenant_id))
    return {name.decode(): int(value) for name, value in found.items() if name != b"ledger_sequence"}


def count_records(owner):
    with tenant_scope(owner.tenant_id):
        return UsageRecord.objects.for_tenant(owner.tenant_id).count()


@pytest.fixture
def funded(owner, django_capture_on_commit_callbacks):
    wallets.publish_balance(owner.tenant_id, 5_000_000, 1)
    return owner


def test_event_moves_from_the_stream_into_the_ledger(funded):
    settle(funded, event_of(funded))

    assert ingest.ingest_usage(price_of) == 1

    assert get_balance(funded.tenant_id).available_micro_usd == 5_000_000 - COST
    assert wallet(funded) == {"ledger_micro_usd": 5_000_000 - COST, "unposted_micro_usd": 0}
    assert client().xlen(redis_names.USAGE_STREAM) == 0
    assert ingest.ingest_usage(price_of) == 0


def test_same_request_is_billed_once(funded):
    for _ in range(3):
        settle(funded, event_of(funded))

    ingest.ingest_usage(price_of)

    assert get_balance(funded.tenant_id).available_micro_usd == 5_000_000 - COST
    assert count_records(funded) == 1
    assert wallet(funded)["unposted_micro_usd"] == 0


def test_crash_after_the_posting_loses_and_doubles_nothing(funded, monkeypatch):
    settle(funded, event_of(funded))

    def crash(*_, **__):
        raise ConnectionError

    with monkeypatch.context() as broken, pytest.raises(ConnectionError):
        broken.setattr(wallets, "acknowledge", crash)
        ingest.ingest_usage(price_of)
    assert wallet(funded)["unposted_micro_usd"] == COST  # too careful for a moment, never too generous

    monkeypatch.setattr(ingest, "_STUCK_MS", 0)
    ingest.ingest_usage(price_of)

    assert get_balance(funded.tenant_id).available_micro_usd == 5_000_000 - COST
    assert wallet(funded) == {"ledger_micro_usd": 5_000_000 - COST, "unposted_micro_usd": 0}


@pytest.mark.parametrize("fault", [{"price_version": 8}, {"version": 2}])
def test_event_that_cannot_be_priced_is_kept_and_the_rest_goes_on(funded, fault):
    settle(funded, event_of(funded, "req_bad", **fault))
    settle(funded, event_of(funded, "req_good"))

    ingest.ingest_usage(price_of)

    assert count_records(funded) == 1
    assert client().xlen(ingest.DEAD_STREAM) == 1


def test_call_that_cost_nothing_is_recorded_without_money(funded):
    settle(funded, event_of(funded, input_tokens=0, output_tokens=0), cost=0)

    ingest.ingest_usage(price_of)

    assert count_records(funded) == 1
    assert get_balance(funded.tenant_id).available_micro_usd == 5_000_000


def test_late_balance_does_not_overwrite_a_newer_one(funded):
    wallets.publish_balance(funded.tenant_id, 111, 9)
    wallets.publish_balance(funded.tenant_id, 222, 8)

    assert wallet(funded)["ledger_micro_usd"] == 111


def test_usage_and_costs_add_up(funded):
    for number in range(4):
        settle(funded, event_of(funded, f"req_{number}", model=f"model-{number % 2}"))
    ingest.ingest_usage(price_of)
    api, start = with_key(make_admin_key(funded)), int(time.time()) - 60

    usage = api.get(f"/v1/organization/usage/completions?start_time={start}&group_by[]=model").json()
    costs = api.get(f"/v1/organization/costs?start_time={start}&group_by=line_item").json()

    [results] = [bucket["results"] for bucket in usage["data"] if bucket["results"]]
    assert [
        (row["model"], row["input_tokens"], row["output_tokens"], row["num_model_requests"])
        for row in results
    ] == [
        ("model-0", 20, 10, 2),
        ("model-1", 20, 10, 2),
    ]
    [lines] = [bucket["results"] for bucket in costs["data"] if bucket["results"]]
    assert {line["line_item"]: (line["quantity"], line["amount_micro_usd"]) for line in lines} == {
        "finery-nano, input": (40, 40),
        "finery-nano, output": (20, 40),
    }


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("", "start_time"),
        ("start_time=x", "start_time"),
        ("start_time=0&limit=99", "limit"),
        ("start_time=0&group_by=colour", "group_by[0]"),
    ],
)
def test_bad_query_is_named(owner, query, param):
    answer = with_key(make_admin_key(owner)).get(f"/v1/organization/usage/completions?{query}")

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


def test_fractions_are_carried_and_the_gateways_hold_on_the_wallet_ends(funded):
    cheap = Price(version=7, training=0, input=50_000, cached_input=25_000, output=200_000)
    for number in range(10):  # 10 x 16 tokens in at 0.05 = 8 micro-dollars; each call alone rounds to 1
        settle(funded, event_of(funded, f"req_{number}", input_tokens=16, output_tokens=0), cost=1)

    ingest.ingest_usage(lambda version: cheap)

    assert get_balance(funded.tenant_id).available_micro_usd == 5_000_000 - 8
    assert wallet(funded) == {"ledger_micro_usd": 5_000_000 - 8, "unposted_micro_usd": 0}
