"""Writes on organizations, projects and keys."""

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from apps.core import snapshot
from apps.core.tenancy import system_scope, tenant_scope, tenant_transaction
from apps.tenants import selectors
from apps.tenants.models import ApiKey, Membership, Organization, Project, Role
from kernel import keys
from kernel.contracts import KeyEntry, LimitEntry
from kernel.errors import InvalidRequest, NotFound
from kernel.ids import new_id, short_code

SESSION_KEY_LIFETIME = timedelta(hours=1)
MAX_ORGANIZATIONS_PER_USER = 10


class NewKey(NamedTuple):
    row: ApiKey
    value: str  # shown once, kept nowhere


@transaction.atomic
def create_organization(user_id: str, *, name: str) -> Organization:
    """Make an organization with a default project, owned by the user.

    Raises:
        InvalidRequest: the name is blank, or the user owns too many already.
    """
    if not name.strip():
        raise InvalidRequest("The organization needs a name.", param="name")
    if selectors.count_memberships(user_id) >= MAX_ORGANIZATIONS_PER_USER:
        raise InvalidRequest(f"You are in {MAX_ORGANIZATIONS_PER_USER} organizations already.")
    organization = Organization(id=new_id("org-"), name=name.strip(), slug=_free_slug(name))
    with tenant_scope(organization.id):
        organization.save(force_insert=True)
        tenant_id = organization.id
        Project.objects.for_tenant(tenant_id).create(
            tenant_id=tenant_id, name="Default project", is_default=True
        )
        Membership.objects.for_tenant(tenant_id).create(tenant_id=tenant_id, user_id=user_id, role=Role.OWNER)
    snapshot.put_on_commit("limits", organization.id, limit_entry(organization))
    return organization


def _free_slug(name: str) -> str:
    slug = slugify(name)[:28] or "org"
    with system_scope():
        taken = Organization.objects.filter(slug=slug).exists()
    return f"{slug}-{short_code(5)}" if taken else slug


@tenant_transaction
def create_api_key(
    tenant_id: str, *, project_id: str, user_id: str | None, name: str, is_session: bool = False
) -> NewKey:
    """Make a key for a project. A session key is the dashboard's and expires within the hour.

    Raises:
        NotFound: the project is not this tenant's.
    """
    project = selectors.get_project(tenant_id, project_id)
    value = keys.new_key()
    row = ApiKey.objects.for_tenant(tenant_id).create(
        tenant_id=tenant_id,
        project=project,
        user_id=user_id,
        name=name,
        key_hash=keys.key_hash(value, settings.KEY_PEPPER),
        redacted_value=keys.redacted(value),
        is_session=is_session,
        expires_at=timezone.now() + SESSION_KEY_LIFETIME if is_session else None,
    )
    snapshot.put_on_commit("keys", row.key_hash, key_entry(row))
    return NewKey(row, value)


@tenant_transaction
def revoke_api_key(tenant_id: str, *, project_id: str, key_id: str) -> ApiKey:
    """Refuse the key everywhere from now on (gateways: within a second). Revoking twice is harmless.

    Raises:
        NotFound: no such key in this project.
    """
    row = (
        ApiKey.objects.for_tenant(tenant_id)
        .select_for_update()
        .filter(project_id=project_id, id=key_id)
        .first()
    )
    if row is None:
        raise NotFound("No such API key.", param="key_id")
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
    snapshot.remove_on_commit("keys", row.key_hash)
    return row


def key_entry(row: ApiKey) -> KeyEntry:
    return KeyEntry(
        key_id=row.id,
        tenant_id=row.tenant_id,
        project_id=row.project_id,
        user_id=row.user_id,
        expires_at=row.expires_at.timestamp() if row.expires_at else None,
    )


def limit_entry(organization: Organization) -> LimitEntry:
    return LimitEntry(
        requests_per_minute=organization.requests_per_minute, tokens_per_minute=organization.tokens_per_minute
    )
