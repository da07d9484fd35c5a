"""Every page of the console, from the resolver, over an organization with one of everything."""

from dataclasses import dataclass, field

from django.apps import apps
from django.contrib.admin.utils import quote
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.audit.services import record_platform
from apps.core.tenancy import system_scope, tenant_scope
from apps.metering.models import LedgerTransaction, UsageRecord
from apps.privacy.models import Erasure, Export
from tests.factories.finetuning import make_file, make_job
from tests.factories.tenants import Owner
from tests.resolver import routed_views

APPS = ("audit", "datasets", "finetuning", "metering", "privacy", "tenants")
# What requests leave behind in any case.
_NOISE = {"django_session", "usersessions_usersession"}


def templates() -> list[str]:
    indexes = [f"/staff/{label}/" for label in APPS]  # one regular expression routes them
    return sorted([*indexes, *(route for route, _ in routed_views() if route.startswith("/staff/"))])


ACTS = [route for route in templates() if "organizations/" in route]
END = "/staff/impersonation/end/"
LISTS = [route for route in templates() if route not in (*ACTS, END) and "<" not in route]
OBJECTS = [route for route in templates() if "object_id" in route]
LOOKS = [*LISTS, *OBJECTS]


@dataclass
class World:
    owner: Owner
    ids: dict[str, str]
    platform_event: str = field(default="")

    def path(self, template: str) -> str:
        """The page of this organization's own row."""
        model = template.split("/")[3] if "object_id" in template else ""
        return template.replace("<slug:tenant_id>", self.owner.tenant_id).replace(
            "<path:object_id>", quote(self.ids.get(model, ""))
        )


def build_world(owner: Owner) -> World:
    tenant_id = owner.tenant_id
    file_id = make_file(owner, filename="canary-name.csv")
    job = make_job(owner, training_file=file_id, suffix="canary-suffix", metadata={"note": "canary-note"})
    with tenant_scope(tenant_id):
        job.error_code, job.error_message = "server_error", "canary-message"
        job.fine_tuned_model = "ft:base:canary-model"
        job.save()
        ledger = LedgerTransaction.objects.for_tenant(tenant_id).earliest("id")
        usage = UsageRecord.objects.for_tenant(tenant_id).create(
            id="req_1",
            tenant_id=tenant_id,
            transaction=ledger,
            project_id=owner.project.id,
            key_id=owner.key_id,
            operation="chat",
            model="ft:base:canary-model",
            base_model="finery-nano",
            price_version=1,
            input_tokens=3,
            cached_tokens=0,
            output_tokens=2,
            cost_micro_usd=7,
            status="completed",
            started_at=timezone.now(),
            ended_at=timezone.now(),
        )
        export = Export.objects.for_tenant(tenant_id).create(tenant_id=tenant_id, requested_by=owner.user.id)
        event = AuditEvent.objects.for_tenant(tenant_id).earliest("sequence")
    with system_scope():
        erasure = Erasure.objects.create(organization_id="org-gone", counts={"rows": 3})
    ids = {
        "organization": tenant_id,
        "project": owner.project.id,
        "user": owner.user.id,
        "finetunejob": job.id,
        "file": file_id,
        "ledgertransaction": ledger.id,
        "usagerecord": usage.id,
        "auditevent": event.id,
        "export": export.id,
        "erasure": erasure.id,
    }
    return World(owner, ids, record_platform("user.deleted", resource_id="user-x").id)


def row_counts() -> dict[str, int]:
    """Of every table."""
    with system_scope():
        return {
            model._meta.db_table: model._base_manager.count()
            for model in apps.get_models()
            if model._meta.db_table not in _NOISE and model._meta.managed
        }


def grown(before: dict[str, int]) -> dict[str, int]:
    """By how much tables grew since, those that did."""
    return {table: n - before[table] for table, n in row_counts().items() if n != before[table]}


def events(tenant_id: str | None, *prefixes: str) -> list[AuditEvent]:
    """The rows of one log, oldest first; of types that begin so."""
    with system_scope():
        rows = AuditEvent.all_tenants.filter(tenant_id=tenant_id).order_by("sequence")
        return [row for row in rows if row.type.startswith(prefixes or ("",))]
