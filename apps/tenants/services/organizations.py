"""Opening, renaming and closing an organization."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from apps.audit.services import record
from apps.core import snapshot
from apps.core.tenancy import tenant_scope, tenant_transaction
from apps.tenants import selectors
from apps.tenants.models import ApiKey, Membership, Organization, OrganizationRole, Project
from kernel.contracts import LimitEntry
from kernel.errors import InvalidRequest
from kernel.ids import new_id, short_code

MAX_ORGANIZATIONS_PER_USER = 10


@transaction.atomic
def create_organization(user_id: str, *, name: str) -> Organization:
    """Make an organization with a default project, owned by the user.

    Raises:
        InvalidRequest: the name is blank, or the user is in too many already.
    """
    require_room(user_id)
    organization = Organization(id=new_id("org-"), name=clean_name(name))
    tenant_id = organization.id
    with tenant_scope(tenant_id):
        _save_with_free_slug(organization)
        Project.objects.for_tenant(tenant_id).create(
            tenant_id=tenant_id, name="Default project", is_default=True
        )
        Membership.objects.for_tenant(tenant_id).create(
            tenant_id=tenant_id, user_id=user_id, role=OrganizationRole.OWNER
        )
        record(tenant_id, "organization.created", resource_id=tenant_id, after={"name": organization.name})
    snapshot.put_on_commit("limits", tenant_id, limit_entry(organization))
    return organization


def clean_name(name: str) -> str:
    """Raises InvalidRequest when nothing is left of it."""
    if not name.strip():
        raise InvalidRequest("A name is needed.", param="name")
    return name.strip()


def require_room(user_id: str) -> None:
    """Raises InvalidRequest when a person is in as many organizations as they may be.

    Holds the person's row, so that two seats taken at the same moment are counted one after the other.
    """
    selectors.lock_person(user_id)
    if selectors.count_memberships(user_id) >= MAX_ORGANIZATIONS_PER_USER:
        raise InvalidRequest(f"You are in {MAX_ORGANIZATIONS_PER_USER} organizations already.")


def _save_with_free_slug(organization: Organization) -> None:
    """Short names are unique over all organizations: the database says whether one is taken."""
    slug = slugify(organization.name)[:28].strip("-_")
    organization.slug = (
        slug or f"org-{short_code(5)}"
    )  # a name without Latin letters or digits leaves nothing
    try:
        with transaction.atomic():
            organization.save(force_insert=True)
    except IntegrityError:
        organization.slug = f"{slug or 'org'}-{short_code(5)}"
        organization.save(force_insert=True)


@tenant_transaction
def rename_organization(tenant_id: str, *, name: str) -> Organization:
    """The slug stays: it is part of the names of models. Raises InvalidRequest."""
    organization = selectors.lock_organization(tenant_id)
    before, organization.name = organization.name, clean_name(name)
    organization.save(update_fields=["name"])
    record(
        tenant_id,
        "organization.updated",
        resource_id=tenant_id,
        before={"name": before},
        after={"name": organization.name},
    )
    return organization


@tenant_transaction
def adjust_limits(
    tenant_id: str, *, requests_per_minute: int, tokens_per_minute: int, max_active_jobs: int
) -> Organization:
    """Set what the organization may use per minute and at once. For staff."""
    organization = selectors.lock_organization(tenant_id)
    fields = ("requests_per_minute", "tokens_per_minute", "max_active_jobs")
    before = {field: getattr(organization, field) for field in fields}
    organization.requests_per_minute = requests_per_minute
    organization.tokens_per_minute = tokens_per_minute
    organization.max_active_jobs = max_active_jobs
    organization.save(update_fields=fields)
    snapshot.put_on_commit("limits", tenant_id, limit_entry(organization))
    record(
        tenant_id,
        "rate_limit.updated",
        resource_id=tenant_id,
        before=before,
        after={field: getattr(organization, field) for field in fields},
    )
    return organization


@tenant_transaction
def close_organization(tenant_id: str, *, slug: str) -> Organization:
    """Shut an organization to everybody, at once and for good. Its erasure follows.

    Raises:
        InvalidRequest: the slug, typed as a confirmation, is not this organization's.
    """
    organization = selectors.lock_organization(tenant_id)
    if slug != organization.slug:
        raise InvalidRequest("Type the organization's short name to confirm.", param="slug")
    if organization.deleted_at is None:
        organization.deleted_at = timezone.now()
        organization.save(update_fields=["deleted_at"])
        for row in ApiKey.objects.for_tenant(tenant_id).filter(revoked_at__isnull=True):
            snapshot.remove_on_commit("keys", row.key_hash)
        snapshot.remove_on_commit("limits", tenant_id)
        record(tenant_id, "organization.deleted", resource_id=tenant_id)
    return organization


def limit_entry(organization: Organization) -> LimitEntry:
    return LimitEntry(
        requests_per_minute=organization.requests_per_minute, tokens_per_minute=organization.tokens_per_minute
    )
