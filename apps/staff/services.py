"""What staff do to an organization, each on the record in its own log, and who is staff."""

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction

from apps.audit.services import record, record_platform
from apps.core.tenancy import tenant_transaction
from apps.metering import services as metering
from apps.staff.errors import AlreadyGranted, CannotImpersonate, OrganizationClosed, UnknownPerson
from apps.staff.selectors import was_posted
from apps.tenants import services as tenants
from apps.tenants.selectors import lock_organization, members

if TYPE_CHECKING:
    from apps.tenants.models import User


def record_listing(model: str, *, search: str = "", tenant_id: str = "") -> None:
    """A list was looked at. What was searched for may be somebody's name: only its length is kept."""
    after = {"model": model, "search_length": len(search)}
    record_platform("staff.listed", after=after | ({"tenant_id": tenant_id} if tenant_id else {}))


def record_read(tenant_id: str | None, resource_id: str) -> None:
    """One object was looked at: in its organization's log, or in the platform's where it has none."""
    if tenant_id is None:
        record_platform("staff.read", resource_id=resource_id)
    else:
        record(tenant_id, "staff.read", resource_id=resource_id)


def record_person_read(user_id: str) -> None:
    """A person was looked at: in the log of each of their organizations."""
    tenants.record_for_person(user_id, "staff.read")


@tenant_transaction
def grant_credit(tenant_id: str, *, amount_micro_usd: int, reason: str, nonce: str) -> None:
    """Give an organization money to spend, once per nonce.

    Raises:
        AlreadyGranted: this nonce has granted before. OrganizationClosed.
    """
    _require_open(tenant_id)  # and lock: of two equal forms at once, the second sees the first
    idempotency_key = f"staff-credit:{nonce}"
    if was_posted(tenant_id, idempotency_key):
        raise AlreadyGranted("This form was sent before, and granted its credit then: nothing was added now.")
    metering.grant_credit(
        tenant_id,
        amount_micro_usd=amount_micro_usd,
        idempotency_key=idempotency_key,
        reason="Credit by staff",
    )
    record(
        tenant_id,
        "staff.credit_granted",
        resource_id=tenant_id,
        after={"amount_micro_usd": amount_micro_usd, "reason": reason},
    )


@tenant_transaction
def adjust_limits(
    tenant_id: str, *, requests_per_minute: int, tokens_per_minute: int, max_active_jobs: int, reason: str
) -> None:
    """Set an organization's limits; gateways follow on commit. Raises OrganizationClosed."""
    _require_open(tenant_id)
    limits = {
        "requests_per_minute": requests_per_minute,
        "tokens_per_minute": tokens_per_minute,
        "max_active_jobs": max_active_jobs,
    }
    tenants.adjust_limits(tenant_id, **limits)
    record(tenant_id, "staff.limits_adjusted", resource_id=tenant_id, after=limits | {"reason": reason})


@tenant_transaction
def allow_impersonation(tenant_id: str, *, staff_id: str, email: str, reason: str) -> "User":
    """Decide and record that a member of staff looks on as a member of the organization. Returns that member.

    Raises:
        CannotImpersonate, OrganizationClosed.
    """
    _require_open(tenant_id)
    found = members(tenant_id).filter(user__email=email.strip().lower()).first()
    if found is None:
        raise CannotImpersonate("Nobody of this organization has this address.", param="email")
    if found.user_id == staff_id:
        raise CannotImpersonate("This is you.", param="email")
    if found.user.is_staff:
        raise CannotImpersonate("Staff cannot be looked on as.", param="email")
    if not found.user.is_active:
        raise CannotImpersonate("This account is switched off.", param="email")
    record(
        tenant_id,
        "staff.impersonation_started",
        resource_id=found.user_id,
        after={"as": found.user_id, "reason": reason},
    )
    return found.user


def _require_open(tenant_id: str) -> None:
    if lock_organization(tenant_id).deleted_at is not None:
        raise OrganizationClosed("This organization was closed by its owner.")


@transaction.atomic
def set_staff(email: str, *, is_staff: bool) -> bool:
    """Give or take the rights of staff; for operators. Returns whether anything changed.

    Raises:
        UnknownPerson: nobody has an account with this address.
    """
    user = get_user_model().objects.select_for_update().filter(email=email.strip().lower()).first()
    if user is None:
        raise UnknownPerson("Nobody has an account with this address.")
    if user.is_staff == is_staff:
        return False
    user.is_staff = is_staff
    user.save(update_fields=["is_staff"])
    record_platform("staff.granted" if is_staff else "staff.revoked", resource_id=user.id)
    return True
