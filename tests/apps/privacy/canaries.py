"""A tenant whose every text holds a word that occurs nowhere else, and a search for it in every store."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from apps.core.objects import store
from apps.core.objects.folder import FolderStore
from apps.core.redis import client
from apps.core.tenancy import system_scope, tenant_scope
from apps.datasets.models import FileRow
from apps.datasets.services.uploads import add_part, create_upload
from apps.finetuning.selectors import get_job
from apps.finetuning.services.claim_job import claim_job
from apps.finetuning.services.report_progress import add_checkpoint, report_progress
from apps.metering.ingest import DEAD_STREAM
from apps.metering.services import grant_credit
from apps.privacy.services import build_export, request_export
from apps.serving.services import post_usage_from_stream, reconcile_snapshot
from apps.tenants.selectors import list_organizations
from apps.tenants.services import (
    KeyBounds,
    create_admin_key,
    create_api_key,
    create_organization,
    create_project,
    create_service_account,
    invite_user,
    rename_organization,
    set_rate_limit,
)
from apps.tenants.services.invites import InviteRequest
from kernel import redis_names, wire
from kernel.ids import new_id
from tests.apps.finetuning.test_job_life import step, succeed
from tests.apps.metering.test_ingest import event_of
from tests.factories.finetuning import INTENTS, make_file, make_job, upload_adapter
from tests.factories.tenants import Owner, make_member, make_user

BASE = "all-minilm-l6-v2"


@dataclass(frozen=True)
class Canaries:
    """What must be found nowhere once the tenant is gone."""

    owner: Owner
    word: str
    adapters: tuple[str, ...]  # engine names
    jobs: tuple[str, ...]
    model: str  # public name

    @property
    def tenant_id(self) -> str:
        return self.owner.tenant_id

    @property
    def needles(self) -> tuple[str, ...]:
        ids = tuple(name.partition("@")[0] for name in self.adapters)
        return (self.word, *self.adapters, *ids, self.owner.project.id, *self.jobs)


def make_canaries(word: str, *, upload: Any = upload_adapter) -> Canaries:
    """An organization with one of everything. `upload` places a job's adapter."""
    owner = make_named_owner(word)
    tenant_id, user_id = owner.tenant_id, owner.user.id
    make_people_and_keys(owner, word)
    file_id = make_file(owner, content=f"{INTENTS}{word} in a row,track\n", filename=f"{word}.csv")
    begin_upload(owner, word)
    job = make_job(owner, suffix=word[:18], training_file=file_id, metadata={"note": word})
    lease = claim_job("runner")
    assert lease is not None and lease.spec.job_id == job.id
    token = lease.fencing_token
    report_progress(tenant_id, job.id, fencing_token=token, progress=[step(1)])
    first = upload_adapter(owner, lease, 1)
    add_checkpoint(tenant_id, job.id, fencing_token=token, progress=step(1), adapter_name=first)
    store.save(f"checkpoints/{job.id}/step-1.tar", [f"optimizer of {word}".encode()])
    last = succeed(owner, lease, adapter_name=upload(owner, lease, 4))
    running = make_job(owner, suffix=word[:18], training_file=file_id, seed=1)
    assert claim_job("runner").spec.job_id == running.id  # type: ignore[union-attr]
    waiting = make_job(owner, suffix=word[:18], training_file=file_id, seed=2)
    index_row(owner, file_id)  # last: jobs look at rows, and this one is not in the file
    model = get_job(tenant_id, job.id).fine_tuned_model
    use(owner, model)
    export = request_export(tenant_id, user_id=user_id)
    build_export(tenant_id, export.id)
    request_export(tenant_id, user_id=user_id)  # one more, still queued
    reconcile_snapshot()
    return Canaries(owner, word, (first, last), (job.id, running.id, waiting.id), model)


def begin_upload(owner: Owner, word: str) -> None:
    """A file of which one part has come."""
    about = {"project_id": owner.project.id, "filename": f"{word}.txt", "purpose": "user_data"}
    upload = create_upload(owner.tenant_id, size=1000, mime_type="text/plain", **about)  # type: ignore[arg-type]
    add_part(owner.tenant_id, upload.id, project_id=owner.project.id, chunks=[f"part of {word}".encode()])


def index_row(owner: Owner, file_id: str) -> None:
    with tenant_scope(owner.tenant_id):
        FileRow.objects.for_tenant(owner.tenant_id).create(
            tenant_id=owner.tenant_id,
            file_id=file_id,
            number=999,
            line=1000,
            offset=0,
            hash=b"h",
            input_hash=b"i",
        )


def make_named_owner(word: str) -> Owner:
    user = make_user("owner")
    organization = create_organization(user.id, name=f"{word} Ltd")
    [found] = list_organizations(user)
    [own] = found.projects
    made = create_api_key(organization.id, project_id=own.project.id, user_id=user.id, name=word)
    grant_credit(organization.id, amount_micro_usd=5_000_000, idempotency_key="credit", reason="Credit")
    rename_organization(organization.id, name=f"{word} Limited")
    return Owner(user, organization, own.project, made.value, made.row.id)


def make_people_and_keys(owner: Owner, word: str) -> None:
    tenant_id, project_id = owner.tenant_id, owner.project.id
    make_member(owner, "developer")
    create_project(tenant_id, name=word)
    create_service_account(tenant_id, project_id=project_id, name=word, with_key=True)
    create_admin_key(tenant_id, user_id=owner.user.id, name=word)
    create_api_key(
        tenant_id, project_id=project_id, user_id=owner.user.id, name=word, bounds=KeyBounds(models=(word,))
    )
    invite_user(
        tenant_id,
        InviteRequest(email=f"{word}@example.com", role="developer", projects=((project_id, "member"),)),
        invited_by=owner.user.id,
        may_write_owners=True,
    )
    set_rate_limit(
        tenant_id, project_id=project_id, base_model=BASE, requests_per_minute=7, tokens_per_minute=77
    )


def use(owner: Owner, model: str) -> None:
    """Calls: one booked, one still on the stream, one that cannot be read, and one under way."""
    redis, version = client(), newest_price()
    for number in (1, 2):
        event = event_of(owner, new_id("req_"), model=model, base_model=BASE, price_version=version)
        redis.hincrby(redis_names.wallet(owner.tenant_id), "unposted_micro_usd", 10)
        redis.xadd(redis_names.USAGE_STREAM, {"event": wire.encode(event)})
        if number == 1:
            post_usage_from_stream()
    redis.xadd(DEAD_STREAM, {"event": wire.encode(event_of(owner, new_id("req_"), model=model))})
    redis.zadd(redis_names.HOLDS, {f"{owner.tenant_id} req_1 99": 4_000_000_000})
    for field in (owner.tenant_id, f"{owner.project.id}/{BASE}"):
        redis.hset(redis_names.rate(field, 1), mapping={"requests": 1})


def newest_price() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(version) FROM catalog_priceversion WHERE base_id = %s", [BASE])
        return int(cursor.fetchone()[0])


# --- the search ----------------------------------------------------------------------------------------


def found_anywhere(needles: tuple[str, ...]) -> list[str]:
    """Where any of the needles is: tables (but the ledger's, which stays), Redis and the object store."""
    return [*found_in_tables(needles), *found_in_redis(needles), *found_in_objects(needles)]


def all_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def found_in_tables(needles: tuple[str, ...]) -> list[str]:
    """Tables with a needle in any column of any row, by the role that sees every row."""
    found = []
    with system_scope(), connection.cursor() as cursor:
        for table in all_tables():
            for needle in needles:
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" AS row WHERE row::text ILIKE %s', [f"%{needle}%"]
                )
                if number := cursor.fetchone()[0]:
                    found.append(f"{table}: {needle} x {number}")
    return found


def count_rows(tenant_id: str) -> dict[str, int]:
    """Rows of one tenant by table, whatever the columns are."""
    counts = {}
    with system_scope(), connection.cursor() as cursor:
        for table in all_tables():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS row WHERE row::text LIKE %s', [f"%{tenant_id}%"]
            )
            counts[table] = cursor.fetchone()[0]
    return counts


def found_in_redis(needles: tuple[str, ...]) -> list[str]:
    texts = {key: f"{key!r} {value!r}" for key, value in redis_content()}
    return [f"redis {key!r}: {n}" for key, text in texts.items() for n in needles if n in text]


def redis_content() -> Iterator[tuple[bytes, object]]:
    redis = client()
    readers: dict[Any, Any] = {
        b"string": redis.get,
        b"hash": redis.hgetall,
        b"set": redis.smembers,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"zset": lambda key: redis.zrange(key, 0, -1),
        b"stream": redis.xrange,
    }
    for key in redis.scan_iter(count=1000):
        yield key, readers[redis.type(key)](key)


def found_in_objects(needles: tuple[str, ...], root: Path | None = None) -> list[str]:
    """Files whose path or bytes hold a needle."""
    found = []
    for path in (root or settings.OBJECTS_FOLDER).rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        found += [
            f"object {path}: {needle}"
            for needle in needles
            if needle in str(path) or needle.encode() in content
        ]
    return found


def objects_of(tenant: Canaries) -> dict[str, bytes]:
    folders = [f"{kind}/{tenant.tenant_id}" for kind in ("files", "uploads", "exports")]
    folders += [f"adapters/{name.partition('@')[0]}" for name in tenant.adapters]
    folders += [f"checkpoints/{job_id}" for job_id in tenant.jobs]
    found = {}
    for folder in folders:
        for path in stored_at(folder).rglob("*"):
            if path.is_file():
                found[str(path)] = path.read_bytes()
    return found


def ledger_of(tenant_id: str) -> dict[str, Any]:
    """The whole ledger's sum and its accounts."""
    from apps.metering.models import LedgerLine

    with tenant_scope(tenant_id):
        lines = list(LedgerLine.objects.for_tenant(tenant_id).order_by("id"))
    balances: dict[str, int] = {}
    for line in lines:
        balances[line.account] = line.balance_micro_usd
    return {"sum": sum(line.amount_micro_usd for line in lines), "balances": balances, "lines": len(lines)}


def stored_at(key: str) -> Path:
    """Where the tests' folder keeps an object, or a folder of them."""
    assert isinstance(store, FolderStore)
    return store.path(key)
