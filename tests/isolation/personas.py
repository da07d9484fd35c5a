"""Everybody who could try to get in, around two tenants."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, partial
from typing import Any

from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from apps.core.tenancy import system_scope, tenant_scope
from apps.tenants.impersonation import start_impersonation
from apps.tenants.models import ApiKey, Organization, ProjectMembership, User
from apps.tenants.services import (
    KeyBounds,
    add_project_member,
    archive_project,
    create_admin_key,
    create_api_key,
    create_project,
    create_service_account,
    delete_person,
    remove_member,
    revoke_api_key,
)
from kernel.policy import POLICY, READS, Action, Role, permitted, roles_in_project
from tests.factories.tenants import (
    Owner,
    add_member,
    as_member,
    make_admin_key,
    make_owner,
    make_user,
    signed_in,
    with_key,
)
from tests.isolation.world import Tenant, make_tenant

ORGANIZATION_ROLES = ("owner", "admin", "developer", "billing", "viewer")


@dataclass(frozen=True)
class Persona:
    """Somebody who calls. `client` makes a fresh HTTP client; `headers` says what a session names.

    `organization_role` and `project_role` are those in tenant A; None: they do not belong there at all.
    """

    name: str
    client: Callable[[], APIClient]
    is_session: bool = False
    is_dead: bool = False  # the credential works no more: 401 everywhere
    permissions: frozenset[Action] = frozenset()  # in A's project
    organization_permissions: frozenset[Action] = frozenset()  # in A as a whole
    sees_project: bool = False
    is_fresh: bool = True
    is_looking_on: bool = False  # a member of staff, as this organization's owner


@dataclass
class World:
    """Tenant A is what everybody wants to get into; B is who tries."""

    a: Tenant
    b: Tenant
    personas: dict[str, Persona] = field(default_factory=dict)
    closed: Owner | None = None  # the owner of an organization that is shut
    numbers: dict[str, Any] = field(default_factory=dict)  # of B alone: checks.numbers, before any bug

    @cached_property
    def strangers(self) -> list[Persona]:
        return [persona for persona in self.personas.values() if persona.name.startswith("b_")]

    @cached_property
    def dead(self) -> list[Persona]:
        return [persona for persona in self.personas.values() if persona.is_dead]

    @cached_property
    def insiders(self) -> list[Persona]:
        return [persona for persona in self.personas.values() if persona.name.startswith("a_")]

    def add(self, persona: Persona) -> None:
        self.personas[persona.name] = persona


def build_world() -> World:
    world = World(make_tenant(1), make_tenant(2))
    _add_strangers(world)
    _add_insiders(world)
    _add_dead(world)
    _add_staff(world)
    with system_scope(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")  # as a commit would
    return world


def _session(user: User, project_id: str, tenant_id: str) -> Callable[[], APIClient]:
    return partial(signed_in, user, project_id=project_id, tenant_id=tenant_id)


def _named(tenant: Tenant) -> tuple[str, str]:
    return tenant.ids["project_id"], tenant.ids["organization_id"]


def _add_strangers(world: World) -> None:
    a, b = world.a, world.b
    member = User.objects.get(id=b.ids["user_id"])
    own, theirs = _named(b), _named(a)
    key, admin_key = b.owner.key, make_admin_key(b.owner)
    for name, user in (("owner", b.owner.user), ("member", member)):
        world.add(Persona(f"b_{name}", _session(user, *own), is_session=True))
        # as above, but naming the other tenant's project and organization in the headers
        world.add(Persona(f"b_{name}_lying", _session(user, *theirs), is_session=True))
    world.add(Persona("b_key", lambda: with_key(key)))
    member_key = as_member(b.owner, member).key
    world.add(Persona("b_member_key", lambda: with_key(member_key)))
    world.add(Persona("b_admin_key", lambda: with_key(admin_key)))


def _add_insiders(world: World) -> None:
    owner, ids = world.a.owner, world.a.ids
    for role in ORGANIZATION_ROLES:
        for project_role in ("owner", "member", None):
            if role in ("owner", "admin") and project_role != "owner":
                continue
            _add_person(world, role, project_role)
    elsewhere = User.objects.get(id=ids["elsewhere_id"])
    world.add(
        Persona(
            "a_developer_elsewhere",
            _session(elsewhere, "", owner.tenant_id),
            is_session=True,
            organization_permissions=POLICY[Role.DEVELOPER],
        )
    )
    far = create_api_key(
        owner.tenant_id,
        project_id=ids["project_id"],
        user_id=owner.user.id,
        name="far",
        bounds=KeyBounds(networks=("10.0.0.0/8",)),
    ).value
    world.add(Persona("a_key_from_afar", partial(with_key, far), sees_project=True))
    near = create_api_key(
        owner.tenant_id,
        project_id=ids["project_id"],
        user_id=owner.user.id,
        name="near",
        bounds=KeyBounds(networks=("127.0.0.0/8",)),
    ).value
    world.add(
        Persona(
            "a_key_from_near",
            partial(with_key, near),
            permissions=POLICY[Role.PROJECT_KEY],
            sees_project=True,
        )
    )
    made = create_api_key(
        owner.tenant_id, project_id=ids["other_project_id"], user_id=elsewhere.id, name="elsewhere"
    )
    # a key of another project of the same organization: may do all a key may, and finds nothing here
    world.add(Persona("a_key_of_other_project", lambda: with_key(made.value)))
    narrow = create_api_key(
        owner.tenant_id,
        project_id=ids["project_id"],
        user_id=owner.user.id,
        name="narrow",
        bounds=KeyBounds(scopes=(Action.FILE_READ,)),
    ).value
    world.add(
        Persona(
            "a_narrow_key",
            lambda: with_key(narrow),
            permissions=frozenset({Action.FILE_READ}),
            sees_project=True,
        )
    )
    full = POLICY[Role.PROJECT_KEY]
    world.add(
        Persona(
            "a_key",
            lambda: with_key(owner.key),
            permissions=full,
            organization_permissions=full,
            sees_project=True,
        )
    )
    admin = POLICY[Role.ADMIN_KEY]
    admin_key = make_admin_key(owner)
    world.add(
        Persona(
            "a_admin_key",
            lambda: with_key(admin_key),
            permissions=admin,
            organization_permissions=admin,
            sees_project=True,
        )
    )
    world.add(
        Persona(
            "a_owner_stale",
            lambda: signed_in(
                owner.user, project_id=ids["project_id"], tenant_id=owner.tenant_id, is_fresh=False
            ),
            is_session=True,
            permissions=permitted({Role.OWNER, Role.PROJECT_OWNER}),
            organization_permissions=POLICY[Role.OWNER],
            sees_project=True,
            is_fresh=False,
        )
    )


def _add_staff(world: World) -> None:
    owner, ids = world.a.owner, world.a.ids
    staff = make_user("staff")
    User.objects.filter(id=staff.id).update(is_staff=True)

    def looking_on() -> APIClient:
        api = signed_in(staff, project_id=ids["project_id"], tenant_id=owner.tenant_id)
        session = api.session
        start_impersonation(session, owner.user.id, tenant_id=owner.tenant_id)
        session.save()
        return api

    world.add(
        Persona(
            "a_staff_looking_on",
            looking_on,
            is_session=True,
            permissions=permitted({Role.OWNER, Role.PROJECT_OWNER}) & READS,
            organization_permissions=POLICY[Role.OWNER] & READS,
            sees_project=True,
            is_looking_on=True,
        )
    )


def _add_person(world: World, role: str, project_role: str | None) -> None:
    owner, ids = world.a.owner, world.a.ids
    if role == "owner":
        user = owner.user
    else:
        user = make_user(role)
        add_member(owner.tenant_id, user, role)
        if project_role and role != "admin":
            add_project_member(
                owner.tenant_id, project_id=ids["project_id"], role=project_role, user_id=user.id, email=None
            )
    roles = roles_in_project(Role(role), project_role)
    named = ids["project_id"] if roles else "", owner.tenant_id
    world.add(
        Persona(
            f"a_{role}_{project_role or 'outside'}",
            _session(user, *named),
            is_session=True,
            permissions=permitted(roles),
            organization_permissions=POLICY[Role(role)],
            sees_project=bool(roles),
        )
    )


def _add_dead(world: World) -> None:
    owner, ids = world.a.owner, world.a.ids
    tenant_id, project_id = owner.tenant_id, ids["project_id"]

    def key_of(user: User, **bounds: object) -> str:
        return create_api_key(
            tenant_id,
            project_id=project_id,
            user_id=user.id,
            name="dead",
            **bounds,  # type: ignore[arg-type]
        ).value

    revoked = create_api_key(tenant_id, project_id=project_id, user_id=owner.user.id, name="revoked")
    revoke_api_key(tenant_id, project_id=project_id, key_id=revoked.row.id)
    expired = create_api_key(
        tenant_id, project_id=project_id, user_id=owner.user.id, name="old", expires_in=timedelta(hours=1)
    )
    with system_scope():
        ApiKey.all_tenants.filter(id=expired.row.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    removed = make_user("removed")
    add_member(tenant_id, removed, "admin")
    removed_key, removed_admin_key = (
        key_of(removed),
        create_admin_key(tenant_id, user_id=removed.id, name="dead").value,
    )
    remove_member(tenant_id, user_id=removed.id, may_write_owners=True)
    inactive = make_user("inactive")
    add_member(tenant_id, inactive, "admin")
    inactive_key = key_of(inactive)
    User.objects.filter(id=inactive.id).update(is_active=False)
    out = make_user("out")  # in the organization still, but no more in the project
    add_member(tenant_id, out, "developer")
    add_project_member(tenant_id, project_id=project_id, role="member", user_id=out.id, email=None)
    out_key = key_of(out)
    with tenant_scope(tenant_id):
        ProjectMembership.objects.for_tenant(tenant_id).filter(user_id=out.id).delete()
    archived = create_project(tenant_id, name="archived")
    archived_key = create_api_key(
        tenant_id, project_id=archived.id, user_id=owner.user.id, name="archived"
    ).value
    archive_project(tenant_id, project_id=archived.id)
    account, made = create_service_account(tenant_id, project_id=project_id, name="gone", with_key=True)
    assert made is not None
    with tenant_scope(tenant_id):  # only the account is gone: its keys were not revoked one by one
        type(account).objects.for_tenant(tenant_id).filter(id=account.id).update(deleted_at=timezone.now())
    demoted = make_user("demoted")  # an admin key outlives no admin
    add_member(tenant_id, demoted, "admin")
    demoted_key = create_admin_key(tenant_id, user_id=demoted.id, name="dead").value
    with tenant_scope(tenant_id):
        from apps.tenants.models import Membership

        Membership.objects.for_tenant(tenant_id).filter(user=demoted).update(role="developer")
    erased = make_user("erased")  # signed in still, and gone
    add_member(tenant_id, erased, "admin")
    erased_key, erased_client = key_of(erased), _session(erased, project_id, tenant_id)()
    delete_person(erased)
    world.add(Persona("dead_erased_user", lambda: erased_client, is_session=True, is_dead=True))
    closed = make_owner()
    with system_scope():  # as an erasure leaves it for a moment: closed, its keys not revoked one by one
        Organization.objects.filter(id=closed.tenant_id).update(deleted_at=timezone.now())
    world.closed = closed
    for name, value in {
        "closed_organizations_key": closed.key,
        "erased_users_key": erased_key,
        "revoked_key": revoked.value,
        "expired_key": expired.value,
        "removed_members_key": removed_key,
        "removed_members_admin_key": removed_admin_key,
        "inactive_users_key": inactive_key,
        "key_of_nobody_in_the_project": out_key,
        "archived_projects_key": archived_key,
        "gone_service_accounts_key": made.value,
        "demoted_admins_key": demoted_key,
    }.items():
        world.add(Persona(f"dead_{name}", partial(with_key, value), is_dead=True))
    named = project_id, tenant_id
    world.add(Persona("dead_inactive_user", _session(inactive, *named), is_session=True, is_dead=True))
    world.add(Persona("b_removed_member", _session(removed, *named), is_session=True))
    world.add(Persona("anonymous", lambda: APIClient(raise_request_exception=False), is_dead=True))
