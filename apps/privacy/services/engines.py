"""Adapters that no engine may hold any more: told to the engines' supervisors, who say when it is so."""

import time
from collections.abc import Collection
from datetime import timedelta
from typing import cast

from django.utils import timezone

from apps.core.objects import store
from apps.core.redis import client
from apps.core.tenancy import system_scope
from apps.finetuning.models import Adapter, FineTuneJob
from apps.privacy.models import Erasure
from kernel import redis_names

HOST_LASTS_SECONDS = 60.0  # a supervisor that is silent for longer is gone, and its engines with it
_WITHDRAWN = timedelta(days=7)
_BATCH = 500


def forbid_in_engines(names: Collection[str]) -> None:
    """Have every engine forget these adapters; repeating it changes nothing."""
    for name in names:
        client().hsetnx(redis_names.ADAPTERS_ERASED, name, str(time.time()))


def collect_answers(names: Collection[str]) -> dict[str, int] | None:
    """How many of these adapters each live host has forgotten, once all have; None: not yet.

    A host that comes back later looks for itself what the store does not have any more.
    """
    redis, wanted = client(), {name.encode() for name in names}
    if not wanted:
        return {}
    seen = cast(dict[bytes, bytes], redis.hgetall(redis_names.ENGINE_HOSTS))
    since = time.time() - HOST_LASTS_SECONDS
    live = [host.decode() for host, at in seen.items() if float(at) > since]
    done = {
        host: wanted & cast(set[bytes], redis.smembers(redis_names.adapters_erased_on(host))) for host in live
    }
    if any(forgotten != wanted for forgotten in done.values()):
        return None
    with redis.pipeline() as together:
        together.hdel(redis_names.ADAPTERS_ERASED, *wanted)
        for host in seen:
            together.srem(redis_names.adapters_erased_on(host.decode()), *wanted)
        together.execute()
    return {host: len(forgotten) for host, forgotten in done.items()}


def sweep_answers() -> None:
    """Take back what every host has done, but for erasures, which do that themselves."""
    with system_scope():
        plans = list(Erasure.objects.filter(finished_at__isnull=True).values_list("plan", flat=True))
    awaited = {name for plan in plans for name in plan.get("adapters", [])}
    asked = cast(list[bytes], client().hkeys(redis_names.ADAPTERS_ERASED))
    for name in {found.decode() for found in asked} - awaited:
        collect_answers([name])


def sweep_withdrawn_models() -> int:
    """Erase the weights of models that were deleted one by one. Returns how many there were."""
    since = timezone.now() - _WITHDRAWN
    with system_scope():
        rows = list(Adapter.all_tenants.filter(deleted_at__gte=since).values_list("id", "engine_name"))
    found = [(adapter_id, name) for adapter_id, name in rows if store.names_in(f"adapters/{adapter_id}")]
    for adapter_id, name in found:
        if name:
            forbid_in_engines([name])
        store.remove_folder(f"adapters/{adapter_id}")
    return len(found)


def remove_orphans() -> int:
    """Remove weights and checkpoints without a row: a runner that lost its job may have sent them late."""
    removed = 0
    for folder, model in (("adapters", Adapter), ("checkpoints", FineTuneJob)):
        names = store.names_in(folder)  # before the rows: a row comes before its first object
        for start in range(0, len(names), _BATCH):
            batch = names[start : start + _BATCH]
            with system_scope():
                known = set(model.all_tenants.filter(id__in=batch).values_list("id", flat=True))
            for name in sorted(set(batch) - known):
                store.remove_folder(f"{folder}/{name}")
                removed += 1
    return removed
