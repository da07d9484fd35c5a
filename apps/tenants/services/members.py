"""Who is in an organization, and as what. There is always an owner."""

from apps.audit.services import record
from apps.core.caller import MissingPermission
from apps.core.tenancy import tenant_transaction
from apps.tenants import selectors
from apps.tenants.errors import LastOwner
from apps.tenants.models import Membership, OrganizationRole, ProjectMembership
from apps.tenants.services.api_keys import publish_keys, revoke_keys_of
from kernel.errors import InvalidRequest, NotFound
from kernel.policy import Action


@tenant_transaction
def change_role(tenant_id: str, *, user_id: str, role: str, may_write_owners: bool) -> Membership:
    """Give a member another role; their keys follow at once.

    Raises:
        NotFound: no such member. MissingPermission: only owners make or unmake owners.
        LastOwner: the organization would be left without one.
    """
    member = _lock_member(tenant_id, user_id)
    before = member.role
    require_owner_rights(may_write_owners, before, role)
    if before == OrganizationRole.OWNER != role:
        _require_another_owner(tenant_id, user_id)
    member.role = role
    member.save(update_fields=["role"])
    publish_keys(tenant_id, user_id=user_id)
    record(tenant_id, "user.updated", resource_id=user_id, before={"role": before}, after={"role": role})
    return member


@tenant_transaction
def remove_member(tenant_id: str, *, user_id: str, may_write_owners: bool) -> None:
    """Take a person out: their access ends and their keys are revoked at once.

    Raises:
        NotFound, MissingPermission, LastOwner: as for change_role.
    """
    member = _lock_member(tenant_id, user_id)
    require_owner_rights(may_write_owners, member.role)
    if member.role == OrganizationRole.OWNER:
        _require_another_owner(tenant_id, user_id)
    revoke_keys_of(tenant_id, user_id=user_id)
    ProjectMembership.objects.for_tenant(tenant_id).filter(user_id=user_id).delete()
    before = {"role": member.role, "email": member.user.email}
    member.delete()
    record(tenant_id, "user.deleted", resource_id=user_id, before=before)


def leave_organization(tenant_id: str, *, user_id: str) -> None:
    """Raises NotFound, LastOwner."""
    remove_member(tenant_id, user_id=user_id, may_write_owners=True)


@tenant_transaction
def transfer_ownership(tenant_id: str, *, from_user_id: str, to_user_id: str) -> None:
    """Make another member owner, and the giver an admin.

    Raises:
        NotFound: the receiver is no member. InvalidRequest: giver and receiver are the same.
    """
    if from_user_id == to_user_id:
        raise InvalidRequest("You own this organization already.", param="user_id")
    receiver = _lock_member(tenant_id, to_user_id)
    giver = _lock_member(tenant_id, from_user_id)
    receiver.role, giver.role = OrganizationRole.OWNER, OrganizationRole.ADMIN
    receiver.save(update_fields=["role"])
    giver.save(update_fields=["role"])
    publish_keys(tenant_id, user_id=to_user_id)
    record(
        tenant_id,
        "organization.transferred",
        resource_id=tenant_id,
        before={"owner": from_user_id},
        after={"owner": to_user_id},
    )


def require_owner_rights(may_write_owners: bool, *roles: str) -> None:
    """Raises MissingPermission when one of the roles is the owner's and the caller may not touch it."""
    if OrganizationRole.OWNER in roles and not may_write_owners:
        raise MissingPermission(Action.OWNER_WRITE)


def _lock_member(tenant_id: str, user_id: str) -> Membership:
    selectors.lock_organization(tenant_id)  # so that two owners cannot leave at the same moment
    member = selectors.members(tenant_id).filter(user_id=user_id).first()
    if member is None:
        raise NotFound("No such user.", param="user_id")
    return member


def _require_another_owner(tenant_id: str, user_id: str) -> None:
    owners = Membership.objects.for_tenant(tenant_id).filter(role=OrganizationRole.OWNER)
    if not owners.exclude(user_id=user_id).exists():
        raise LastOwner("An organization needs an owner: transfer it first, or delete it.", param="user_id")
