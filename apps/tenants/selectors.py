"""Reads on organizations, projects, people and keys."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from apps.core.tenancy import system_scope, tenant_transaction
from apps.tenants.access import Access, project_access, working_keys
from apps.tenants.models import (
    ApiKey,
    Invite,
    Membership,
    Organization,
    OrganizationRole,
    Project,
    ProjectMembership,
    ProjectRateLimit,
    ServiceAccount,
    User,
)
from kernel import keys
from kernel.errors import NotFound
from kernel.policy import Role, roles_in_project

_LAST_USED_PRECISION = timedelta(minutes=1)
_ADMINS = (OrganizationRole.OWNER, OrganizationRole.ADMIN)


class ProjectOfUser(NamedTuple):
    project: Project
    access: Access


class OrganizationOfUser(NamedTuple):
    organization: Organization
    access: Access
    projects: list[ProjectOfUser]


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
def get_default_project(tenant_id: str) -> Project:
    return Project.objects.for_tenant(tenant_id).get(is_default=True)


@tenant_transaction
def project_names(tenant_id: str, project_ids: set[str]) -> dict[str, str]:
    """Names by id, of those that are this tenant's."""
    rows = Project.objects.for_tenant(tenant_id).filter(id__in=project_ids)
    return dict(rows.values_list("id", "name"))


def projects(tenant_id: str, *, user_id: str | None, include_archived: bool) -> QuerySet[Project]:
    """A tenant's projects, or with `user_id` those that this member can see; to be read within its scope."""
    found = Project.objects.for_tenant(tenant_id)
    if not include_archived:
        found = found.filter(archived_at__isnull=True)
    if user_id is None or _is_admin(tenant_id, user_id):
        return found
    own = ProjectMembership.objects.for_tenant(tenant_id).filter(user_id=user_id)
    return found.filter(id__in=own.values("project_id"))


@tenant_transaction
def _is_admin(tenant_id: str, user_id: str) -> bool:
    return Membership.objects.for_tenant(tenant_id).filter(user_id=user_id, role__in=_ADMINS).exists()


def members(tenant_id: str) -> QuerySet[Membership]:
    """A tenant's members with their users; to be read within its scope."""
    return Membership.objects.for_tenant(tenant_id).select_related("user")


@tenant_transaction
def get_member(tenant_id: str, user_id: str) -> Membership:
    """Raises NotFound when nobody of that id is in the organization."""
    found = members(tenant_id).filter(user_id=user_id).first()
    if found is None:
        raise NotFound("No such user.", param="user_id")
    return found


def project_members(tenant_id: str, project_id: str) -> QuerySet[Membership]:
    """Members with access to a project, each with `project_role` (owner, member, or None for admins)."""
    inside = ProjectMembership.objects.for_tenant(tenant_id).filter(project_id=project_id)
    own = inside.filter(user_id=OuterRef("user_id")).values("role")[:1]
    return (
        members(tenant_id)
        .annotate(project_role=Subquery(own))
        .filter(Q(project_role__isnull=False) | Q(role__in=_ADMINS))
    )


@tenant_transaction
def get_project_member(tenant_id: str, project_id: str, user_id: str) -> Membership:
    """Raises NotFound when that person has no access to the project."""
    found = project_members(tenant_id, project_id).filter(user_id=user_id).first()
    if found is None:
        raise NotFound("No such user in this project.", param="user_id")
    return found


def invites(tenant_id: str) -> QuerySet[Invite]:
    return Invite.objects.for_tenant(tenant_id)


@tenant_transaction
def get_invite(tenant_id: str, invite_id: str) -> Invite:
    """Raises NotFound."""
    found = invites(tenant_id).filter(id=invite_id).first()
    if found is None:
        raise NotFound("No such invite.", param="invite_id")
    return found


def service_accounts(tenant_id: str, project_id: str) -> QuerySet[ServiceAccount]:
    return ServiceAccount.objects.for_tenant(tenant_id).filter(project_id=project_id, deleted_at__isnull=True)


@tenant_transaction
def get_service_account(tenant_id: str, project_id: str, account_id: str) -> ServiceAccount:
    """Raises NotFound."""
    found = service_accounts(tenant_id, project_id).filter(id=account_id).first()
    if found is None:
        raise NotFound("No such service account.", param="service_account_id")
    return found


def api_keys(tenant_id: str, project_id: str | None, *, user_id: str | None = None) -> QuerySet[ApiKey]:
    """Keys that were made to last and are not revoked: of a project, or the admin keys (None).

    With `user_id` only that person's.
    """
    found = ApiKey.objects.for_tenant(tenant_id).filter(
        project_id=project_id, is_session=False, revoked_at__isnull=True
    )
    if user_id is not None:
        found = found.filter(user_id=user_id)
    return found.select_related("tenant", "project", "user", "service_account")


@tenant_transaction
def get_api_key(tenant_id: str, project_id: str | None, key_id: str) -> ApiKey:
    """Raises NotFound."""
    found = api_keys(tenant_id, project_id).filter(id=key_id).first()
    if found is None:
        raise NotFound("No such API key.", param="key_id")
    return found


@tenant_transaction
def roles_of_owners(tenant_id: str, rows: list[ApiKey]) -> dict[str, str]:
    """The organization roles of the people who own these keys, by user id."""
    found = members(tenant_id).filter(user_id__in={row.user_id for row in rows})
    return dict(found.values_list("user_id", "role"))


@tenant_transaction
def ids_of_working_keys(tenant_id: str, rows: list[ApiKey]) -> set[str]:
    return {row.id for row in working_keys(rows)}


def find_key(value: str) -> ApiKey | None:
    """The working key with this value, whoever's it is; notes when it was last used."""
    if not keys.is_well_formed(value):
        return None
    with system_scope():
        rows = _with_relations().filter(key_hash=keys.key_hash(value, settings.KEY_PEPPER))
        found = working_keys(rows)
        now = timezone.now()
        for row in found:
            if row.last_used_at is None or row.last_used_at < now - _LAST_USED_PRECISION:
                row.last_used_at = now
                row.save(update_fields=["last_used_at"])
    return found[0] if found else None


def _with_relations() -> QuerySet[ApiKey]:
    return ApiKey.all_tenants.select_related("tenant", "project", "service_account", "user")


def list_all_working_keys() -> list[ApiKey]:
    """Every tenant's working keys of projects, for the snapshot. Gateways take no admin keys."""
    with system_scope():
        return working_keys(_with_relations().filter(revoked_at__isnull=True, project__isnull=False))


def list_all_organizations() -> list[Organization]:
    """Every tenant, for the snapshot."""
    with system_scope():
        return list(Organization.objects.filter(deleted_at__isnull=True))


def list_all_rate_limits() -> list[ProjectRateLimit]:
    """Every project's own limits, for the snapshot."""
    with system_scope():
        return list(ProjectRateLimit.all_tenants.all())


@tenant_transaction
def list_rate_limits(tenant_id: str, project_id: str) -> dict[str, ProjectRateLimit]:
    """A project's own limits by base id."""
    found = ProjectRateLimit.objects.for_tenant(tenant_id).filter(project_id=project_id)
    return {row.base_model: row for row in found}


def list_verified_addresses(user_id: str) -> list[str]:
    """The addresses that a person has shown to be theirs."""
    return list(EmailAddress.objects.filter(user_id=user_id, verified=True).values_list("email", flat=True))


def lock_person(user_id: str) -> User:
    """The row, locked until the caller's transaction ends: limit checks of one person run one by one."""
    return User.objects.select_for_update().get(id=user_id)


def count_memberships(user_id: str) -> int:
    with system_scope():
        return Membership.all_tenants.filter(user_id=user_id, tenant__deleted_at__isnull=True).count()


def list_organizations(user: User) -> list[OrganizationOfUser]:
    """The organizations that a person is in, oldest first, with the projects that they can see."""
    with system_scope():
        memberships = list(
            Membership.all_tenants.filter(user=user, tenant__deleted_at__isnull=True)
            .select_related("tenant")
            .order_by("tenant_id")
        )
        rows = list(
            Project.all_tenants.filter(tenant_id__in=[m.tenant_id for m in memberships]).order_by("id")
        )
        inside = dict(ProjectMembership.all_tenants.filter(user=user).values_list("project_id", "role"))
    return [
        _organization_of_user(m, [p for p in rows if p.tenant_id == m.tenant_id], inside) for m in memberships
    ]


def _organization_of_user(
    membership: Membership, rows: list[Project], inside: dict[str, str]
) -> OrganizationOfUser:
    role = Role(membership.role)
    found = []
    for project in rows:
        if roles := roles_in_project(role, inside.get(project.id)):
            found.append(ProjectOfUser(project, project_access(project, roles)))
    access = Access(tenant_id=membership.tenant_id, roles=frozenset({role}))
    return OrganizationOfUser(membership.tenant, access, found)


def for_each_organization_of(user_id: str, act: Callable[[str], object]) -> int:
    """Do something in every organization that a person is in. Returns how many there are."""
    with system_scope():
        found = list(
            Membership.all_tenants.filter(user_id=user_id, tenant__deleted_at__isnull=True)
            .order_by("tenant_id")
            .values_list("tenant_id", flat=True)
        )
    for tenant_id in found:
        act(tenant_id)
    return len(found)
