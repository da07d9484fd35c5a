"""Three organizations, six people, random acts by random people on anybody's things, against a small model.

The model knows nothing of kernel.policy: it says in its own words who may do what.
"""

import logging
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from rest_framework.test import APIClient

from apps.core.tenancy import system_scope
from apps.tenants.models import Membership
from apps.tenants.selectors import find_key
from apps.tenants.services import add_project_member, create_organization
from tests.factories.finetuning import make_file
from tests.factories.tenants import Owner, make_user, signed_in

ROLES = ("owner", "admin", "developer", "billing", "viewer")
_pick = st.integers(0, 10**6)
_role = st.sampled_from(ROLES)


@dataclass
class Project:
    tenant: str
    members: dict[str, str] = field(default_factory=dict)  # person -> owner or member
    is_archived: bool = False
    is_default: bool = False


@dataclass
class Key:
    tenant: str
    project: str
    person: str
    value: str
    is_revoked: bool = False


class Model:
    """Who is where, and what that allows."""

    def __init__(self) -> None:
        self.members: dict[str, dict[str, str]] = {}  # tenant -> person -> role
        self.projects: dict[str, Project] = {}
        self.keys: dict[str, Key] = {}
        self.files: dict[str, str] = {}  # file -> project

    def role(self, person: str, tenant: str) -> str | None:
        return self.members[tenant].get(person)

    def runs(self, person: str, tenant: str) -> bool:
        return self.role(person, tenant) in ("owner", "admin")

    def sees(self, person: str, project: str) -> bool:
        found = self.projects[project]
        return self.runs(person, found.tenant) or (
            self.role(person, found.tenant) is not None and person in found.members
        )

    def works_in(self, person: str, project: str) -> bool:
        """May write, call models and hold keys there."""
        found = self.projects[project]
        is_viewer = self.role(person, found.tenant) == "viewer"
        return self.sees(person, project) and not is_viewer and not found.is_archived

    def owns(self, person: str, project: str) -> bool:
        found = self.projects[project]
        is_owner = self.runs(person, found.tenant) or found.members.get(person) == "owner"
        return is_owner and self.works_in(person, project)

    def key_works(self, key: Key) -> bool:
        return not key.is_revoked and self.works_in(key.person, key.project)

    def owners(self, tenant: str) -> list[str]:
        return [person for person, role in self.members[tenant].items() if role == "owner"]

    def leave(self, person: str, tenant: str) -> None:
        del self.members[tenant][person]
        for project in self.projects.values():
            if project.tenant == tenant:
                project.members.pop(person, None)
        for key in self.keys.values():
            if key.tenant == tenant and key.person == person:
                key.is_revoked = True


class Tenants(RuleBasedStateMachine):
    """Each rule: somebody tries something over HTTP; the model says whether it works."""

    @initialize()
    def begin(self) -> None:
        self._undo = transaction.atomic()
        self._undo.__enter__()
        self.model = Model()
        self.clients: dict[str, APIClient] = {}
        self.users = {user.id: user for user in (make_user() for _ in range(6))}
        people = list(self.users)
        for number in range(3):
            made = create_organization(people[number], name=f"Machine {number}")
            self.model.members[made.id] = {people[number]: "owner"}
            project = self._me(people[number])["organizations"][-1]["projects"][0]["id"]
            self.model.projects[project] = Project(made.id, is_default=True)
            self._seat(people[number + 3], made.id, project)
            self._make_key(people[number + 3], project)

    def _seat(self, person: str, org: str, project: str) -> None:
        """A developer who works in the default project."""
        with system_scope():
            Membership.all_tenants.create(tenant_id=org, user_id=person, role="developer")
        self.model.members[org][person] = "developer"
        add_project_member(org, project_id=project, role="member", user_id=person, email=None)
        self.model.projects[project].members[person] = "member"

    def _make_key(self, person: str, project: str) -> None:
        answer = self._call(person, "post", f"/api/projects/{project}/api_keys", {"name": "made"})
        if self._check(answer, self.model.works_in(person, project)):
            made = answer.json()
            tenant = self.model.projects[project].tenant
            self.model.keys[made["id"]] = Key(tenant, project, person, made["value"])

    def teardown(self) -> None:
        if hasattr(self, "_undo"):
            transaction.set_rollback(True)
            self._undo.__exit__(None, None, None)

    # --- helpers

    def _one(self, things: Any, number: int) -> Any:
        found = sorted(things)
        return found[number % len(found)]

    def _actor(self, number: int, tenant: str) -> str:
        """Mostly an owner of the organization, sometimes a member, sometimes anybody."""
        members = self.model.members[tenant]
        among = (self.model.owners(tenant), members, self.users)[(number % 10 >= 5) + (number % 10 >= 8)]
        return str(self._one(among, number // 10))

    def _call(
        self, person: str, method: str, path: str, body: Any = None, *, tenant: str = "", project: str = ""
    ) -> Any:
        api: APIClient = self.clients.get(person) or signed_in(self.users[person])
        self.clients[person] = api
        api.credentials(
            **({"HTTP_OPENAI_ORGANIZATION": tenant} if tenant else {}),
            **({"HTTP_OPENAI_PROJECT": project} if project else {}),
        )
        with transaction.atomic():
            return getattr(api, method)(
                path, **({"data": body, "format": "json"} if body is not None else {})
            )

    def _me(self, person: str) -> Any:
        return self._call(person, "get", "/api/me").json()

    def _check(self, answer: Any, is_allowed: bool) -> bool:
        assert answer.status_code < 500, answer.content
        assert (answer.status_code < 300) == is_allowed, (answer.status_code, answer.content)
        return is_allowed

    # --- acts on people

    @rule(actor=_pick, other=_pick, tenant=_pick, role=_role)
    def add_member(self, actor: int, other: int, tenant: int, role: str) -> None:
        """Without a mail: a seat by the database, as an accepted invitation leaves it."""
        person, org = self._one(self.users, other), self._one(self.model.members, tenant)
        if person not in self.model.members[org]:
            with system_scope():
                Membership.all_tenants.create(tenant_id=org, user_id=person, role=role)
            self.model.members[org][person] = role

    @rule(actor=_pick, other=_pick, tenant=_pick, role=_role)
    def change_role(self, actor: int, other: int, tenant: int, role: str) -> None:
        org = self._one(self.model.members, tenant)
        who, whom = self._actor(actor, org), self._actor(other + 5, org)
        answer = self._call(who, "post", f"/v1/organization/users/{whom}", {"role": role}, tenant=org)
        old = self.model.role(whom, org)
        touches_owner = "owner" in (old, role)
        allowed = (
            self.model.runs(who, org)
            and old is not None
            and (not touches_owner or self.model.role(who, org) == "owner")
            and not (role != "owner" and self.model.owners(org) == [whom])
        )
        if self._check(answer, allowed):
            self.model.members[org][whom] = role

    @rule(actor=_pick, other=_pick, tenant=_pick)
    def remove(self, actor: int, other: int, tenant: int) -> None:
        org = self._one(self.model.members, tenant)
        who, whom = self._actor(actor, org), self._actor(other + 5, org)
        answer = self._call(who, "delete", f"/v1/organization/users/{whom}", tenant=org)
        old = self.model.role(whom, org)
        allowed = (
            self.model.runs(who, org)
            and old is not None
            and (old != "owner" or self.model.role(who, org) == "owner")
            and self.model.owners(org) != [whom]
        )
        if self._check(answer, allowed):
            self.model.leave(whom, org)

    @rule(actor=_pick, tenant=_pick)
    def leave(self, actor: int, tenant: int) -> None:
        org = self._one(self.model.members, tenant)
        who = self._actor(actor, org)
        answer = self._call(who, "post", f"/api/organizations/{org}/leave", {})
        allowed = self.model.role(who, org) is not None and self.model.owners(org) != [who]
        if self._check(answer, allowed):
            self.model.leave(who, org)

    @rule(actor=_pick, other=_pick, tenant=_pick)
    def transfer(self, actor: int, other: int, tenant: int) -> None:
        org = self._one(self.model.members, tenant)
        who, whom = self._actor(actor, org), self._actor(other + 5, org)
        answer = self._call(who, "post", f"/api/organizations/{org}/transfer", {"user_id": whom})
        allowed = (
            self.model.role(who, org) == "owner" and self.model.role(whom, org) is not None and who != whom
        )
        if self._check(answer, allowed):
            self.model.members[org] |= {whom: "owner", who: "admin"}

    # --- acts on projects

    @rule(actor=_pick, tenant=_pick)
    def create_project(self, actor: int, tenant: int) -> None:
        org = self._one(self.model.members, tenant)
        who = self._actor(actor, org)
        answer = self._call(who, "post", "/v1/organization/projects", {"name": "made"}, tenant=org)
        if self._check(answer, self.model.runs(who, org)):
            self.model.projects[answer.json()["id"]] = Project(org)

    @rule(actor=_pick, project=_pick)
    def archive_project(self, actor: int, project: int) -> None:
        where = self._one(self.model.projects, project)
        who = self._actor(actor, self.model.projects[where].tenant)
        answer = self._call(who, "post", f"/v1/organization/projects/{where}/archive", {})
        found = self.model.projects[where]
        if self._check(answer, self.model.owns(who, where) and not found.is_default):
            found.is_archived = True

    @rule(actor=_pick, other=_pick, project=_pick, role=st.sampled_from(["owner", "member"]))
    def add_to_project(self, actor: int, other: int, project: int, role: str) -> None:
        where = self._one(self.model.projects, project)
        org = self.model.projects[where].tenant
        who, whom = self._actor(actor, org), self._actor(other + 5, org)
        answer = self._call(
            who, "post", f"/v1/organization/projects/{where}/users", {"user_id": whom, "role": role}
        )
        found = self.model.projects[where]
        is_new = self.model.role(whom, found.tenant) is not None and not self.model.sees(whom, where)
        if self._check(answer, self.model.owns(who, where) and is_new):
            found.members[whom] = role

    @rule(actor=_pick, other=_pick, project=_pick)
    def take_from_project(self, actor: int, other: int, project: int) -> None:
        where = self._one(self.model.projects, project)
        org = self.model.projects[where].tenant
        who, whom = self._actor(actor, org), self._actor(other + 5, org)
        answer = self._call(who, "delete", f"/v1/organization/projects/{where}/users/{whom}")
        found = self.model.projects[where]
        if self._check(answer, self.model.owns(who, where) and whom in found.members):
            del found.members[whom]

    # --- acts on what is in them

    @rule(actor=_pick, project=_pick)
    def create_key(self, actor: int, project: int) -> None:
        where = self._one(self.model.projects, project)
        self._make_key(self._actor(actor, self.model.projects[where].tenant), where)

    @precondition(lambda self: self.model.keys)
    @rule(actor=_pick, key=_pick)
    def revoke_key(self, actor: int, key: int) -> None:
        key_id = self._one(self.model.keys, key)
        found = self.model.keys[key_id]
        who = self._actor(actor, found.tenant)
        answer = self._call(who, "delete", f"/api/projects/{found.project}/api_keys/{key_id}")
        may = self.model.owns(who, found.project) or (
            self.model.works_in(who, found.project) and found.person == who
        )
        if self._check(answer, may and not found.is_revoked):
            found.is_revoked = True

    @rule(actor=_pick, project=_pick)
    def upload(self, actor: int, project: int) -> None:
        """By the service: the upload's own checks are tested elsewhere."""
        where = self._one(self.model.projects, project)
        who = self._actor(actor, self.model.projects[where].tenant)
        if self.model.works_in(who, where):
            owner = Owner(self.users[who], _Named(self.model.projects[where].tenant), _Named(where), "", "")  # type: ignore[arg-type]
            self.model.files[make_file(owner, validated=False)] = where

    @precondition(lambda self: self.model.files)
    @rule(actor=_pick, file=_pick, project=_pick)
    def delete_file(self, actor: int, file: int, project: int) -> None:
        """From whatever project the person says they are in."""
        who, file_id = self._one(self.users, actor), self._one(self.model.files, file)
        named = self._one(self.model.projects, project)
        answer = self._call(who, "delete", f"/v1/files/{file_id}", project=named)
        if self._check(answer, self.model.works_in(who, named) and self.model.files[file_id] == named):
            del self.model.files[file_id]

    @rule(actor=_pick, project=_pick)
    def list_files(self, actor: int, project: int) -> None:
        where = self._one(self.model.projects, project)
        who = self._actor(actor, self.model.projects[where].tenant)
        answer = self._call(who, "get", "/v1/files", project=where)
        if self._check(answer, self.model.sees(who, where)):
            listed = {file["id"] for file in answer.json()["data"]}
            assert listed == {file for file, found in self.model.files.items() if found == where}

    # --- what must hold after every act

    @invariant()
    def everybody_sees_their_own(self) -> None:
        if not hasattr(self, "model"):
            return
        for person in self.users:
            seen = {
                (org["id"], org["role"], project["id"])
                for org in self._me(person)["organizations"]
                for project in org["projects"] or [{"id": ""}]
            }
            assert seen == self._expected(person)

    def _expected(self, person: str) -> set[tuple[str, str, str]]:
        found = set()
        for org, members in self.model.members.items():
            if person in members:
                projects = {
                    project
                    for project, row in self.model.projects.items()
                    if row.tenant == org and self.model.sees(person, project)
                }
                found |= {(org, members[person], project) for project in projects or {""}}
        return found

    @invariant()
    def keys_work_as_long_as_they_should(self) -> None:
        for key in self.model.keys.values() if hasattr(self, "model") else ():
            assert (find_key(key.value) is not None) == self.model.key_works(key)


@dataclass
class _Named:
    id: str


def run_machine(*, examples: int, steps: int) -> None:
    """Raises AssertionError at the first step at which the platform and the model differ."""
    logging.disable(logging.CRITICAL)
    try:
        run_state_machine_as_test(
            Tenants,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        logging.disable(logging.NOTSET)
