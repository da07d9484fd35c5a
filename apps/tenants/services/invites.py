"""Invitations by e-mail: a seat with its roles, taken once by the address it was sent to."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.audit.services import record
from apps.core.commit import after_commit
from apps.core.tenancy import system_scope, tenant_scope, tenant_transaction
from apps.tenants import selectors
from apps.tenants.errors import InviteNotUsable, WrongAccount
from apps.tenants.models import Invite, Membership, OrganizationRole, ProjectMembership, ProjectRole, User
from apps.tenants.services.invitation_mail import LIFETIME, count_invitation, send_invitation
from apps.tenants.services.members import require_owner_rights
from apps.tenants.services.organizations import require_room
from kernel.errors import InvalidRequest
from kernel.keys import key_hash

MAX_OPEN_INVITES = 100
_NOT_USABLE = "This invitation has expired, was withdrawn, or was used already."


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteRequest:
    email: str
    role: str
    projects: tuple[tuple[str, str], ...] | None = None  # (project id, its role); None: the default project


@tenant_transaction
def invite_user(
    tenant_id: str, request: InviteRequest, *, invited_by: str | None, may_write_owners: bool
) -> Invite:
    """Offer a seat by mail. An open invitation to the same address is replaced.

    Raises:
        InvalidRequest: already a member, a role is wrong, or too many open invitations.
        NotFound: a project is not this tenant's. MissingPermission: only owners invite owners.
        RateLimited: the inviter sent, or the recipient was sent, as many as may be for now.
    """
    require_owner_rights(may_write_owners, request.role)
    organization = selectors.lock_organization(tenant_id)
    email = request.email.lower()
    projects = _seats(tenant_id, request)
    if selectors.members(tenant_id).filter(user__email=email).exists():
        raise InvalidRequest("This address is a member already.", param="email")
    open_ones = selectors.invites(tenant_id).filter(accepted_at__isnull=True)
    open_ones.filter(email=email).delete()
    if open_ones.filter(expires_at__gt=timezone.now()).count() >= MAX_OPEN_INVITES:
        raise InvalidRequest(f"There are {MAX_OPEN_INVITES} open invitations already.")
    inviter = selectors.get_member(tenant_id, invited_by).user.email if invited_by else ""
    count_invitation(inviter=inviter, recipient=email)
    token = secrets.token_urlsafe(32)
    invite = Invite.objects.for_tenant(tenant_id).create(
        tenant_id=tenant_id,
        email=email,
        role=request.role,
        projects=projects,
        token_hash=_hash(token),
        invited_by_id=invited_by,
        expires_at=timezone.now() + LIFETIME,
    )
    after_commit(send_invitation, email, organization=organization.name, inviter=inviter, token=token)
    record(
        tenant_id,
        "invite.sent",
        resource_id=invite.id,
        after={"email": email, "role": request.role, "projects": projects},
    )
    return invite


def _seats(tenant_id: str, request: InviteRequest) -> list[dict[str, str]]:
    """As with OpenAI, a guest who is given no project comes to the default one, if the role works in any."""
    if request.projects is not None:
        return [_seat(tenant_id, project_id, role) for project_id, role in request.projects]
    if request.role not in (OrganizationRole.DEVELOPER, OrganizationRole.VIEWER):
        return []
    default = selectors.get_default_project(tenant_id)
    return [{"id": default.id, "role": ProjectRole.MEMBER.value}]


def _seat(tenant_id: str, project_id: str, role: str) -> dict[str, str]:
    if role not in ProjectRole.values:
        raise InvalidRequest(f"No such project role: {role!r}.", param="projects")
    return {"id": selectors.get_project(tenant_id, project_id).id, "role": role}


def _hash(token: str) -> str:
    return key_hash(token, settings.KEY_PEPPER)


@tenant_transaction
def delete_invite(tenant_id: str, *, invite_id: str) -> None:
    """Withdraw it. Raises NotFound."""
    invite = selectors.get_invite(tenant_id, invite_id)
    invite.delete()
    record(tenant_id, "invite.deleted", resource_id=invite_id, before={"email": invite.email})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    organization_name: str
    email: str
    role: str
    expires_at: datetime


def look_up_invite(token: str) -> Offer:
    """What a working token offers. Raises InviteNotUsable."""
    with system_scope():
        invite = _find(token)
        return Offer(
            organization_name=invite.tenant.name,
            email=invite.email,
            role=invite.role,
            expires_at=invite.expires_at,
        )


@transaction.atomic
def accept_invite(token: str, user: User) -> str:
    """Take the seat. Returns the organization's id.

    Raises:
        InviteNotUsable: unknown, expired, withdrawn or used. WrongAccount: it was sent to another address.
        InvalidRequest: the person is in too many organizations.
    """
    with system_scope():
        tenant_id = _find(token).tenant_id
    with tenant_scope(tenant_id):
        selectors.lock_organization(tenant_id)  # two clicks at once: the second finds it used
        with system_scope():
            invite = _find(token)
        if not EmailAddress.objects.filter(user=user, email__iexact=invite.email, verified=True).exists():
            raise WrongAccount("This invitation was sent to another address. Sign in with that one.")
        if not selectors.members(tenant_id).filter(user=user).exists():
            require_room(user.id)
            _join(tenant_id, invite, user)
        invite.accepted_at = timezone.now()
        invite.save(update_fields=["accepted_at"])
        record(tenant_id, "invite.accepted", resource_id=invite.id)
        record(tenant_id, "user.added", resource_id=user.id, after={"email": user.email, "role": invite.role})
    return tenant_id


def _find(token: str) -> Invite:
    found = (
        Invite.all_tenants.select_related("tenant")
        .filter(
            token_hash=_hash(token),
            accepted_at__isnull=True,
            expires_at__gt=timezone.now(),
            tenant__deleted_at__isnull=True,
        )
        .first()
    )
    if found is None:
        raise InviteNotUsable(_NOT_USABLE, param="token")
    return found


def _join(tenant_id: str, invite: Invite, user: User) -> None:
    Membership.objects.for_tenant(tenant_id).create(tenant_id=tenant_id, user=user, role=invite.role)
    open_projects = set(
        selectors.projects(tenant_id, user_id=None, include_archived=False).values_list("id", flat=True)
    )
    for seat in invite.projects:
        if seat["id"] in open_projects:
            ProjectMembership.objects.for_tenant(tenant_id).create(
                tenant_id=tenant_id, project_id=seat["id"], user=user, role=seat["role"]
            )
