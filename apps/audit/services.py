"""Writing the audit log: in the transaction of the act and as its last step, for the chain stays locked."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.audit.models import PLATFORM, AuditChain, AuditEvent
from apps.core import actor
from apps.core.tenancy import system_scope, tenant_transaction

Details = dict[str, Any]


@tenant_transaction
def record(
    tenant_id: str,
    event: str,
    *,
    resource_id: str = "",
    project_id: str = "",
    before: Details | None = None,
    after: Details | None = None,
) -> AuditEvent:
    """Append one act of the current actor to a tenant's log.

    Args:
        event: OpenAI's name where there is one: `api_key.created`.
        before, after: what changed, as JSON; never a secret, never a customer's text.
    """
    row = _row(event, resource_id, project_id, before, after)
    row.tenant_id = tenant_id
    return _append(tenant_id, row)


@transaction.atomic
def record_platform(
    event: str, *, resource_id: str = "", before: Details | None = None, after: Details | None = None
) -> AuditEvent:
    """As above, for an act that belongs to no tenant."""
    with system_scope():
        return _append(PLATFORM, _row(event, resource_id, "", before, after))


def _row(
    event: str, resource_id: str, project_id: str, before: Details | None, after: Details | None
) -> AuditEvent:
    who = actor.current()
    return AuditEvent(
        created_at=timezone.now(),
        type=event,
        actor_kind=who.kind,
        actor_id=who.user_id or who.service_account_id or who.key_id,
        actor_email=who.email,
        key_id=who.key_id,
        service_account_id=who.service_account_id,
        staff_email=who.staff_email,
        ip_address=who.ip_address[:45],
        user_agent=who.user_agent,
        request_id=who.request_id,
        project_id=project_id,
        resource_id=resource_id,
        before=before,
        after=after,
    )


def _append(chain_id: str, row: AuditEvent) -> AuditEvent:
    locked = AuditChain.objects.select_for_update()
    chain, _ = locked.get_or_create(id=chain_id, defaults={"tenant_id": row.tenant_id})
    row.sequence, row.previous_hash = chain.sequence + 1, chain.hash
    row.hash = row.digest()
    row.save(force_insert=True)
    chain.sequence, chain.hash = row.sequence, row.hash
    chain.save(update_fields=["sequence", "hash"])
    return row
