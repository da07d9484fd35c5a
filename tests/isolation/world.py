"""Two tenants with one of everything, and everybody who could try to get in."""

import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import cached_property

from django.utils import timezone
from rest_framework.test import APIClient

from apps.core.tenancy import system_scope, tenant_scope
from apps.finetuning.models import Checkpoint
from apps.finetuning.selectors import get_job
from apps.finetuning.services.claim_job import claim_job
from apps.finetuning.services.report_progress import report_progress
from apps.metering.ingest import post_usage
from apps.privacy.services.exports import request_export
from apps.tenants.models import ApiKey, ProjectMembership, User
from apps.tenants.services import (
    KeyBounds,
    add_project_member,
    archive_project,
    create_admin_key,
    create_api_key,
    create_project,
    create_service_account,
    invite_user,
    remove_member,
    revoke_api_key,
    set_rate_limit,
)
from apps.tenants.services.invites import InviteRequest
from kernel.contracts import UsageEvent
from kernel.money import Price
from kernel.policy import POLICY, READS, Action, Role, permitted, roles_in_project
from tests.apps.finetuning.test_job_life import step, succeed
from tests.factories.finetuning import make_file, make_job
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

BASE = "all-minilm-l6-v2"
CANARY = "canary"  # in every text that a tenant wrote
ORGANIZATION_ROLES = ("owner", "admin", "developer", "billing", "viewer")


@dataclass(frozen=True)
class Tenant:
    """One organization, and the ids of one of everything in it, by the name of a path's parameter."""

    owner: Owner
    ids: dict[str, str]

    @property
    def secrets(self) -> list[str]:
        """What must never be in an answer to somebody else."""
        public = ("base_id", "rate_limit_id", "token")
        return [CANARY, *sorted(value for name, value in self.ids.items() if name not in public)]


def make_tenant(number: int) -> Tenant:
    """One of everything, all named after the canary and the number."""
    owner = make_owner()
    tenant_id, project_id = owner.tenant_id, owner.project.id
    word = f"{CANARY}{number}"
    member = make_user(word)
    add_member(tenant_id, member, "developer")
    add_project_member(tenant_id, project_id=project_id, role="member", user_id=member.id, email=None)
    file_id = make_file(owner, filename=f"{word}.csv")
    validation_id = make_file(owner, filename=f"{word}-valid.csv")
    job = make_job(owner, suffix=word, training_file=file_id, metadata={"note": word})
    lease = claim_job("runner")
    assert lease is not None
    report_progress(tenant_id, job.id, fencing_token=lease.fencing_token, progress=[step(1)])
    name = succeed(owner, lease)
    with tenant_scope(tenant_id):
        Checkpoint.objects.for_tenant(tenant_id).create(
            tenant_id=tenant_id,
            job_id=job.id,
            adapter_id=name.split("@")[0],
            step=1,
            progress=asdict(step(1)),
        )
    running = make_job(owner, suffix=word, training_file=file_id, seed=number)
    key = create_api_key(
        tenant_id, project_id=project_id, user_id=owner.user.id, name=word, bounds=KeyBounds(models=(word,))
    )
    admin_key = create_admin_key(tenant_id, user_id=owner.user.id, name=word)
    account, _ = create_service_account(tenant_id, project_id=project_id, name=word, with_key=True)
    project = create_project(tenant_id, name=word)
    invite = invite_user(
        tenant_id,
        InviteRequest(email=f"{word}@example.com", role="developer", projects=((project_id, "member"),)),
        invited_by=owner.user.id,
        may_write_owners=True,
    )
    set_rate_limit(
        tenant_id, project_id=project_id, base_model=BASE, requests_per_minute=7, tokens_per_minute=77
    )
    _use(owner, key.row.id, word)
    ids = {
        "organization_id": tenant_id,
        "project_id": project_id,
        "other_project_id": project.id,
        "user_id": member.id,
        "owner_id": owner.user.id,
        "owner_email": owner.user.email,
        "member_email": member.email,
        "key_id": key.row.id,
        "admin_key_id": admin_key.row.id,
        "service_account_id": account.id,
        "invite_id": invite.id,
        "file_id": file_id,
        "validation_id": validation_id,
        "job_id": job.id,
        "running_job_id": running.id,
        "model": get_job(tenant_id, job.id).fine_tuned_model,
        "export_id": request_export(tenant_id, user_id=owner.user.id).id,
        "slug": owner.organization.slug,
        "rate_limit_id": f"rl-{BASE}",
        "base_id": BASE,
        "token": "forged",
    }
    return Tenant(owner, ids)


def _use(owner: Owner, key_id: str, word: str) -> None:
    """One call that was paid for."""
    event = UsageEvent(
        request_id=f"req_{word}",
        tenant_id=owner.tenant_id,
        project_id=owner.project.id,
        key_id=key_id,
        user_id=owner.user.id,
        operation="embeddings",
        model=word,
        base_model=BASE,
        adapter="",
        price_version=1,
        input_tokens=10_000,
        cached_tokens=0,
        output_tokens=0,
        status="completed",
        started_at=time.time(),
        ended_at=time.time(),
    )
    post_usage(owner.tenant_id, event, Price(version=1, training=0, input=20_000, cached_input=0, output=0))


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


@dataclass
class World:
    """Tenant A is what everybody wants to get into; B is who tries."""

    a: Tenant
    b: Tenant
    personas: dict[str, Persona] = field(default_factory=dict)

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
    return world


def _add_strangers(world: World) -> None:
    a, b = world.a, world.b
    member = User.objects.get(id=b.ids["user_id"])
    own = {"project_id": b.ids["project_id"], "tenant_id": b.ids["organization_id"]}
    theirs = {"project_id": a.ids["project_id"], "tenant_id": a.ids["organization_id"]}
    key, admin_key = b.owner.key, make_admin_key(b.owner)
    for name, user in (("owner", b.owner.user), ("member", member)):
        world.add(Persona(f"b_{name}", lambda user=user: signed_in(user, **own), is_session=True))
        # as above, but naming the other tenant's project and organization in the headers
        world.add(Persona(f"b_{name}_lying", lambda user=user: signed_in(user, **theirs), is_session=True))
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
    elsewhere = make_user("elsewhere")
    add_member(owner.tenant_id, elsewhere, "developer")
    add_project_member(
        owner.tenant_id,
        project_id=ids["other_project_id"],
        role="owner",
        user_id=elsewhere.id,
        email=None,
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
    named = {"project_id": ids["project_id"] if roles else "", "tenant_id": owner.tenant_id}
    world.add(
        Persona(
            f"a_{role}_{project_role or 'outside'}",
            lambda: signed_in(user, **named),
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
    for name, value in {
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
        world.add(Persona(f"dead_{name}", lambda value=value: with_key(value), is_dead=True))
    named = {"project_id": project_id, "tenant_id": tenant_id}
    world.add(
        Persona("dead_inactive_user", lambda: signed_in(inactive, **named), is_session=True, is_dead=True)
    )
    world.add(Persona("b_removed_member", lambda: signed_in(removed, **named), is_session=True))
    world.add(Persona("anonymous", lambda: APIClient(raise_request_exception=False), is_dead=True))


def neutral(body: bytes, tenant: Tenant) -> bytes:
    """An answer without the ids that were asked for, so that foreign and missing can be compared."""
    for value in sorted(tenant.ids.values(), key=len, reverse=True):
        body = body.replace(value.encode(), b"ID").replace(missing(value).encode(), b"ID")
    return body


def missing(value: str) -> str:
    """An id of the same form that nobody has."""
    return value[:-4] + "zzzz"


def fill(template: str, ids: dict[str, str]) -> str:
    """`<str:file_id>` or `{file_id}` by its value."""
    return re.sub(r"<(?:\w+:)?(\w+)>|\{(\w+)\}", lambda found: ids[found[1] or found[2]], template)


__all__ = ["READS", "Persona", "Tenant", "World", "build_world", "fill", "missing", "neutral"]
