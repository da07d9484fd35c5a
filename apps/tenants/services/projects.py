"""Projects, who is in them, and how much they may use."""

from django.utils import timezone

from apps.audit.services import record
from apps.core import snapshot
from apps.core.tenancy import tenant_transaction
from apps.tenants import selectors
from apps.tenants.models import Project, ProjectMembership, ProjectRateLimit
from apps.tenants.services.api_keys import publish_keys
from apps.tenants.services.organizations import clean_name
from kernel.contracts import LimitEntry
from kernel.errors import Conflict, InvalidRequest, NotFound

MAX_PROJECTS = 100


@tenant_transaction
def create_project(tenant_id: str, *, name: str) -> Project:
    """Raises InvalidRequest: the name is blank, or there are too many projects."""
    selectors.lock_organization(tenant_id)
    if selectors.projects(tenant_id, user_id=None, include_archived=False).count() >= MAX_PROJECTS:
        raise InvalidRequest(f"There are {MAX_PROJECTS} projects already; archive those you do not use.")
    project = Project.objects.for_tenant(tenant_id).create(tenant_id=tenant_id, name=clean_name(name))
    record(
        tenant_id,
        "project.created",
        resource_id=project.id,
        project_id=project.id,
        after={"name": project.name},
    )
    return project


@tenant_transaction
def rename_project(tenant_id: str, *, project_id: str, name: str) -> Project:
    """Raises NotFound, InvalidRequest."""
    project = selectors.get_project(tenant_id, project_id)
    before, project.name = project.name, clean_name(name)
    project.save(update_fields=["name"])
    record(
        tenant_id,
        "project.updated",
        resource_id=project_id,
        project_id=project_id,
        before={"name": before},
        after={"name": project.name},
    )
    return project


@tenant_transaction
def archive_project(tenant_id: str, *, project_id: str) -> Project:
    """Close a project for good: it can be read, its keys stop working at once. Archiving twice is harmless.

    Raises:
        NotFound. Conflict: it is the default project.
    """
    project = selectors.get_project(tenant_id, project_id)
    if project.is_default:
        raise Conflict("The default project cannot be archived.", param="project_id")
    if project.archived_at is None:
        project.archived_at = timezone.now()
        project.save(update_fields=["archived_at"])
        publish_keys(tenant_id, project_id=project_id)
        record(tenant_id, "project.archived", resource_id=project_id, project_id=project_id)
    return project


@tenant_transaction
def add_project_member(
    tenant_id: str, *, project_id: str, role: str, user_id: str | None, email: str | None
) -> str:
    """Let a member of the organization into a project. Returns their id.

    Raises:
        NotFound: nobody of that id or address is in the organization. InvalidRequest: they are in already.
    """
    selectors.get_project(tenant_id, project_id)
    people = selectors.members(tenant_id)
    found = (
        people.filter(user_id=user_id) if user_id else people.filter(user__email=(email or "").lower())
    ).first()
    if found is None:
        raise NotFound("No such user in this organization: invite them first.", param="user_id")
    if selectors.project_members(tenant_id, project_id).filter(user_id=found.user_id).exists():
        raise InvalidRequest("This user is in the project already.", param="user_id")
    ProjectMembership.objects.for_tenant(tenant_id).create(
        tenant_id=tenant_id, project_id=project_id, user_id=found.user_id, role=role
    )
    publish_keys(tenant_id, user_id=found.user_id, project_id=project_id)
    _record_member(tenant_id, "project.user.added", project_id, found.user_id, after={"role": role})
    return found.user_id


@tenant_transaction
def change_project_role(tenant_id: str, *, project_id: str, user_id: str, role: str) -> None:
    """Raises NotFound; InvalidRequest for owners and admins, who own every project."""
    row = _lock_membership(tenant_id, project_id, user_id)
    before, row.role = row.role, role
    row.save(update_fields=["role"])
    publish_keys(tenant_id, user_id=user_id, project_id=project_id)
    _record_member(
        tenant_id, "project.user.updated", project_id, user_id, before={"role": before}, after={"role": role}
    )


@tenant_transaction
def remove_project_member(tenant_id: str, *, project_id: str, user_id: str) -> None:
    """Their keys in this project stop working at once, and work again should they come back.

    Raises:
        NotFound; InvalidRequest for owners and admins.
    """
    row = _lock_membership(tenant_id, project_id, user_id)
    row.delete()
    publish_keys(tenant_id, user_id=user_id, project_id=project_id)
    _record_member(tenant_id, "project.user.deleted", project_id, user_id, before={"role": row.role})


def _lock_membership(tenant_id: str, project_id: str, user_id: str) -> ProjectMembership:
    selectors.get_project_member(tenant_id, project_id, user_id)
    row = (
        ProjectMembership.objects.for_tenant(tenant_id)
        .select_for_update()
        .filter(project_id=project_id, user_id=user_id)
        .first()
    )
    if row is None:
        raise InvalidRequest("Owners and admins of the organization own every project.", param="user_id")
    return row


def _record_member(
    tenant_id: str,
    event: str,
    project_id: str,
    user_id: str,
    *,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> None:
    record(tenant_id, event, resource_id=user_id, project_id=project_id, before=before, after=after)


@tenant_transaction
def set_rate_limit(
    tenant_id: str, *, project_id: str, base_model: str, requests_per_minute: int, tokens_per_minute: int
) -> ProjectRateLimit:
    """Hold a project to this much of a base per minute. Raises NotFound."""
    selectors.get_project(tenant_id, project_id)
    rows = ProjectRateLimit.objects.for_tenant(tenant_id)
    old = rows.filter(project_id=project_id, base_model=base_model).first()
    wanted = {"requests_per_minute": requests_per_minute, "tokens_per_minute": tokens_per_minute}
    row, _ = rows.update_or_create(
        tenant_id=tenant_id, project_id=project_id, base_model=base_model, defaults=wanted
    )
    snapshot.put_on_commit("limits", f"{project_id}/{base_model}", rate_limit_entry(row))
    record(
        tenant_id,
        "rate_limit.updated",
        resource_id=base_model,
        project_id=project_id,
        before={field: getattr(old, field) for field in wanted} if old else None,
        after=wanted,
    )
    return row


def rate_limit_entry(row: ProjectRateLimit) -> LimitEntry:
    return LimitEntry(requests_per_minute=row.requests_per_minute, tokens_per_minute=row.tokens_per_minute)
