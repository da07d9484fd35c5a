"""Tenants for tests, made by the services that customers use."""

from dataclasses import dataclass
from itertools import count

from apps.tenants.models import Organization, Project, User
from apps.tenants.selectors import list_organizations
from apps.tenants.services import create_api_key, create_organization

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Owner:
    user: User
    organization: Organization
    project: Project
    key: str
    key_id: str

    @property
    def tenant_id(self) -> str:
        return self.organization.id


def make_owner(*, credit_micro_usd: int = 5_000_000) -> Owner:
    """A person with an organization of their own, a key and some credit."""
    from apps.metering.services import grant_credit

    number = next(_numbers)
    user = User.objects.create_user(f"owner{number}@example.com", "a-long-password")
    organization = create_organization(user.id, name=f"Acme {number}")
    [found] = list_organizations(user)
    [project] = found.projects
    made = create_api_key(organization.id, project_id=project.id, user_id=user.id, name="test")
    if credit_micro_usd:
        grant_credit(
            organization.id, amount_micro_usd=credit_micro_usd, idempotency_key="test-credit", reason="test"
        )
    return Owner(user, organization, project, made.value, made.row.id)
