"""What the console reads beside single rows. Bounded: no count or list walks a whole table."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from apps.core.tenancy import tenant_transaction
from apps.datasets.models import File
from apps.finetuning.models import FineTuneJob
from apps.metering.models import LedgerLine, LedgerTransaction
from apps.tenants.models import ApiKey, Membership, Project
from apps.tenants.selectors import members

COUNT_LIMIT = 10_000
LIST_LIMIT = 50


def bounded_count(rows: QuerySet[Any]) -> int:
    """How many there are, up to one more than COUNT_LIMIT."""
    return rows.order_by()[: COUNT_LIMIT + 1].count()


@tenant_transaction
def count_belongings(tenant_id: str) -> dict[str, int]:
    """What an organization has, by noun; each up to COUNT_LIMIT + 1."""
    rows: dict[str, QuerySet[Any]] = {
        "members": Membership.objects.for_tenant(tenant_id),
        "projects": Project.objects.for_tenant(tenant_id),
        "jobs": FineTuneJob.objects.for_tenant(tenant_id),
        "files": File.objects.for_tenant(tenant_id).filter(deleted_at__isnull=True),
        "keys": ApiKey.objects.for_tenant(tenant_id).filter(revoked_at__isnull=True, is_session=False),
    }
    return {noun: bounded_count(found) for noun, found in rows.items()}


@tenant_transaction
def list_first_members(tenant_id: str) -> list[Membership]:
    """The first LIST_LIMIT members, oldest first."""
    return list(members(tenant_id).order_by("id")[:LIST_LIMIT])


@tenant_transaction
def was_posted(tenant_id: str, idempotency_key: str) -> bool:
    return LedgerTransaction.objects.for_tenant(tenant_id).filter(idempotency_key=idempotency_key).exists()


def memberships_of(user_id: str) -> list[Membership]:
    """A person's seats; to be read in the system's scope."""
    found = Membership.all_tenants.filter(user_id=user_id).select_related("tenant")
    return list(found.order_by("tenant_id")[:LIST_LIMIT])


def organizations_of_email(start: str) -> QuerySet[Membership]:
    """Seats of people whose address begins so; to be read in the system's scope."""
    return Membership.all_tenants.filter(user__email__startswith=start.lower())


def second_factors_of(user_id: str) -> list[str]:
    """The kinds of second factor that a person has set up: never their secrets."""
    return list(Authenticator.objects.filter(user_id=user_id).order_by("type").values_list("type", flat=True))


def lines_of(row: LedgerTransaction) -> list[LedgerLine]:
    """The first LIST_LIMIT lines of a transaction, in their order."""
    return list(
        LedgerLine.objects.for_tenant(row.tenant_id).filter(transaction=row).order_by("id")[:LIST_LIMIT]
    )
