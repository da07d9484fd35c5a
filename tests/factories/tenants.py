"""Tenants for tests, made by the services that customers use."""

import time
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from rest_framework.test import APIClient

from apps.core.tenancy import tenant_scope
from apps.tenants.models import Membership, Organization, Project, User
from apps.tenants.selectors import get_organization, get_project, list_organizations
from apps.tenants.services import (
    add_project_member,
    create_admin_key,
    create_api_key,
    create_organization,
)

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


def make_user(name: str = "person") -> User:
    """Somebody with a verified address, in no organization."""
    user = User.objects.create_user(f"{name}{next(_numbers)}@example.com", "a-long-password")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_owner(*, credit_micro_usd: int = 5_000_000) -> Owner:
    """A person with an organization of their own, a key and some credit."""
    from apps.metering.services import grant_credit

    user = make_user("owner")
    organization = create_organization(user.id, name=f"Acme {next(_numbers)}")
    [found] = list_organizations(user)
    [own] = found.projects
    made = create_api_key(organization.id, project_id=own.project.id, user_id=user.id, name="test")
    if credit_micro_usd:
        grant_credit(
            organization.id, amount_micro_usd=credit_micro_usd, idempotency_key="test-credit", reason="test"
        )
    return Owner(user, organization, own.project, made.value, made.row.id)


def make_member(owner: Owner, role: str, *, project_role: str | None = "member") -> User:
    """Somebody in the owner's organization and, unless told otherwise, in its project."""
    user = make_user(role)
    add_member(owner.tenant_id, user, role)
    if project_role and role not in ("owner", "admin"):
        add_project_member(
            owner.tenant_id, project_id=owner.project.id, role=project_role, user_id=user.id, email=None
        )
    return user


def add_member(tenant_id: str, user: User, role: str) -> None:
    """A seat without an invitation."""
    with tenant_scope(tenant_id):
        Membership.objects.for_tenant(tenant_id).create(tenant_id=tenant_id, user=user, role=role)


def as_member(owner: Owner, user: User) -> Owner:
    """The owner's organization and project, seen by another person with a key of their own."""
    made = create_api_key(owner.tenant_id, project_id=owner.project.id, user_id=user.id, name="member")
    return Owner(
        user,
        get_organization(owner.tenant_id),
        get_project(owner.tenant_id, owner.project.id),
        made.value,
        made.row.id,
    )


def make_admin_key(owner: Owner, *, expires_in: timedelta | None = None) -> str:
    return create_admin_key(owner.tenant_id, user_id=owner.user.id, name="admin", expires_in=expires_in).value


def with_key(value: str) -> APIClient:
    """A client that carries a key."""
    api = APIClient(raise_request_exception=False)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {value}")
    return api


def signed_in(user: User, *, project_id: str = "", tenant_id: str = "", is_fresh: bool = True) -> APIClient:
    """The dashboard of a person; fresh: they typed their password a moment ago."""
    api = APIClient(raise_request_exception=False)
    api.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = api.session
    at = time.time() - (0 if is_fresh else 100_000)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": at}]
    session.save()
    headers = {}
    if project_id:
        headers["HTTP_OPENAI_PROJECT"] = project_id
    if tenant_id:
        headers["HTTP_OPENAI_ORGANIZATION"] = tenant_id
    api.credentials(**headers)
    return api
