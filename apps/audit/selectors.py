"""Reading the audit log."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from apps.audit.models import AuditChain, AuditEvent
from apps.core.tenancy import tenant_scope, tenant_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilters:
    """OpenAI's filters; an empty one lets everything through. Times by lookup: gt, gte, lt, lte."""

    effective_at: dict[str, datetime] = field(default_factory=dict)
    project_ids: tuple[str, ...] = ()
    event_types: tuple[str, ...] = ()
    actor_ids: tuple[str, ...] = ()
    actor_emails: tuple[str, ...] = ()
    resource_ids: tuple[str, ...] = ()

    def condition(self) -> Q:
        found = Q(**{f"created_at__{lookup}": at for lookup, at in self.effective_at.items()})
        for column, values in (
            ("project_id", self.project_ids),
            ("type", self.event_types),
            ("actor_email", self.actor_emails),
            ("resource_id", self.resource_ids),
        ):
            if values:
                found &= Q(**{f"{column}__in": values})
        if self.actor_ids:
            found &= Q(actor_id__in=self.actor_ids) | Q(key_id__in=self.actor_ids)
        return found


def audit_events(tenant_id: str, filters: AuditFilters) -> QuerySet[AuditEvent]:
    """A tenant's rows that match; to be read within its scope."""
    return AuditEvent.objects.for_tenant(tenant_id).filter(filters.condition())


def iterate_audit_events(tenant_id: str, filters: AuditFilters, *, chunk: int = 500) -> Iterator[AuditEvent]:
    """All matching rows, oldest first, a chunk at a time: an export holds no transaction while it is sent."""
    after = 0
    while True:
        with tenant_scope(tenant_id):
            rows = list(
                audit_events(tenant_id, filters).filter(sequence__gt=after).order_by("sequence")[:chunk]
            )
        yield from rows
        if len(rows) < chunk:
            return
        after = rows[-1].sequence


@tenant_transaction
def find_break(tenant_id: str) -> int | None:
    """The sequence of the first row that was changed, removed or added; None: the chain holds."""
    previous, expected = "", 1
    for row in AuditEvent.objects.for_tenant(tenant_id).order_by("sequence").iterator(chunk_size=500):
        if row.sequence != expected or row.previous_hash != previous or row.hash != row.digest():
            return expected
        previous, expected = row.hash, expected + 1
    chain = AuditChain.objects.filter(id=tenant_id).first()
    is_whole = (chain.sequence, chain.hash) == (expected - 1, previous) if chain else expected == 1
    return None if is_whole else expected
