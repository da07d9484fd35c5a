"""A new customer: organization, project and the sign-up credit."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction

from apps.core.tenancy import system_scope
from apps.metering.services import grant_credit
from apps.onboarding.models import CreditClaim
from apps.tenants.addresses import mailbox
from apps.tenants.selectors import list_verified_addresses
from apps.tenants.services import create_organization
from kernel.keys import key_hash

if TYPE_CHECKING:
    from apps.tenants.models import Organization


@transaction.atomic
def open_account(user_id: str, *, name: str, credit_micro_usd: int | None = None) -> "Organization":
    """Make an organization. A person's first one gets the sign-up credit, or what an operator says.

    Raises:
        InvalidRequest: the name is blank, or the user has too many organizations.
    """
    organization = create_organization(user_id, name=name)
    is_first = _claim(claimants(organization.id, user_id, list_verified_addresses(user_id)))
    if credit_micro_usd is None:
        credit_micro_usd = settings.SIGNUP_CREDIT_MICRO_USD if is_first else 0
    grant_credit(
        organization.id,
        amount_micro_usd=credit_micro_usd,
        idempotency_key=f"sign-up:{user_id}",
        reason="Sign-up credit",
    )
    return organization


def claimants(organization_id: str, user_id: str, addresses: list[str]) -> list[str]:
    """Who takes a credit: the organization by its id, the person by keyed hashes that name nobody.

    A person is their account and each verified mailbox, so neither another organization, another spelling of
    an address, nor a new account after an erasure is somebody new.
    """
    person = [f"user:{user_id}", *(f"mailbox:{mailbox(address)}" for address in addresses)]
    hashes = {
        key_hash(f"sign-up credit {each}", pepper) for each in person for pepper in settings.KEY_PEPPERS
    }
    return [organization_id, *sorted(hashes)]


def _claim(names: list[str]) -> bool:
    """Whether none of them has had the credit before. A claim at the same moment waits for the first."""
    try:
        with system_scope():
            CreditClaim.objects.bulk_create([CreditClaim(claimant=name) for name in names])
    except IntegrityError:
        return False
    return True
