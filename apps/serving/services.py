"""What gateways and engines are told."""

import time

from apps.catalog import selectors as catalog
from apps.core import snapshot
from apps.core.redis import client
from apps.finetuning.selectors import list_all_routes
from apps.metering import wallets
from apps.metering.ingest import ingest_usage
from apps.metering.selectors import list_tenants_with_wallet, wallet_position
from apps.tenants.selectors import list_all_live_keys, list_all_organizations
from apps.tenants.services import key_entry, limit_entry
from kernel import redis_names, wire
from kernel.contracts import EngineEntry
from kernel.money import Price


def reconcile_snapshot() -> int:
    """Rewrite what gateways know from the database, so that a message lost on the way is late, not lost.

    Returns:
        The number of entries that differed.
    """
    changed = snapshot.replace_table(
        "bases", {base.id: catalog.base_entry(base.id) for base in catalog.list_bases()}
    )
    changed += snapshot.replace_table("keys", {row.key_hash: key_entry(row) for row in list_all_live_keys()})
    changed += snapshot.replace_table("routes", dict(list_all_routes()))
    changed += snapshot.replace_table(
        "limits", {row.id: limit_entry(row) for row in list_all_organizations()}
    )
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
