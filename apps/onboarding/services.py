"""A new customer: organization, project and the sign-up credit."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from apps.metering.services import grant_credit
from apps.tenants.selectors import count_memberships
from apps.tenants.services import create_organization

if TYPE_CHECKING:
    from apps.tenants.models import Organization


@transaction.atomic
def open_account(user_id: str, *, name: str, credit_micro_usd: int | None = None) -> "Organization":
    """Make an organization. A person's first one gets the sign-up credit, or what an operator says.

    Raises:
        InvalidRequest: the name is blank, or the user has too many organizations.
    """
    is_first = count_memberships(user_id) == 0
    organization = create_organization(user_id, name=name)
    if credit_micro_usd is None:
        credit_micro_usd = settings.SIGNUP_CREDIT_MICRO_USD if is_first else 0
    grant_credit(
        organization.id,
        amount_micro_usd=credit_micro_usd,
        idempotency_key=f"sign-up:{user_id}",
        reason="Sign-up credit",
    )
    return organization
