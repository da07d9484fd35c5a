"""Who may do what where: from memberships and keys to the permissions of kernel.policy."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from apps.core.tenancy import system_scope
from apps.tenants.models import ApiKey, Membership, Project, ProjectMembership
from kernel.policy import KEY_SCOPES, POLICY, READS, Action, Role, permitted, roles_in_project


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What somebody may do in an organization and, with `project_id`, in one of its projects."""

    tenant_id: str
    project_id: str = ""
    roles: frozenset[Role]
    is_archived: bool = False

    @property
    def permissions(self) -> frozenset[Action]:
        allowed = permitted(self.roles)
        return allowed & READS if self.is_archived else allowed


def find_organization_access(user_id: str, tenant_id: str) -> Access | None:
    """A person's access to an organization; None when it is missing or not theirs."""
    with system_scope():
        found = Membership.all_tenants.filter(
            user_id=user_id, tenant_id=tenant_id, tenant__deleted_at__isnull=True
        ).first()
    return Access(tenant_id=tenant_id, roles=frozenset({Role(found.role)})) if found else None


def find_project_access(user_id: str, project_id: str) -> Access | None:
    """A person's access to a project; None when it is missing or not visible to them."""
    with system_scope():
        project = Project.all_tenants.filter(id=project_id).first()
        if project is None:
            return None
        organization = find_organization_access(user_id, project.tenant_id)
        membership = ProjectMembership.all_tenants.filter(user_id=user_id, project_id=project_id).first()
    if organization is None:
        return None
    [role] = organization.roles
    roles = roles_in_project(role, membership.role if membership else None)
    return project_access(project, roles) if roles else None


def project_access(project: Project, roles: frozenset[Role]) -> Access:
    return Access(
        tenant_id=project.tenant_id,
        project_id=project.id,
        roles=roles,
        is_archived=project.archived_at is not None,
    )


def key_permissions(row: ApiKey) -> frozenset[Action]:
    """What a working key may do: its kind's row of the policy, narrowed by its scopes."""
    if row.project_id is None:
        return POLICY[Role.ADMIN_KEY]
    return KEY_SCOPES & {Action(scope) for scope in row.scopes} if row.scopes else KEY_SCOPES


def working_keys(rows: Iterable[ApiKey]) -> list[ApiKey]:
    """Those keys that may be used now: not revoked, not expired, and their owner may still do what they do.

    Rows come with tenant, project and service account, and are read in a scope that shows their owners.
    """
    rows = list(rows)
    people = {row.user_id for row in rows if row.user_id}
    members = {
        (found.tenant_id, found.user_id): Role(found.role)
        for found in Membership.all_tenants.filter(user_id__in=people, user__is_active=True)
    }
    in_projects = {
        (found.project_id, found.user_id): found.role
        for found in ProjectMembership.all_tenants.filter(user_id__in=people)
    }
    return [
        row
        for row in rows
        if _is_live(row)
        and _owner_may_use(
            row,
            members.get((row.tenant_id, row.user_id or "")),
            in_projects.get((row.project_id or "", row.user_id or "")),
        )
    ]


def _is_live(row: ApiKey) -> bool:
    return (
        row.revoked_at is None
        and (row.expires_at is None or row.expires_at > timezone.now())
        and row.tenant.deleted_at is None
        and (row.project is None or row.project.archived_at is None)
    )


def _owner_may_use(row: ApiKey, role: Role | None, project_role: str | None) -> bool:
    if row.service_account is not None:
        return row.service_account.deleted_at is None
    if role is None:
        return False
    if row.project_id is None:
        return Action.ADMIN_KEY_WRITE in POLICY[role]
    return Action.MODEL_REQUEST in permitted(roles_in_project(role, project_role))
