"""What gateways and engines are told."""

import time
from dataclasses import dataclass, replace

from apps.catalog import selectors as catalog
from apps.core import snapshot
from apps.core.redis import client
from apps.finetuning.selectors import list_all_routes
from apps.metering import wallets
from apps.metering.ingest import ingest_usage
from apps.metering.selectors import list_tenants_with_wallet, wallet_position
from apps.tenants import selectors as tenants
from apps.tenants.services import key_entry, limit_entry, rate_limit_entry, set_rate_limit
from kernel import redis_names, wire
from kernel.contracts import EngineEntry
from kernel.errors import NotFound
from kernel.money import Price

_RATE_LIMIT_PREFIX = "rl-"


def reconcile_snapshot() -> int:
    """Rewrite what gateways know from the database, so that a message lost on the way is late, not lost.

    Returns:
        The number of entries that differed.
    """
    changed = snapshot.replace_table(
        "bases", {base.id: catalog.base_entry(base.id) for base in catalog.list_bases()}
    )
    changed += snapshot.replace_table(
        "keys", {row.key_hash: key_entry(row) for row in tenants.list_all_working_keys()}
    )
    changed += snapshot.replace_table("routes", dict(list_all_routes()))
    limits: dict[str, object] = {row.id: limit_entry(row) for row in tenants.list_all_organizations()}
    limits |= {
        f"{row.project_id}/{row.base_model}": rate_limit_entry(row) for row in tenants.list_all_rate_limits()
    }
    changed += snapshot.replace_table("limits", limits)
    for tenant_id in list_tenants_with_wallet():
        balance, sequence = wallet_position(tenant_id)
        wallets.publish_balance(tenant_id, balance, sequence)
    return changed


def post_usage_from_stream() -> int:
    """Move usage events from the stream into the ledger. Returns how many."""
    prices: dict[int, Price] = {}

    def price_of(version: int) -> Price:
        if version not in prices:
            prices[version] = catalog.get_price(version)
        return prices[version]

    return ingest_usage(price_of)


def request_engine(base_id: str) -> EngineEntry:
    """Ask the supervisor for a base's engine and say how far it is.

    Raises:
        ModelNotFound: no such base.
    """
    base = catalog.get_base(base_id)
    client().hset(redis_names.ENGINES_WANTED, base.id, str(time.time()))
    found = client().hget(redis_names.ENGINES, base.id)
    if found is None:
        return EngineEntry(base_model=base.id, url="", state="starting")
    return wire.decode(found, EngineEntry)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """What a project may use of a base per minute."""

    base_model: str
    requests_per_minute: int
    tokens_per_minute: int

    @property
    def id(self) -> str:
        return f"{_RATE_LIMIT_PREFIX}{self.base_model}"


def list_rate_limits(tenant_id: str, project_id: str) -> list[RateLimit]:
    """One for each base: the project's own, else what the whole organization may use."""
    own = tenants.list_rate_limits(tenant_id, project_id)
    whole = tenants.get_organization(tenant_id)
    return [
        RateLimit(
            base_model=base.id,
            requests_per_minute=own.get(base.id, whole).requests_per_minute,
            tokens_per_minute=own.get(base.id, whole).tokens_per_minute,
        )
        for base in catalog.list_bases()
    ]


def update_rate_limit(
    tenant_id: str,
    *,
    project_id: str,
    rate_limit_id: str,
    requests_per_minute: int | None,
    tokens_per_minute: int | None,
) -> RateLimit:
    """Change one or both numbers. The organization's own limits still hold above them.

    Raises:
        NotFound: no such limit, or no such project of this tenant.
    """
    found = [limit for limit in list_rate_limits(tenant_id, project_id) if limit.id == rate_limit_id]
    if not found:
        raise NotFound("No such rate limit.", param="rate_limit_id")
    [old] = found
    changed = replace(
        old,
        requests_per_minute=old.requests_per_minute if requests_per_minute is None else requests_per_minute,
        tokens_per_minute=old.tokens_per_minute if tokens_per_minute is None else tokens_per_minute,
    )
    set_rate_limit(
        tenant_id,
        project_id=project_id,
        base_model=changed.base_model,
        requests_per_minute=changed.requests_per_minute,
        tokens_per_minute=changed.tokens_per_minute,
    )
    return changed
