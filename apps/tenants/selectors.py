"""Reads on organizations, projects, members and keys."""

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.core.tenancy import system_scope, tenant_transaction
from apps.tenants.models import ApiKey, Membership, Organization, Project, User
from kernel import keys
from kernel.errors import NotFound

_LAST_USED_PRECISION = timedelta(minutes=1)


class OrganizationOfUser(NamedTuple):
    organization: Organization
    role: str
    projects: list[Project]


@tenant_transaction
def get_organization(tenant_id: str) -> Organization:
    """Raises NotFound when there is no such organization."""
    organization = Organization.objects.filter(id=tenant_id).first()
    if organization is None:
        raise NotFound("No such organization.")
    return organization


@tenant_transaction
def lock_organization(tenant_id: str) -> Organization:
    """The row, locked until the caller's transaction ends: limit checks of one tenant run one by one."""
    return Organization.objects.select_for_update().get(id=tenant_id)


@tenant_transaction
def get_project(tenant_id: str, project_id: str) -> Project:
    """Raises NotFound when the tenant has no such project."""
    project = Project.objects.for_tenant(tenant_id).filter(id=project_id).first()
    if project is None:
        raise NotFound("No such project.", param="project_id")
    return project


@tenant_transaction
def list_api_keys(tenant_id: str, project_id: str) -> list[ApiKey]:
    """Keys that people made and that still work, newest first."""
    get_project(tenant_id, project_id)
    rows = ApiKey.objects.for_tenant(tenant_id).filter(
        project_id=project_id, is_session=False, revoked_at__isnull=True
    )
    return list(rows.order_by("-id"))


def find_key(value: str) -> ApiKey | None:
    """The live key with this value, whoever's it is; notes when it was last used."""
    if not keys.is_well_formed(value):
        return None
    now = timezone.now()
    with system_scope():
        row = live_keys().filter(key_hash=keys.key_hash(value, settings.KEY_PEPPER)).first()
        if row and (row.last_used_at is None or row.last_used_at < now - _LAST_USED_PRECISION):
            row.last_used_at = now
            row.save(update_fields=["last_used_at"])
    return row


def live_keys() -> QuerySet[ApiKey]:
    """Every tenant's working keys; to be read within system_scope."""
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    return ApiKey.all_tenants.filter(unexpired, revoked_at__isnull=True)


def list_all_organizations() -> list[Organization]:
    """Every tenant, for the snapshot."""
    with system_scope():
        return list(Organization.objects.all())


def list_all_live_keys() -> list[ApiKey]:
    """Every tenant's working keys, for the snapshot."""
    with system_scope():
        return list(live_keys())


def count_memberships(user_id: str) -> int:
    with system_scope():
        return Membership.all_tenants.filter(user_id=user_id).count()


def list_organizations(user: User) -> list[OrganizationOfUser]:
    """The organizations that a person is in, oldest first, with their projects."""
    with system_scope():
        memberships = list(
            Membership.all_tenants.filter(user=user).select_related("tenant").order_by("tenant_id")
        )
        projects = list(
            Project.all_tenants.filter(tenant_id__in=[m.tenant_id for m in memberships]).order_by("id")
        )
    return [
        OrganizationOfUser(m.tenant, m.role, [p for p in projects if p.tenant_id == m.tenant_id])
        for m in memberships
    ]


def find_project_of_member(user: User, project_id: str) -> Project | None:
    """The project, when the person is in its organization."""
    with system_scope():
        project = Project.all_tenants.filter(id=project_id).first()
        if project and Membership.all_tenants.filter(user=user, tenant_id=project.tenant_id).exists():
            return project
    return None
