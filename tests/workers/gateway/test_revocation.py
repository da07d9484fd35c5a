"""The bench of revocation, small: some keys, two gateways, subscriptions cut now and then."""

from collections.abc import Callable

import redis

from kernel import wire
from kernel.contracts import KeyEntry
from kernel.ids import new_id
from kernel.keys import new_key
from tests.bench import revocation
from tests.workers.gateway.conftest import GatewayProcess
from tests.workers.gateway.platform import PEPPER, Tenant


async def test_revoked_keys_are_refused_everywhere_within_a_second(
    tenant: Tenant, store: "redis.Redis", make_gateway: Callable[..., GatewayProcess]
) -> None:
    gateways = [make_gateway() for _ in range(2)]
    fleet = revocation.Fleet(store, [gateway.url for gateway in gateways], model="nano", pepper=PEPPER)
    owner = KeyEntry(key_id=new_id("key_"), tenant_id=tenant.id, project_id=tenant.project_id)
    keys = [new_key(new_id("key_")) for _ in range(40)]
    for key in keys:
        fleet.publish(key, wire.encode(owner))

    outcome = await revocation.measure(fleet, keys, cut_every=8)

    assert (len(outcome.pushed), len(outcome.cut), outcome.revived) == (70, 10, 0)
    assert outcome.seconds[-1] <= revocation.PROMISE_SECONDS
    for gateway in gateways:
        gateway.stop()
