"""Jobs and calls spend from one wallet: what one has set aside, the other cannot have."""

import asyncio
import threading
import time

import pytest
from django.conf import settings
from django.db import connection, transaction
from redis.asyncio import Redis

from apps.core.redis import client
from apps.core.tenancy import tenant_scope
from apps.metering import wallets
from apps.metering.selectors import get_balance, get_spendable
from apps.metering.services import grant_credit, hold_credit, lock_wallet
from kernel import redis_names
from kernel.contracts import LimitEntry
from kernel.errors import InsufficientQuota, Unavailable
from tests.factories.tenants import make_owner
from workers.gateway.limits import Hold, Limits

BALANCE = 1_500
NO_LIMIT = [LimitEntry(requests_per_minute=10**6, tokens_per_minute=10**9)]


@pytest.fixture
def tenant_id(transactional_db):
    owner = make_owner(credit_micro_usd=BALANCE)
    return owner.tenant_id


def call(tenant_id, number, amount):
    return Hold(
        tenant_id=tenant_id,
        request_id=f"req_{number}",
        amount_micro_usd=amount,
        reserved_tokens=1,
        minute=int(time.time() // 60),
        limited_by=(tenant_id,),
    )


def gateway(act):
    """Run something with a gateway's own script. Returns its answer."""

    async def run():
        redis = Redis.from_url(settings.REDIS_URL)
        try:
            return await act(Limits(redis, 60))
        finally:
            await redis.aclose()

    return asyncio.run(run())


def reserve(tenant_id, number, amount):
    try:
        gateway(lambda limits: limits.reserve(call(tenant_id, number, amount), NO_LIMIT))
    except InsufficientQuota:
        return False
    return True


def settle(tenant_id, number, amount, cost):
    gateway(
        lambda limits: limits.settle(
            call(tenant_id, number, amount), cost_micro_usd=cost, event=b"{}", used_tokens=1
        )
    )


def hold(tenant_id, amount, job_id="ftjob-1"):
    try:
        hold_credit(tenant_id, job_id=job_id, amount_micro_usd=amount)
    except InsufficientQuota:
        return False
    return True


def held_in_redis(tenant_id):
    return int(client().hget(redis_names.wallet(tenant_id), "held_micro_usd") or 0)


def test_job_is_refused_what_open_streams_hold(tenant_id):
    assert reserve(tenant_id, 1, 1_372)

    assert not hold(tenant_id, 1_325)
    assert get_balance(tenant_id) == (BALANCE, 0)
    assert get_spendable(tenant_id) == BALANCE - 1_372
    assert held_in_redis(tenant_id) == 1_372
    assert hold(tenant_id, BALANCE - 1_372)


def test_job_is_refused_what_ended_calls_have_used_and_the_ledger_does_not_have_yet(tenant_id):
    reserve(tenant_id, 1, 1_000)
    settle(tenant_id, 1, 1_000, 900)

    assert not hold(tenant_id, BALANCE - 899)
    assert hold(tenant_id, BALANCE - 900)


def test_call_sees_the_hold_of_a_job_before_and_after_its_commit(tenant_id):
    with transaction.atomic():
        assert hold(tenant_id, 1_400)
        assert not reserve(tenant_id, 1, 101)
    assert held_in_redis(tenant_id) == 0
    assert not reserve(tenant_id, 2, 101)
    assert reserve(tenant_id, 3, 100)


def test_same_job_holds_once(tenant_id):
    assert hold(tenant_id, 1_000)
    assert hold(tenant_id, 1_000)

    assert get_balance(tenant_id) == (500, 1_000)
    assert held_in_redis(tenant_id) == 0


def test_hold_of_a_job_that_was_undone_is_given_back_by_the_sweep_of_holds(tenant_id, monkeypatch):
    monkeypatch.setattr(wallets, "_HOLD_SECONDS", -1)
    with pytest.raises(RuntimeError), transaction.atomic():
        hold(tenant_id, 1_400)
        raise RuntimeError

    gateway(lambda limits: limits.sweep())

    assert (get_balance(tenant_id), held_in_redis(tenant_id)) == ((BALANCE, 0), 0)
    assert reserve(tenant_id, 1, BALANCE)


def test_balance_that_redis_has_not_heard_of_is_what_counts(tenant_id):
    client().hset(redis_names.wallet(tenant_id), mapping={"ledger_micro_usd": 10**9, "ledger_sequence": 0})
    assert not hold(tenant_id, BALANCE + 1)

    client().delete(redis_names.wallet(tenant_id))
    assert hold(tenant_id, BALANCE)


def test_nothing_is_held_while_what_calls_hold_is_unknown(tenant_id, monkeypatch):
    from redis.exceptions import ConnectionError as Lost

    def lost(*_args):
        raise Lost

    monkeypatch.setattr(client(), "eval", lost)

    with pytest.raises(Unavailable):
        hold_credit(tenant_id, job_id="ftjob-1", amount_micro_usd=1)
    assert get_balance(tenant_id) == (BALANCE, 0)


def test_hold_is_counted_until_the_smaller_balance_is_published(tenant_id, monkeypatch):
    """A lost word after the commit leaves the money set aside twice for a while, never not at all."""
    monkeypatch.setattr(wallets.JobHold, "hand_over", lambda *_args, **_kwargs: None)
    monkeypatch.setattr(wallets, "publish_balance", lambda *_args: None)

    assert hold(tenant_id, 1_400)

    assert not reserve(tenant_id, 1, 101)


def test_races_between_calls_and_jobs_never_spend_more_than_there_is(tenant_id):
    start, spent = threading.Barrier(8), []

    def run(number):
        amount = 400 + number
        start.wait()
        try:
            if number % 2:
                spent.append(amount if hold(tenant_id, amount, f"ftjob-{number}") else 0)
            else:
                spent.append(amount if reserve(tenant_id, number, amount) else 0)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(spent) == 8
    assert BALANCE - 408 < sum(spent) <= BALANCE
    assert get_spendable(tenant_id) == BALANCE - sum(spent)


def test_wallet_lock_is_what_orders_jobs(tenant_id):
    """Money that another posting takes at the same moment is seen when it is committed."""
    grant_credit(tenant_id, amount_micro_usd=500, idempotency_key="more", reason="test")
    with tenant_scope(tenant_id):
        lock_wallet(tenant_id)
        assert hold(tenant_id, BALANCE + 500)
    assert not hold(tenant_id, 1, "ftjob-2")
