"""Services and selectors called directly, as tasks and internal calls do: with tenant B's name and A's ids.

Each must find nothing, and change nothing of A's. What counts only is compared with what it was.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone

from apps.audit.selectors import AuditFilters, find_break, iterate_audit_events
from apps.catalog.selectors import token_counter
from apps.core.tenancy import system_scope, tenant_scope
from apps.datasets import selectors as files
from apps.datasets import services as file_services
from apps.datasets.selectors import uploads as uploads_of
from apps.datasets.services import leases as leases_of_files
from apps.datasets.services.delete import _note_removal as note_removal
from apps.datasets.services.file_rows import remove_rows
from apps.datasets.services.quota import stored_bytes
from apps.datasets.services.uploads import _note_discarded as note_discarded
from apps.finetuning import selectors as jobs
from apps.finetuning.services import (
    adapters,
    end_job,
    leases,
    report_progress,
    results,
    start_job,
    sweep_jobs,
)
from apps.metering import selectors as ledger
from apps.metering.models import LedgerTransaction
from apps.metering.services import grant_credit
from apps.privacy import selectors as archives
from apps.privacy.models import Erasure
from apps.privacy.services import archive, exports, steps
from apps.privacy.tables import rows_of, tenant_models
from apps.staff import selectors as staff
from apps.tenants import selectors, services
from apps.tenants.models import ApiKey
from apps.tenants.services.api_keys import create_session_key, publish_keys, revoke_keys_of
from apps.tenants.services.invites import InviteRequest
from kernel.contracts import Progress, TrainFailure
from kernel.errors import FineryError
from tests.isolation.acts import wrong_acts
from tests.isolation.personas import World
from tests.isolation.probes import fingerprint
from tests.isolation.undo import undone
from tests.isolation.world import BASE, CANARY

Call = Callable[[str, dict[str, str]], Any]  # the caller's tenant, the ids of the other

_PROGRESS = Progress(step=2, total_steps=4, epoch=0.5, train_loss=1.0, learning_rate=1e-3, trained_tokens=10)
_FAILURE = TrainFailure(blame="platform", code="x", message="x")


def _page(rows: Any) -> tuple[list[Any], bool]:
    return list(rows), False


CALLS: dict[str, Call] = {
    # data
    "get_file": lambda t, i: files.get_file(t, i["file_id"]),
    "list_files": lambda t, i: files.list_files(t, project_id=i["project_id"], purpose=None, page=_page),
    "open_content": lambda t, i: files.open_content(t, i["file_id"], project_id=i["project_id"]),
    "delete_file": lambda t, i: file_services.delete_file(t, i["file_id"]),
    "stored_bytes": lambda t, i: i["file_id"] if stored_bytes(t, project_id=i["project_id"]) else "",
    "validate_file": lambda t, i: file_services.validate_file(t, i["fresh_file_id"]),
    "claim_file": lambda t, i: leases_of_files.claim_file(t, i["fresh_file_id"]),
    "release_file": lambda t, i: leases_of_files.release_file(t, i["fresh_file_id"]),
    "end_reading": lambda t, i: leases_of_files.end_reading(t, i["fresh_file_id"], {"status": "error"}) or "",
    "is_live": lambda t, i: i["file_id"] if leases_of_files.is_live(t, i["file_id"]) else "",
    "remove_rows": lambda t, i: remove_rows(t, i["file_id"]),
    "count_file_tokens": lambda t, i: file_services.count_file_tokens(t, i["file_id"], token_counter(BASE)),
    "compare_files": lambda t, i: file_services.compare_files(t, i["file_id"], i["validation_id"]),
    "lines_of": lambda t, i: i["file_id"] if files.lines_of(t, i["file_id"], [0]) else "",
    "find_repeated_rows": lambda t, i: (
        i["file_id"] if files.find_repeated_rows(t, i["validation_id"], i["file_id"]).rows else ""
    ),
    # uploads
    "uploads": lambda t, i: uploads_of.uploads(t, project_id=i["project_id"]),
    "parts_of": lambda t, i: uploads_of.parts_of(t, [i["upload_id"]]),
    "note_discarded": lambda t, i: note_discarded(t, i["upload_id"]),
    # datasets
    "live_datasets": lambda t, i: files.live_datasets(t, project_id=i["project_id"]),
    "get_dataset": lambda t, i: files.get_dataset(t, i["dataset_id"], project_id=i["project_id"]),
    "versions_of": lambda t, i: files.versions_of(t, i["dataset_id"]),
    "rename_dataset": lambda t, i: file_services.rename_dataset(
        t, i["dataset_id"], project_id=i["project_id"], name="x"
    ),
    "delete_spare_dataset": lambda t, i: file_services.delete_dataset(
        t, i["spare_dataset_id"], project_id=i["project_id"]
    ),
    "create_versions": lambda t, i: file_services.create_versions(
        t,
        i["dataset_id"],
        {"type": "sample", "file_id": i["file_id"], "rows": 1, "seed": 1},
        project_id=i["project_id"],
    ),
    "family_of": lambda t, i: files.family_of(t, i["file_id"], project_id=i["project_id"]),
    "versions_with_row": lambda t, i: files.versions_with_row(
        t, bytes.fromhex(i["row_hash"]), project_id=i["project_id"]
    ),
    "find_active_job": lambda t, i: jobs.find_active_job(t, i["dataset_id"]),
    # jobs
    "get_job": lambda t, i: jobs.get_job(t, i["job_id"]),
    "jobs_of_project": lambda t, i: jobs.jobs_of_project(t, i["project_id"]),
    "events_of_job": lambda t, i: jobs.events_of_job(t, i["job_id"]),
    "checkpoints_of_job": lambda t, i: jobs.checkpoints_of_job(t, i["job_id"]),
    "list_metrics": lambda t, i: jobs.list_metrics(t, i["job_id"]),
    "list_models": lambda t, i: jobs.list_models(t, project_id=i["project_id"]),
    "get_model": lambda t, i: jobs.get_model(t, i["model"], project_id=i["project_id"]),
    "delete_model": lambda t, i: end_job.delete_model(t, i["model"], project_id=i["project_id"]),
    "cancel_job": lambda t, i: end_job.cancel_job(t, i["running_job_id"], project_id=i["project_id"]),
    "admit_job": lambda t, i: start_job.admit_job(t, i["waiting_job_id"]),
    "refuse_job": lambda t, i: start_job._refuse(t, i["waiting_job_id"], FineryError("x")),
    "take_back": lambda t, i: sweep_jobs.take_back(t, i["leased_job_id"]),
    "heartbeat": lambda t, i: leases.heartbeat(t, i["leased_job_id"], fencing_token=1),
    "report_progress": lambda t, i: report_progress.report_progress(
        t, i["leased_job_id"], fencing_token=1, progress=[_PROGRESS]
    ),
    "place_adapter": lambda t, i: adapters.place_adapter(t, i["leased_job_id"], fencing_token=1, step=2),
    "resume_link": lambda t, i: adapters.resume_link(t, i["leased_job_id"], fencing_token=1, step=2),
    "result_links": lambda t, i: results.result_links(
        t, i["leased_job_id"], fencing_token=1, names=["predictions.csv"]
    ),
    "fail_job": lambda t, i: end_job.fail_job(t, i["leased_job_id"], fencing_token=1, failure=_FAILURE),
    "confirm_cancelled": lambda t, i: end_job.confirm_cancelled(
        t, i["leased_job_id"], fencing_token=1, trained_tokens=1
    ),
    # organizations
    "get_project": lambda t, i: selectors.get_project(t, i["project_id"]),
    "projects": lambda t, i: selectors.projects(t, user_id=None, include_archived=True),
    "projects_of_member": lambda t, i: selectors.projects(t, user_id=i["user_id"], include_archived=True),
    "projects_of_owner": lambda t, i: selectors.projects(t, user_id=i["owner_id"], include_archived=True),
    "members": lambda t, i: selectors.members(t),
    "get_member": lambda t, i: selectors.get_member(t, i["user_id"]),
    "project_members": lambda t, i: selectors.project_members(t, i["project_id"]),
    "get_project_member": lambda t, i: selectors.get_project_member(t, i["project_id"], i["user_id"]),
    "invites": lambda t, i: selectors.invites(t),
    "get_invite": lambda t, i: selectors.get_invite(t, i["invite_id"]),
    "service_accounts": lambda t, i: selectors.service_accounts(t, i["project_id"]),
    "get_service_account": lambda t, i: selectors.get_service_account(
        t, i["project_id"], i["service_account_id"]
    ),
    "api_keys": lambda t, i: selectors.api_keys(t, i["project_id"]),
    "admin_keys": lambda t, i: selectors.api_keys(t, None),
    "get_api_key": lambda t, i: selectors.get_api_key(t, i["project_id"], i["key_id"]),
    "get_admin_key": lambda t, i: selectors.get_api_key(t, None, i["admin_key_id"]),
    "list_rate_limits": lambda t, i: selectors.list_rate_limits(t, i["project_id"]),
    "roles_of_owners": lambda t, i: selectors.roles_of_owners(t, [_key(i["key_id"])]),
    "rename_project": lambda t, i: services.rename_project(t, project_id=i["project_id"], name="x"),
    "archive_project": lambda t, i: services.archive_project(t, project_id=i["other_project_id"]),
    "add_project_member": lambda t, i: services.add_project_member(
        t, project_id=i["other_project_id"], role="owner", user_id=i["user_id"], email=None
    ),
    "change_project_role": lambda t, i: services.change_project_role(
        t, project_id=i["project_id"], user_id=i["user_id"], role="owner"
    ),
    "remove_project_member": lambda t, i: services.remove_project_member(
        t, project_id=i["project_id"], user_id=i["user_id"]
    ),
    "set_rate_limit": lambda t, i: services.set_rate_limit(
        t, project_id=i["project_id"], base_model="x", requests_per_minute=1, tokens_per_minute=1
    ),
    "change_role": lambda t, i: services.change_role(
        t, user_id=i["user_id"], role="viewer", may_write_owners=True
    ),
    "remove_member": lambda t, i: services.remove_member(t, user_id=i["user_id"], may_write_owners=True),
    "delete_invite": lambda t, i: services.delete_invite(t, invite_id=i["invite_id"]),
    "create_api_key": lambda t, i: services.create_api_key(
        t, project_id=i["project_id"], user_id=i["owner_id"], name="x"
    ),
    "create_session_key": lambda t, i: create_session_key(
        t, project_id=i["project_id"], user_id=i["owner_id"]
    ),
    "update_api_key": lambda t, i: services.update_api_key(
        t, project_id=i["project_id"], key_id=i["key_id"], only_of=None, name="x", changes={"scopes": None}
    ),
    "rotate_api_key": lambda t, i: services.rotate_api_key(
        t, project_id=i["project_id"], key_id=i["key_id"], only_of=None, overlap=timedelta(0)
    ),
    "revoke_api_key": lambda t, i: services.revoke_api_key(t, project_id=i["project_id"], key_id=i["key_id"]),
    "revoke_admin_key": lambda t, i: services.revoke_admin_key(t, key_id=i["admin_key_id"]),
    "revoke_keys_of": lambda t, i: _scoped(t, lambda: revoke_keys_of(t, user_id=i["owner_id"])),
    "publish_keys": lambda t, i: publish_keys(t, id=i["key_id"]),
    "note_key_use": lambda t, i: _noted(t, i["key_id"]),
    "create_service_account": lambda t, i: services.create_service_account(
        t, project_id=i["project_id"], name="x", with_key=True
    ),
    "create_service_account_key": lambda t, i: services.create_service_account_key(
        t, project_id=i["project_id"], account_id=i["service_account_id"], name="x"
    ),
    "update_service_account": lambda t, i: services.update_service_account(
        t, project_id=i["project_id"], account_id=i["service_account_id"], name="x", role=None
    ),
    "delete_service_account": lambda t, i: services.delete_service_account(
        t, project_id=i["project_id"], account_id=i["service_account_id"]
    ),
    "invite_user": lambda t, i: services.invite_user(
        t,
        InviteRequest(email="z@example.com", role="viewer", projects=((i["project_id"], "member"),)),
        invited_by=None,
        may_write_owners=True,
    ),
    # logs and archives
    "audit_events": lambda t, i: list(iterate_audit_events(t, AuditFilters())),
    "exports": lambda t, i: archives.exports(t),
    "get_ready_export": lambda t, i: archives.get_ready_export(t, i["export_id"]),
    "build_export": lambda t, i: exports.build_export(t, i["export_id"]),
    "expire_export": lambda t, i: exports._expire(t, i["export_id"]),
    "archive": lambda t, i: [entry.path for entry in archive.archive_entries(t)],
    "end_jobs": lambda t, i: steps.end_jobs(t),
    "erasure_plan": lambda t, i: _plan(t),
    "rows_to_erase": lambda t, i: [list(rows_of(model, t)) for model in tenant_models()],
    "staff_members": lambda t, i: staff.list_first_members(t),
    "staff_lines": lambda t, i: [staff.lines_of(row) for row in LedgerTransaction.objects.for_tenant(t)],
    "was_posted": lambda t, i: i["job_id"] if staff.was_posted(t, "only-1-0") else "",
    "grant_credit": lambda t, i: _granted(t, i),
    "note_removal": lambda t, i: note_removal(t, i["gone_file_id"]),
    "project_names": lambda t, i: list(selectors.project_names(t, {i["other_project_id"]}).values()),
}


def numbers(world: World) -> dict[str, Any]:
    """What only counts: each tenant's figures, which the other's rows must not be in."""
    return {
        f"{name} of {tenant.owner.tenant_id}": number
        for tenant in (world.a, world.b)
        for name, number in _numbers(tenant.owner.tenant_id).items()
    }


def _numbers(tenant_id: str) -> dict[str, Any]:
    now = timezone.now()
    spans = ledger.spans_between(now - timedelta(days=1), now + timedelta(days=1), timedelta(days=3), 2)
    with tenant_scope(tenant_id):
        return {
            "active jobs": jobs.count_active_jobs(tenant_id),
            "balance": ledger.get_balance(tenant_id),
            "usage": _flat(
                ledger.usage_buckets(
                    tenant_id, spans=spans, operations=("embeddings",), filters={}, group_by=[]
                )
            ),
            "costs": _flat(ledger.cost_buckets(tenant_id, spans=spans, filters={}, group_by=[])),
            "wallet": ledger.wallet_position(tenant_id),
            "audit chain": find_break(tenant_id),
            "belongings": staff.count_belongings(tenant_id),
        }


def direct_leaks(world: World) -> Iterator[str]:
    """Every call once, undone."""
    yield from _across(world)
    yield from wrong_acts(world)
    for name, number in numbers(world).items():
        if number != world.numbers[name]:
            yield f"{name}: {number} instead of {world.numbers[name]}"


def _across(world: World) -> Iterator[str]:
    before = fingerprint(world.a)
    for name, call in CALLS.items():
        with undone():
            try:
                said = _answer(call, world)
            except Exception as error:  # noqa: BLE001 - a guard that is missing may show as a crash
                yield f"{name}: raises {error!r}"
                continue
            if fingerprint(world.a) != before:
                yield f"{name}: changes another tenant's rows"
        for secret in (f"{CANARY}1", *world.a.secrets[1:]):  # the first is in B's words too
            if secret in said:
                yield f"{name}: returns {secret}"
                break


def _answer(call: Call, world: World) -> str:
    """What comes back, as text; a refusal is empty."""
    try:
        with tenant_scope(world.b.owner.tenant_id):
            return _flat(call(world.b.owner.tenant_id, world.a.ids))
    except (FineryError, ObjectDoesNotExist, FileNotFoundError):
        return ""


def _plan(tenant_id: str) -> Any:
    with system_scope():
        Erasure.objects.create(organization_id=tenant_id)
    steps.make_plan(tenant_id)
    with system_scope():
        return Erasure.objects.get(organization_id=tenant_id).plan


def _granted(tenant_id: str, ids: dict[str, str]) -> str:
    """A key that only the other tenant's posting has: this one's is a new posting."""
    before = ledger.get_balance(tenant_id).available_micro_usd
    grant_credit(tenant_id, amount_micro_usd=7, idempotency_key="only-1-0", reason="test")
    return "" if ledger.get_balance(tenant_id).available_micro_usd == before + 7 else ids["job_id"]


def _flat(value: Any) -> str:
    if isinstance(value, models.QuerySet):
        value = list(value)
    if isinstance(value, models.Model):
        value = {field.attname: getattr(value, field.attname) for field in value._meta.concrete_fields}
    elif is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return " ".join(f"{key}={_flat(each)}" for key, each in value.items())
    if isinstance(value, list | tuple | set):
        return " ".join(_flat(each) for each in value)
    return str(value)


def _scoped(tenant_id: str, act: Callable[[], Any]) -> Any:
    with tenant_scope(tenant_id):
        return act()


def _key(key_id: str) -> ApiKey:
    with system_scope():
        return ApiKey.all_tenants.get(id=key_id)


def _noted(tenant_id: str, key_id: str) -> str:
    services.note_key_use(tenant_id, key_id=key_id, at=datetime(2030, 1, 1, tzinfo=UTC))
    with system_scope():
        used = ApiKey.all_tenants.filter(id=key_id, last_used_at__year=2030).exists()
    return key_id if used else ""


__all__ = ["direct_leaks", "numbers"]
