"""Within one organization: what is gone is gone, each act hits whom it names, an invitation opens one door.

Each check says what is wrong, or nothing. It is undone afterwards.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest.mock import patch

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.core import snapshot
from apps.core.tenancy import system_scope, tenant_scope
from apps.datasets import selectors as files
from apps.finetuning import selectors as jobs
from apps.finetuning.services.end_job import delete_model
from apps.staff import selectors as staff
from apps.staff.admin.people import UserAdmin
from apps.tenants import selectors, services
from apps.tenants.access import find_organization_access, find_project_access
from apps.tenants.models import ApiKey, Invite, Organization, ProjectMembership, User
from kernel.errors import FineryError
from kernel.keys import key_hash
from tests.factories.tenants import add_member, make_user, signed_in
from tests.isolation.personas import World
from tests.isolation.undo import undone
from tests.isolation.world import BASE, Tenant

Check = Callable[[World], str]


def wrong_acts(world: World) -> Iterator[str]:
    for check in _CHECKS:
        with undone():
            try:
                found = check(world)
            except Exception as error:  # noqa: BLE001 - an act that should have worked
                found = f"raises {error!r}"
            if found:
                yield f"{check.__name__}: {found}"


def _refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except FineryError:
        return True
    return False


def _deleted_things_are_gone(world: World) -> str:
    t, i = world.a.owner.tenant_id, world.a.ids
    delete_model(t, i["model"], project_id=i["project_id"])
    if not _refused(lambda: files.get_file(t, i["gone_file_id"])):
        return "a file"
    if not _refused(lambda: jobs.get_model(t, i["model"], project_id=i["project_id"])):
        return "a model"
    if not _refused(lambda: selectors.get_service_account(t, i["project_id"], i["gone_account_id"])):
        return "a service account"
    return ""


def _members_see_their_own_projects(world: World) -> str:
    t, i = world.a.owner.tenant_id, world.a.ids
    with tenant_scope(t):
        for person, wanted in ((i["elsewhere_id"], {i["other_project_id"]}), (i["guest_id"], set())):
            found = selectors.projects(t, user_id=person, include_archived=True)
            if set(found.values_list("id", flat=True)) != wanted:
                return f"{person} lists others"
        inside = selectors.project_members(t, i["project_id"]).values_list("user_id", flat=True)
        if {i["elsewhere_id"], i["guest_id"]} & set(inside):
            return "a project lists somebody of another"
    [own] = selectors.list_organizations(User.objects.get(id=i["elsewhere_id"]))
    if [found.project.id for found in own.projects] != [i["other_project_id"]]:
        return "/api/me shows others"
    if set(selectors.list_rate_limits(t, i["project_id"])) != {BASE}:
        return "a project has another's limits"
    return ""


def _projects_list_what_is_theirs_and_works(world: World) -> str:
    t, i = world.a.owner.tenant_id, world.a.ids
    here, other = i["project_id"], i["other_project_id"]
    account, made = services.create_service_account(t, project_id=other, name="x", with_key=True)
    assert made is not None
    if not _refused(lambda: selectors.get_service_account(t, here, account.id)):
        return "another project's service account"
    if not _refused(lambda: selectors.get_api_key(t, here, made.row.id)):
        return "another project's key"
    if not _refused(lambda: selectors.get_api_key(t, None, made.row.id)):
        return "a project's key among the admin keys"
    services.revoke_api_key(t, project_id=other, key_id=made.row.id)
    services.revoke_admin_key(t, key_id=i["admin_key_id"])
    if not _refused(lambda: selectors.get_api_key(t, other, made.row.id)):
        return "a revoked key"
    return (
        "" if _refused(lambda: selectors.get_api_key(t, None, i["admin_key_id"])) else "a revoked admin key"
    )


def _leaving_takes_only_who_leaves(world: World) -> str:
    a, b = world.a, world.b
    t, both = a.owner.tenant_id, make_user("both")
    for tenant in (a, b):
        add_member(tenant.owner.tenant_id, both, "developer")
        services.add_project_member(
            tenant.owner.tenant_id,
            project_id=tenant.ids["project_id"],
            role="member",
            user_id=both.id,
            email=None,
        )
    services.remove_member(t, user_id=both.id, may_write_owners=True)
    with system_scope():
        left = set(ProjectMembership.all_tenants.values_list("project_id", "user_id"))
    wanted = {
        (b.ids["project_id"], both.id),
        (a.ids["project_id"], a.ids["user_id"]),
        (a.ids["other_project_id"], a.ids["elsewhere_id"]),
    }
    if not wanted <= left or (a.ids["project_id"], both.id) in left:
        return f"{wanted - left}"
    return "" if _refused(lambda: services.leave_organization(t, user_id=a.ids["owner_id"])) else "last owner"


def _closing_ends_its_own_keys(world: World) -> str:
    t = world.a.owner.tenant_id
    ended: set[str] = set()
    with patch.object(snapshot, "remove_on_commit", lambda table, name: ended.add(name)):
        services.close_organization(t, slug=world.a.ids["slug"])
    with system_scope():
        own = set(ApiKey.all_tenants.filter(tenant_id=t).values_list("key_hash", flat=True))
        live = set(
            ApiKey.all_tenants.filter(tenant_id=t, revoked_at__isnull=True).values_list("key_hash", flat=True)
        )
    return "" if live <= ended - {t} <= own else "another organization's keys"


def _headers_that_disagree_name_nothing(world: World) -> str:
    b = world.b
    for project_id, tenant_id in (
        (b.ids["project_id"], world.a.owner.tenant_id),
        (world.a.ids["project_id"], b.owner.tenant_id),
    ):
        api = signed_in(b.owner.user, project_id=project_id, tenant_id=tenant_id)
        if api.get("/v1/files").status_code != 400:
            return f"{project_id} of {tenant_id} is taken"
    return ""


def _project_acts_hit_whom_they_name(world: World) -> str:
    t, i = world.a.owner.tenant_id, world.a.ids
    other, member = i["other_project_id"], i["user_id"]
    services.set_rate_limit(t, project_id=other, base_model=BASE, requests_per_minute=2, tokens_per_minute=2)
    with tenant_scope(t):
        if AuditEvent.objects.for_tenant(t).latest("sequence").before is not None:
            return "the log shows another project's limit"
    added = services.add_project_member(t, project_id=other, role="owner", user_id=member, email=None)
    services.change_project_role(t, project_id=other, user_id=member, role="member")
    services.remove_project_member(t, project_id=other, user_id=member)
    with tenant_scope(t):
        left = set(ProjectMembership.objects.for_tenant(t).values_list("project_id", "user_id", "role"))
    wanted = {(i["project_id"], member, "member"), (other, i["elsewhere_id"], "owner")}
    return "" if added == member and wanted <= left and (other, member, "member") not in left else str(left)


def _invitations_open_one_door_once(world: World) -> str:
    tenant = world.a
    invited, stranger, unproved = make_user("invited"), make_user("wrong"), make_user("unproved")
    EmailAddress.objects.filter(user=unproved).update(verified=False)
    good = _invite(tenant, invited.email, "good")
    cases = {
        "wrong account": (good, stranger),
        "unproved address": (_invite(tenant, unproved.email, "unproved"), unproved),
        "expired": (_invite(tenant, stranger.email, "old", expires_at=timezone.now()), stranger),
        "used": (_invite(tenant, invited.email, "used", accepted_at=timezone.now()), invited),
        "unknown": ("unknown", invited),
    }
    for name, (token, person) in cases.items():
        if not _refused(lambda token=token, person=person: services.accept_invite(token, person)):  # type: ignore[misc]
            return name
    services.accept_invite(good, invited)
    with tenant_scope(tenant.owner.tenant_id):
        if not selectors.members(tenant.owner.tenant_id).filter(user=invited).exists():
            return "no seat for the invited"
    return "" if _refused(lambda: services.accept_invite(good, invited)) else "twice"


def _closed_organization_takes_nobody_in(world: World) -> str:
    person = make_user("late")
    token = _invite(world.a, person.email, "late")
    with system_scope():
        Organization.objects.filter(id=world.a.owner.tenant_id).update(deleted_at=timezone.now())
    return "" if _refused(lambda: services.accept_invite(token, person)) else "an invitation still works"


def _invite(tenant: Tenant, email: str, token: str, **columns: object) -> str:
    with tenant_scope(tenant.owner.tenant_id):
        Invite.objects.for_tenant(tenant.owner.tenant_id).create(
            tenant_id=tenant.owner.tenant_id,
            email=email,
            role="developer",
            token_hash=key_hash(token, settings.KEY_PEPPER),
            **({"expires_at": timezone.now() + timedelta(days=1)} | columns),
        )
    return token


def _closed_organization_is_nobodys(world: World) -> str:
    owner = world.closed
    assert owner is not None
    if selectors.list_organizations(owner.user) or selectors.count_memberships(owner.user.id):
        return "it is listed"
    if find_organization_access(owner.user.id, owner.tenant_id):
        return "it is open to its owner"
    if find_project_access(owner.user.id, owner.project.id):
        return "its project is open to its owner"
    if owner.tenant_id in {row.id for row in selectors.list_all_organizations()}:
        return "it is published"
    if selectors.for_each_organization_of(owner.user.id, lambda tenant_id: None):
        return "it is still somebody's"
    return ""


def _staff_see_whom_they_look_at(world: World) -> str:
    a, b = world.a.owner.user, world.b.owner.user
    with system_scope():
        if a.id in {seat.user_id for seat in staff.memberships_of(b.id)}:
            return "another person's seats"
        if staff.second_factors_of(b.id) or not staff.second_factors_of(a.id):
            return "another person's second factors"
        if a.email in str(UserAdmin.verified_addresses(None, b)):  # type: ignore[arg-type]
            return "another person's addresses"
    return ""


_CHECKS: tuple[Check, ...] = (
    _deleted_things_are_gone,
    _members_see_their_own_projects,
    _projects_list_what_is_theirs_and_works,
    _headers_that_disagree_name_nothing,
    _leaving_takes_only_who_leaves,
    _closing_ends_its_own_keys,
    _project_acts_hit_whom_they_name,
    _invitations_open_one_door_once,
    _closed_organization_takes_nobody_in,
    _closed_organization_is_nobodys,
    _staff_see_whom_they_look_at,
)
