"""An organization's limit and a project's on one base: whichever is used up refuses, and both are exact."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from kernel import redis_names
from kernel.contracts import LimitEntry
from kernel.errors import FineryError
from kernel.ids import new_id
from tests.workers.gateway.platform import (
    Platform,
    Tenant,
    assert_nothing_counted,
    assert_nothing_happened,
    error_of,
    stay_within_a_minute,
)
from tests.workers.gateway.stub_engine import StubEngine
from workers.gateway.limits import Hold, Limits

CHAT: dict[str, Any] = {"model": "nano", "messages": [{"role": "user", "content": "Hello"}]}
EMBED = {"model": "mini", "input": "x"}
RESERVED = 256 + 16 + 5 + 1 + 100  # tokens that CHAT with `max_tokens` 100 reserves, see holds.bound
NOTHING = {"requests": 0, "tokens": 0}


def project_rate(tenant: Tenant, base: str = "nano") -> dict[str, int]:
    return tenant.rate(f"{tenant.project_id}/{base}")


def assert_limited(response: httpx.Response, kind: str) -> str:
    error = error_of(response)
    assert (response.status_code, error["code"], error["type"]) == (429, "rate_limit_exceeded", kind)
    assert 1 <= int(response.headers["retry-after"]) <= 60
    message: str = error["message"]
    return message


def test_projects_requests_are_limited_below_the_organizations(tenant: Tenant, engine: StubEngine) -> None:
    stay_within_a_minute(15)
    tenant.limit_project("nano", rpm=2)
    model = tenant.route("ft:nano:acme::limited0", "nano")  # a tuned model counts for its base
    served = [tenant.post("chat/completions", CHAT | {"model": name}) for name in ("nano", model)]
    tenant.settled(2)

    message = assert_limited(tenant.post("chat/completions", CHAT), "requests")

    assert [response.status_code for response in served] == [200, 200]
    where = f"Rate limit reached for nano in project {tenant.project_id} on requests per min (RPM): "
    assert message.startswith(where + "Limit 2, Used 2. Please try again in ")
    assert tenant.settled(2) and len(engine.requests) == 2
    assert tenant.rate(tenant.id)["requests"] == project_rate(tenant)["requests"] == 2


def test_other_projects_and_other_bases_go_on(tenant: Tenant, engine: StubEngine) -> None:
    stay_within_a_minute(15)
    tenant.limit_project("nano", rpm=0)
    sibling = tenant.with_key(project_id=new_id("proj_"))

    assert_limited(tenant.post("chat/completions", CHAT), "requests")
    assert_nothing_happened(tenant, engine)
    assert_nothing_counted(tenant)
    assert tenant.post("embeddings", EMBED).status_code == 200
    assert sibling.post("chat/completions", CHAT).status_code == 200

    tenant.settled(2)
    assert tenant.rate(tenant.id)["requests"] == 2
    # Where there is no limit nothing is counted.
    assert project_rate(tenant) == project_rate(tenant, "mini") == NOTHING


def test_organizations_limit_still_holds(platform: Platform, engine: StubEngine) -> None:
    stay_within_a_minute(15)
    tenant = platform.tenant(rpm=1)
    tenant.limit_project("nano", rpm=5)
    assert tenant.post("chat/completions", CHAT).status_code == 200

    message = assert_limited(tenant.post("chat/completions", CHAT), "requests")

    assert message.startswith("Rate limit reached on requests per min (RPM): Limit 1, Used 1.")
    tenant.settled()
    assert project_rate(tenant)["requests"] == 1


def test_projects_tokens_are_limited_and_unused_ones_go_back_to_both(
    tenant: Tenant, engine: StubEngine
) -> None:
    stay_within_a_minute(15)
    tenant.limit_project("nano", tpm=11)
    for _ in range(2):  # the engine says 7 + 3 tokens; what was reserved beyond is given back
        assert tenant.post("chat/completions", CHAT).status_code == 200
    tenant.settled(2)

    message = assert_limited(tenant.post("chat/completions", CHAT), "tokens")

    assert f"for nano in project {tenant.project_id} on tokens per min (TPM): Limit 11, Used 20." in message
    assert tenant.rate(tenant.id) == project_rate(tenant) == {"requests": 2, "tokens": 20}
    assert tenant.settled(2)


def test_refusal_of_the_wallet_is_counted_nowhere(platform: Platform, engine: StubEngine) -> None:
    tenant = platform.tenant(balance=10)
    tenant.limit_project("nano", rpm=5)

    assert error_of(tenant.post("chat/completions", CHAT))["code"] == "insufficient_quota"

    assert_nothing_happened(tenant, engine)
    assert_nothing_counted(tenant)


def test_headers_tell_the_tighter_limit_of_each_kind(platform: Platform, engine: StubEngine) -> None:
    stay_within_a_minute(15)
    tenant = platform.tenant(rpm=10, tpm=1_000_000)
    tenant.limit_project("nano", rpm=100, tpm=50_000)

    headers = tenant.post("chat/completions", CHAT | {"max_tokens": 100}).headers

    tenant.settled()
    told = {
        name.removeprefix("x-ratelimit-"): value for name, value in headers.items() if "ratelimit" in name
    }
    assert (told["limit-requests"], told["remaining-requests"]) == ("10", "9")
    assert told["limit-tokens"] == "50000" and 49_000 < int(told["remaining-tokens"]) < 49_900
    assert told["reset-requests"] == told["reset-tokens"]


@pytest.mark.parametrize(("limits", "admitted"), [({"rpm": 20}, 20), ({"tpm": 13 * RESERVED + 1}, 14)])
def test_burst_never_exceeds_the_projects_limit(
    tenant: Tenant, engine: StubEngine, limits: dict[str, int], admitted: int
) -> None:
    stay_within_a_minute(20)
    engine.script.pause_seconds = 3.0  # all are reserved before the first one settles
    tenant.limit_project("nano", **limits)
    body, headers = CHAT | {"max_tokens": 100}, {"Authorization": f"Bearer {tenant.key}"}
    url = f"{tenant.platform.gateway_url}/v1/chat/completions"

    with ThreadPoolExecutor(60) as pool, httpx.Client(timeout=30, headers=headers) as client:
        statuses = list(pool.map(lambda _: client.post(url, json=body).status_code, range(60)))

    served = statuses.count(200)
    tenant.settled(served)
    assert set(statuses) == {200, 429} and len(engine.requests) == served
    assert served == admitted
    assert tenant.rate(tenant.id) == project_rate(tenant) == {"requests": served, "tokens": 10 * served}


class Model:
    """What the two scripts promise, in the plainest words."""

    def __init__(self, limits: list[LimitEntry]) -> None:
        self.limits, self.used = limits, [[0, 0] for _ in limits]
        self.holds: set[int] = set()

    def reserve(self, call: int, tokens: int) -> bool:
        if call in self.holds:
            return True
        for limit, (requests, used) in zip(self.limits, self.used, strict=True):
            if requests >= limit.requests_per_minute or used >= limit.tokens_per_minute:
                return False
        for use in self.used:
            use[0] += 1
            use[1] += tokens
        self.holds.add(call)
        return True

    def settle(self, call: int, unused: int) -> None:
        if call in self.holds:
            self.holds.remove(call)
            for use in self.used:
                use[1] -= unused


LIMITS = st.builds(LimitEntry, requests_per_minute=st.integers(0, 6), tokens_per_minute=st.integers(0, 60))
STEPS = st.lists(st.tuples(st.sampled_from(["reserve", "settle"]), st.integers(0, 5)), max_size=25)


@settings(deadline=None, max_examples=60)
@given(limits=st.lists(LIMITS, min_size=1, max_size=2), steps=STEPS)
def test_any_order_and_repetition_counts_each_call_once(
    store: "redis.Redis", gateway_redis_url: str, limits: list[LimitEntry], steps: list[tuple[str, int]]
) -> None:
    tenant_id, minute = new_id("org-"), int(time.time() // 60)
    store.hset(redis_names.wallet(tenant_id), mapping={"ledger_micro_usd": 1_000})
    fields = (tenant_id, f"{new_id('proj_')}/nano")[: len(limits)]

    def hold(call: int) -> Hold:
        return Hold(
            tenant_id=tenant_id,
            request_id=f"req_{call}",
            amount_micro_usd=7,
            reserved_tokens=10 + call,
            minute=minute,
            limited_by=fields,
        )

    async def run() -> None:
        async with Redis.from_url(gateway_redis_url) as client:
            subject, model = Limits(client, hold_seconds=60), Model(limits)
            for act, call in steps:
                if act == "settle":
                    await subject.settle(hold(call), cost_micro_usd=0, event=b"", used_tokens=call)
                    model.settle(call, unused=10)
                else:
                    assert await _is_admitted(subject, hold(call), limits) == model.reserve(call, 10 + call)
                counted = [
                    store.hmget(redis_names.rate(field, minute), "requests", "tokens") for field in fields
                ]
                assert [[int(number or 0) for number in use] for use in counted] == model.used
                held = store.hget(redis_names.wallet(tenant_id), "held_micro_usd")
                assert int(held or 0) == 7 * len(model.holds)
            for call in model.holds:
                await subject.settle(hold(call), cost_micro_usd=0, event=b"", used_tokens=call)

    asyncio.run(run())


async def _is_admitted(subject: Limits, hold: Hold, limits: list[LimitEntry]) -> bool:
    try:
        await subject.reserve(hold, limits)
    except FineryError as error:
        assert error.code == "rate_limit_exceeded"
        return False
    return True
