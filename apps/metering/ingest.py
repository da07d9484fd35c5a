"""Usage events from the Redis stream into the ledger: each exactly once, by its request id."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from redis.exceptions import ResponseError

from apps.core.redis import client
from apps.core.tenancy import tenant_transaction
from apps.metering import selectors, wallets
from apps.metering.models import Account, TransactionKind, UsageRecord
from apps.metering.services import Line, lock_wallet, post
from apps.tenants.services import note_key_use
from kernel import redis_names, wire
from kernel.contracts import UsageEvent
from kernel.errors import FineryError
from kernel.money import CostLine, Price, booked_cost, total_micro_usd, usage_cost

log = logging.getLogger(__name__)

PriceOf = Callable[[int], Price]
_BATCH = 200
_CONSUMER = "tasks"
_STUCK_MS = 30_000  # a message that another consumer took and never acknowledged is taken over after this
DEAD_STREAM = redis_names.USAGE_STREAM + ":dead"


class Posted(NamedTuple):
    cost_micro_usd: int
    balance_micro_usd: int
    sequence: int


def ingest_usage(price_of: PriceOf) -> int:
    """Post what is on the stream. Returns the number of events taken off it.

    An event that cannot be read or priced is kept on the dead stream for a person, and the rest goes on.
    """
    _ensure_group()
    done = 0
    while messages := _next_messages():
        for message_id, fields in messages:
            done += _take(message_id, fields, price_of)
    return done


def _ensure_group() -> None:
    try:
        client().xgroup_create(redis_names.USAGE_STREAM, redis_names.USAGE_GROUP, id="0", mkstream=True)
    except ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise


def _next_messages() -> list[tuple[bytes, dict[bytes, bytes]]]:
    claimed: Any = client().xautoclaim(
        redis_names.USAGE_STREAM, redis_names.USAGE_GROUP, _CONSUMER, min_idle_time=_STUCK_MS, count=_BATCH
    )
    if stuck := claimed[1]:
        return [(entry[0], entry[1]) for entry in stuck]
    read: Any = client().xreadgroup(
        redis_names.USAGE_GROUP, _CONSUMER, {redis_names.USAGE_STREAM: ">"}, count=_BATCH
    )
    if not read:
        return []
    [entries] = read.values() if isinstance(read, dict) else [found for _, found in read]
    if entries and isinstance(entries[0], list):  # RESP3 nests them once more
        [entries] = entries
    return [(entry[0], entry[1]) for entry in entries]


def _take(message_id: bytes, fields: dict[bytes, bytes], price_of: PriceOf) -> int:
    try:
        event = wire.decode(fields[b"event"], UsageEvent)
        price = price_of(event.price_version)
    except (LookupError, ValueError, FineryError):
        log.exception("usage event %s cannot be posted; it is kept on %s", message_id, DEAD_STREAM)
        client().xadd(DEAD_STREAM, {name: value for name, value in fields.items()})
        client().xack(redis_names.USAGE_STREAM, redis_names.USAGE_GROUP, message_id)
        return 1
    posted = post_usage(event.tenant_id, event, price)
    wallets.acknowledge(
        event.tenant_id,
        message_id,
        cost_micro_usd=posted.cost_micro_usd,
        balance_micro_usd=posted.balance_micro_usd,
        sequence=posted.sequence,
    )
    return 1


@tenant_transaction
def post_usage(tenant_id: str, event: UsageEvent, price: Price) -> Posted:
    """Record one call and its cost; a call already recorded changes nothing.

    Returns:
        What the gateway took for the call, and the wallet as it now is. The ledger's own lines carry
        fractions of a micro-dollar from call to call.
    """
    wallet = lock_wallet(tenant_id)
    tokens = {
        "input_tokens": event.input_tokens,
        "cached_tokens": event.cached_tokens,
        "output_tokens": event.output_tokens,
    }
    if not UsageRecord.objects.for_tenant(tenant_id).filter(id=event.request_id).exists():
        costs, wallet.carry = booked_cost(price, wallet.carry, **tokens)
        wallet.save(update_fields=["carry"])
        _record(tenant_id, event, price, costs)
        note_key_use(tenant_id, key_id=event.key_id, at=datetime.fromtimestamp(event.ended_at, UTC))
        wallet.refresh_from_db()
    taken = total_micro_usd(usage_cost(price, **tokens))
    return Posted(taken, selectors.account_balance(tenant_id, Account.WALLET), wallet.sequence)


def _record(tenant_id: str, event: UsageEvent, price: Price, costs: tuple[CostLine, ...]) -> None:
    total = total_micro_usd(costs)
    lines = [Line(account=Account.WALLET, amount_micro_usd=-total)]
    lines += [
        Line(
            account=Account.REVENUE,
            amount_micro_usd=cost.amount_micro_usd,
            line_item=f"{event.base_model}, {cost.kind.replace('_', ' ')}",
            quantity=cost.tokens,
            price_version=price.version,
            project_id=event.project_id,
            key_id=event.key_id,
        )
        for cost in costs
    ]
    posted = (
        post(tenant_id, kind=TransactionKind.USAGE, idempotency_key=event.request_id, lines=lines)
        if costs
        else None
    )
    UsageRecord.objects.for_tenant(tenant_id).create(
        id=event.request_id,
        tenant_id=tenant_id,
        transaction=posted,
        project_id=event.project_id,
        key_id=event.key_id,
        user_id=event.user_id or "",
        operation=event.operation,
        model=event.model,
        base_model=event.base_model,
        price_version=price.version,
        input_tokens=event.input_tokens,
        cached_tokens=event.cached_tokens,
        output_tokens=event.output_tokens,
        cost_micro_usd=total,
        status=event.status,
        started_at=datetime.fromtimestamp(event.started_at, UTC),
        ended_at=datetime.fromtimestamp(event.ended_at, UTC),
    )
