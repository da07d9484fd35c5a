"""The steps of an erasure, in order. Each may be repeated, and interrupted anywhere."""

from typing import Any, cast

from django.db import connection
from django.utils import timezone

from apps.core.objects import store
from apps.core.redis import client
from apps.core.tenancy import system_scope, tenant_scope
from apps.finetuning.models import ACTIVE, Adapter, FineTuneJob
from apps.finetuning.services.end_job import end_cancelled
from apps.metering.ingest import DEAD_STREAM
from apps.privacy.services.engines import forbid_in_engines
from apps.privacy.services.receipts import count, get_plan, remember
from apps.privacy.tables import tables_to_erase
from apps.serving.services import post_usage_from_stream, reconcile_snapshot
from apps.tenants.models import Organization, Project
from kernel import redis_names

_BATCH = 2000


def end_jobs(tenant_id: str) -> None:
    """Cancel what waits or runs: holds are settled, and the runner's next word finds its lease lost."""
    with tenant_scope(tenant_id):
        jobs = FineTuneJob.objects.for_tenant(tenant_id).select_for_update().filter(status__in=ACTIVE)
        for job in jobs:
            end_cancelled(job)
        count(tenant_id, {"jobs_ended": len(jobs)})


def post_usage(tenant_id: str) -> None:
    """Book the calls that gateways have finished, while there are rows to book them to."""
    post_usage_from_stream()


def make_plan(tenant_id: str) -> None:
    """Write down whatever can be found through rows only."""
    with tenant_scope(tenant_id):
        adapters = dict(Adapter.objects.for_tenant(tenant_id).values_list("id", "engine_name"))
        jobs = list(FineTuneJob.objects.for_tenant(tenant_id).values_list("id", flat=True))
        projects = list(Project.objects.for_tenant(tenant_id).values_list("id", flat=True))
    folders = [f"{kind}/{tenant_id}" for kind in ("files", "uploads", "exports")]
    folders += [f"adapters/{adapter_id}" for adapter_id in adapters]
    folders += [f"checkpoints/{job_id}" for job_id in jobs]
    engine_names = [name for name in adapters.values() if name]
    remember(tenant_id, {"folders": folders, "adapters": engine_names, "projects": projects})


def remove_objects(tenant_id: str) -> None:
    """Files, weights, checkpoints and archives. From here on no engine can load anything of the tenant."""
    for folder in get_plan(tenant_id)["folders"]:
        removed = store.remove_folder(folder)
        count(tenant_id, {"objects": removed.objects, "object_bytes": removed.bytes})


def tell_engines(tenant_id: str) -> None:
    forbid_in_engines(get_plan(tenant_id)["adapters"])


def remove_rows(tenant_id: str) -> None:
    """Every row of every table that is not kept, some at a time, each lot with its number in the receipt."""
    for table in tables_to_erase():
        while _remove_some(tenant_id, table) == _BATCH:
            pass


def _remove_some(tenant_id: str, table: str) -> int:
    with system_scope():
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {table} WHERE ctid = ANY(ARRAY("
                f"SELECT ctid FROM {table} WHERE tenant_id = %s LIMIT {_BATCH}))",
                [tenant_id],
            )
            removed: int = cursor.rowcount
        if removed:
            count(tenant_id, {f"rows.{table}": removed})
    return removed


def leave_tombstone(tenant_id: str) -> None:
    """Of the organization only its id and its dates stay, for the ledger's lines to point at."""
    with system_scope():
        rows = Organization.objects.filter(id=tenant_id, deleted_at__lte=timezone.now())
        rows.update(name="", slug=f"deleted-{tenant_id[-26:]}")


def clear_redis(tenant_id: str) -> None:
    """What gateways know of the tenant, and what they counted."""
    reconcile_snapshot()  # the rows are gone: so are now the keys, limits and routes that came from them
    redis = client()
    redis.delete(redis_names.wallet(tenant_id))
    for member, _ in redis.zscan_iter(redis_names.HOLDS, match=f"{tenant_id} *"):
        redis.zrem(redis_names.HOLDS, member)
    for owner in [tenant_id, *get_plan(tenant_id)["projects"]]:
        for key in redis.scan_iter(match=redis_names.rates_of(owner), count=1000):
            redis.delete(key)
    entries = cast(list[tuple[bytes, dict[bytes, Any]]], redis.xrange(DEAD_STREAM))
    for message_id, fields in entries:
        if any(tenant_id.encode() in value for value in fields.values()):
            redis.xdel(DEAD_STREAM, message_id)


STEPS = (
    end_jobs,
    post_usage,
    make_plan,
    remove_objects,
    tell_engines,
    remove_rows,
    leave_tombstone,
    clear_redis,
)
