"""What other processes do for a gateway: publish keys, models, limits; fill wallets; report engines."""

import time
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import openai
import redis

from kernel import redis_names, wire
from kernel.contracts import (
    BaseEntry,
    EngineEntry,
    KeyEntry,
    LimitEntry,
    RouteEntry,
    SnapshotChange,
    UsageEvent,
)
from kernel.ids import new_id
from kernel.keys import key_hash, new_key
from kernel.money import Price, total_micro_usd, usage_cost
from tests.workers.gateway.stub_engine import StubEngine

PEPPER = "test-key-pepper"
PRICE = Price(version=3, training=0, input=2_000_000, cached_input=500_000, output=10_000_000)
CONTEXT = 512
ADAPTER = "adp_01abc@0123456789ab"


@dataclass
class Platform:
    """The stores' side. Every tenant is new, so tests share one gateway and one Redis."""

    store: "redis.Redis"
    gateway_url: str = ""
    tenants: list["Tenant"] = field(default_factory=list)

    def publish(self, table: Any, name: str, entry: Any) -> None:
        value = None if entry is None else wire.encode(entry).decode()
        with self.store.pipeline(transaction=True) as transaction:
            if value is None:
                transaction.hdel(redis_names.snapshot_table(table), name)
            else:
                transaction.hset(redis_names.snapshot_table(table), name, value)
            transaction.incr(redis_names.SNAPSHOT_VERSION)
            version = transaction.execute()[-1]
        change = SnapshotChange(snapshot_version=version, table=table, field=name, value=value)
        self.store.publish(redis_names.SNAPSHOT_CHANNEL, wire.encode(change))

    def base(self, name: str, engine: Any, url: str, *, state: Any = "ready") -> None:
        entry = BaseEntry(
            id=name,
            engine=engine,
            source="none:",
            context_length=CONTEXT,
            max_lora_rank=16,
            price=PRICE,
            created_at=1,
            owned_by="finery",
            methods=("supervised",),
        )
        self.publish("bases", name, entry)
        self.engine(name, url, state)

    def engine(self, base: str, url: str, state: Any) -> None:
        entry = EngineEntry(base_model=base, url=url, state=state)
        self.store.hset(redis_names.ENGINES, base, wire.encode(entry))

    def tenant(self, *, balance: int | None = 10_000_000, rpm: int = 10_000, tpm: int = 10**9) -> "Tenant":
        tenant = Tenant(platform=self, id=new_id("org-"), project_id=new_id("proj_"))
        if balance is not None:
            self.store.hset(redis_names.wallet(tenant.id), mapping={"ledger_micro_usd": balance})
        self.publish("limits", tenant.id, LimitEntry(requests_per_minute=rpm, tokens_per_minute=tpm))
        self.tenants.append(tenant)
        return tenant.with_key()


@dataclass
class Tenant:
    platform: Platform
    id: str
    project_id: str
    key: str = ""

    def with_key(self, **bounds: Any) -> "Tenant":
        """The same tenant, calling by another key: one with these fields of KeyEntry."""
        key_id = new_id("key_")
        owner = {"tenant_id": self.id, "project_id": self.project_id, "user_id": "user_1"}
        entry = KeyEntry(key_id=key_id, **(owner | bounds))
        caller = replace(self, key=new_key(key_id))
        self.platform.publish("keys", key_hash(caller.key, PEPPER), entry)
        caller.wait_until_known()
        return caller

    def client(self, **options: Any) -> openai.OpenAI:
        options = {"max_retries": 0, "timeout": 30} | options
        return openai.OpenAI(api_key=self.key, base_url=f"{self.platform.gateway_url}/v1", **options)

    def post(self, path: str, content: Any = None, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}"} | options.pop("headers", {})
        url = f"{self.platform.gateway_url}/v1/{path}"
        if isinstance(content, bytes):
            return httpx.post(url, content=content, headers=headers, timeout=30, **options)
        return httpx.post(url, json=content, headers=headers, timeout=30, **options)

    def at(self, gateway_url: str) -> "Tenant":
        """The same caller at another gateway, once that knows the key."""
        caller = replace(self, platform=replace(self.platform, gateway_url=gateway_url))
        caller.wait_until_known()
        return caller

    def wait_until_known(self) -> None:
        deadline = time.monotonic() + 5
        while self.post("chat/completions", b"?").status_code == 401:
            assert time.monotonic() < deadline, "the gateway never learned of the key"
            time.sleep(0.01)

    def route(self, model: str, base: str, kind: Any = "causal_lora") -> str:
        entry = RouteEntry(base_model=base, adapter=ADAPTER, kind=kind, created_at=1)
        self.platform.publish("routes", f"{self.project_id}/{model}", entry)
        deadline = time.monotonic() + 5
        while self.post("completions", {"model": model, "prompt": ""}).status_code == 404:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return model

    def limit_project(self, base: str, *, rpm: int = 10_000, tpm: int = 10**9) -> None:
        """Returns once the gateways must know."""
        entry = LimitEntry(requests_per_minute=rpm, tokens_per_minute=tpm)
        self.platform.publish("limits", f"{self.project_id}/{base}", entry)
        self.with_key()  # published later, so what came before it is known too

    def rate(self, field: str) -> dict[str, int]:
        """What this minute and the last have counted for a field of the table `limits`."""
        now = int(time.time() // 60)
        counted = {"requests": 0, "tokens": 0}
        for minute in (now - 1, now):
            found: Any = self.platform.store.hgetall(redis_names.rate(field, minute))
            for name, value in found.items():
                counted[name.decode()] += int(value)
        return counted

    def revoke(self) -> None:
        self.platform.publish("keys", key_hash(self.key, PEPPER), None)

    def wallet(self) -> dict[str, int]:
        raw: Any = self.platform.store.hgetall(redis_names.wallet(self.id))
        return {name.decode(): int(value) for name, value in raw.items()}

    def events(self) -> list[UsageEvent]:
        entries: Any = self.platform.store.xrange(redis_names.USAGE_STREAM)
        events = [wire.decode(values[b"event"], UsageEvent) for _, values in entries]
        return [event for event in events if event.tenant_id == self.id]

    def settled(self, count: int = 1) -> list[UsageEvent]:
        """Wait for `count` events and for every hold to be gone; check the wallet against the events."""
        deadline = time.monotonic() + 8
        while len(self.events()) < count or self.held():
            assert time.monotonic() < deadline, f"{self.events()} {self.wallet()}"
            time.sleep(0.02)
        events = self.events()
        assert len(events) == count, events
        assert self.wallet().get("unposted_micro_usd", 0) == sum(map(cost, events))
        return events

    def held(self) -> int:
        with self.platform.store.pipeline(transaction=True) as both:  # one instant, or they may differ
            both.zrange(redis_names.HOLDS, 0, -1)
            both.hget(redis_names.wallet(self.id), "held_micro_usd")
            members, amount = both.execute()
        holds = [member for member in members if member.startswith(self.id.encode() + b" ")]
        held = int(amount or 0)
        assert bool(held) == bool(holds), "a hold and the wallet disagree"
        return held


def assert_nothing_happened(tenant: Tenant, engine: StubEngine) -> None:
    """No call reached the engine, nothing is held, nothing was charged."""
    assert engine.requests == []
    assert tenant.events() == [] and tenant.held() == 0
    assert tenant.wallet().get("unposted_micro_usd", 0) == 0


def assert_nothing_counted(tenant: Tenant, base: str = "nano") -> None:
    """No rate limit has counted a request or a token."""
    nothing = {"requests": 0, "tokens": 0}
    assert tenant.rate(tenant.id) == tenant.rate(f"{tenant.project_id}/{base}") == nothing


def error_of(response: httpx.Response) -> dict[str, Any]:
    """The error of an answer that has OpenAI's shape."""
    body = response.json()
    assert set(body) == {"error"} and set(body["error"]) == {"message", "type", "param", "code"}
    error: dict[str, Any] = body["error"]
    return error


def stay_within_a_minute(seconds: float) -> None:
    """Limits count by the minute: wait for the next one when less than that is left."""
    left = 60 - time.time() % 60
    if left < seconds:
        time.sleep(left + 0.1)


def cost(event: UsageEvent) -> int:
    return total_micro_usd(
        usage_cost(
            PRICE,
            input_tokens=event.input_tokens,
            cached_tokens=event.cached_tokens,
            output_tokens=event.output_tokens,
        )
    )
