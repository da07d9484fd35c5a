"""Tries to get in, one request each, undone afterwards. What should not have worked is a leak."""

import re
from collections.abc import Callable, Iterator
from copy import copy as shallow
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db import connection
from rest_framework.test import APIClient

from apps.core.links import signed_link
from apps.core.models import TenantModel
from apps.core.objects import store
from apps.core.tenancy import system_scope
from kernel.policy import READS
from tests.factories.tenants import with_key
from tests.isolation.expected import expected_refusal
from tests.isolation.personas import Persona, World
from tests.isolation.routes import OPEN, REQUESTS, Request, Route, all_routes
from tests.isolation.undo import undone
from tests.isolation.world import CANARY, Tenant, fill, missing, neutral

REFUSED = (401, 403, 404)
_OWN_KEYS_ONLY = {"POST", "ROTATE"}
# What no client may set: a body with these says the same as one without.
_READ_ONLY = {
    "id": "{file_id}",
    "tenant": "{organization_id}",
    "tenant_id": "{organization_id}",
    "organization_id": "{organization_id}",
    "project": "{project_id}",
    "project_id": "{project_id}",
    "user": "{owner_id}",
    "owner": "{owner_id}",
    "key_hash": "0" * 64,
    "is_session": True,
    "is_staff": True,
    "is_default": True,
    "status": "succeeded",
    "permissions": ["organization.delete"],
    "created_at": 0,
    "revoked_at": 0,
    "expires_at": None,
    "cost_micro_usd": 0,
    "quote_micro_usd": 0,
    "fine_tuned_model": "{model}",
}


@dataclass(frozen=True)
class Leak:
    persona: str
    request: str
    what: str

    def __str__(self) -> str:
        return f"{self.persona}: {self.request}: {self.what}"


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    kind: str
    changed: bool  # a row of the tenant that was not the caller's

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


class Prober:
    """Sends requests and counts them."""

    def __init__(self, world: World, routes: list[Route] | None = None) -> None:
        self.world = world
        given = all_routes() if routes is None else routes
        self.routes = given
        self.count = 0
        self._clients: dict[str, APIClient] = {}

    def among(self, world: World, routes: list[Route] | None = None) -> "Prober":
        """Another prober that shares these clients."""
        other = Prober(world, self.routes if routes is None else routes)
        other._clients = self._clients
        return other

    def client_of(self, persona: Persona) -> APIClient:
        """The persona's client; made once, with the cookies that it began with."""
        if persona.name not in self._clients:
            self._clients[persona.name] = persona.client()
        client = shallow(self._clients[persona.name])
        client.cookies = deepcopy(client.cookies)
        return client

    def send(
        self, persona: Persona, route: Route, ids: dict[str, str], data: Any, *, victim: Tenant | None = None
    ) -> Answer:
        """One request, undone. With a victim, unsafe methods say whether they changed a row of theirs."""
        self.count += 1
        request = REQUESTS[route.name]
        watched = None if route.method == "get" or request.is_own_account else victim
        client = self.client_of(persona)  # signs in, outside of what is undone
        with undone():
            before = fingerprint(watched) if watched else ""
            response = self.request(client, route, ids, data)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            changed = watched is not None and fingerprint(watched) != before
        return Answer(response.status_code, body, response.headers.get("Content-Type", ""), changed)

    def request(self, client: APIClient, route: Route, ids: dict[str, str], data: Any) -> Any:
        """Just the call."""
        request = REQUESTS[route.name]
        path = fill(route.path, ids) + ("?" + fill(request.query, ids) if request.query else "")
        return getattr(client, route.method)(path, **_payload(route, request, data))

    def ids(self, tenant: Tenant, route: Route) -> dict[str, str]:
        """A tenant's ids as this route's parameters want them."""
        chosen = REQUESTS[route.name].ids
        return tenant.ids | {name: tenant.ids[source] for name, source in chosen.items()}

    @property
    def public(self) -> list[Route]:
        """What not everybody may call."""
        return [route for route in self.routes if route.path not in OPEN and not route.is_internal]

    def leaks(self) -> Iterator[Leak]:
        """Every probe, routes in order."""
        for route in self.routes:
            yield from self.leaks_of(route)
        yield from self.escalations()

    def leaks_of(self, route: Route) -> Iterator[Leak]:
        """Every probe of one route."""
        if route.is_internal:
            yield from self.internal(route)
        elif route.path not in OPEN:
            for check in (
                self.dead,
                self.strangers,
                self.nested,
                self.insiders,
                self.elsewhere,
                self.unknown,
                self.bases,
            ):
                yield from check(route)

    def unknown(self, route: Route) -> Iterator[Leak]:
        """Who asks for what is not there is told so, one id at a time; never a crash."""
        ids = self.ids(self.world.a, route)
        names = re.findall(r"<\w+:(\w+)>", route.path)
        for name in names:
            absent = ids | {name: missing(ids[name])}
            for persona in (self.world.personas["a_owner_owner"], self.world.personas["a_admin_key"]):
                answer = self.send(
                    persona, route, absent, REQUESTS[route.name].data(ids), victim=self.world.a
                )
                if answer.status not in REFUSED or answer.changed:
                    yield Leak(persona.name, route.name, f"answers {answer.status} on an unknown {name}")

    def internal(self, route: Route) -> Iterator[Leak]:
        """No tenant's credential opens what is between our own processes; a runner's opens no unknown job."""
        path = fill(route.path, self.world.a.ids | {"job_id": missing(self.world.a.ids["job_id"])})
        if "objects" in path:
            yield from self._links(path, route)
            return
        for name in ("anonymous", "a_key", "a_admin_key", "a_owner_owner", "b_key"):
            self.count += 1
            with undone():
                client = self.client_of(self.world.personas[name])
                status = getattr(client, route.method)(path, data={}, format="json").status_code
            if status != 401:
                yield Leak(name, route.name, f"answers {status}")
        if "<str:job_id>" in route.path:
            runner = with_key(settings.RUNNER_TOKEN)
            status = getattr(runner, route.method)(path, data={}, format="json").status_code
            if status != 404:
                yield Leak("runner", route.name, f"answers {status} on an unknown job")

    def _links(self, path: str, route: Route) -> Iterator[Leak]:
        """A link is for one object and one verb."""
        key = f"adapters/{CANARY}/x"
        store.save(key, [b"x"])
        link = signed_link(key, "PUT", timedelta(minutes=1))
        for target, verb in ((path, "get"), (path, "put"), (urlsplit(link).path, "get")):
            self.count += 1
            status = getattr(APIClient(raise_request_exception=False), verb)(target).status_code
            if status != 404:
                yield Leak("anonymous", route.name, f"{verb} answers {status}")

    def dead(self, route: Route) -> Iterator[Leak]:
        """A credential that works no more is 401 everywhere, like one that never was."""
        ids = self.ids(self.world.a, route)
        for persona in self.world.dead:
            answer = self.send(persona, route, ids, REQUESTS[route.name].data(ids), victim=self.world.a)
            if answer.status != 401 or answer.changed:
                yield Leak(persona.name, route.name, f"answers {answer.status}, changed={answer.changed}")

    def strangers(self, route: Route) -> Iterator[Leak]:
        """Another tenant's ids are missing ids, byte for byte."""
        a = self.world.a
        theirs = self.ids(a, route)
        nobodys = {name: missing(value) for name, value in theirs.items()} | {"base_id": theirs["base_id"]}
        request = REQUESTS[route.name]
        for persona in self.world.strangers:
            foreign = self.send(persona, route, theirs, request.data(theirs), victim=a)
            yield from self._nothing_of(a, persona, route, foreign, sent=set(theirs.values()))
            if "<" not in route.path and "{" not in request.query:
                continue
            if foreign.is_success and "<" in route.path:
                yield Leak(persona.name, route.name, f"answers {foreign.status} on another tenant's id")
            absent = self.send(persona, route, nobodys, request.data(nobodys))
            if _comparable(foreign, a) != _comparable(absent, a):
                yield Leak(persona.name, route.name, f"foreign {foreign} is not missing {absent}")

    def nested(self, route: Route) -> Iterator[Leak]:
        """On one's own path: another tenant's ids in the body are missing, and read-only fields nothing."""
        a, b, request = self.world.a, self.world.b, REQUESTS[route.name]
        own = self.ids(b, route)
        persona = self._who_may(route)
        if request.upload or not isinstance(request.body, dict):
            return
        for field in request.body:
            theirs = own | {"_": ""}
            foreign_body = request.data(own) | {field: _filled_by(request, field, a.ids)}
            missing_ids = {name: missing(value) for name, value in a.ids.items()}
            absent_body = request.data(own) | {field: _filled_by(request, field, missing_ids)}
            if foreign_body == absent_body:
                continue
            foreign = self.send(persona, route, theirs, foreign_body, victim=a)
            absent = self.send(persona, route, theirs, absent_body)
            yield from self._nothing_of(a, persona, route, foreign, sent=_values(foreign_body))
            same = foreign.status == absent.status and (
                foreign.is_success or _comparable(foreign, a) == _comparable(absent, a)
            )
            if not same:
                yield Leak(persona.name, route.name, f"{field}: foreign {foreign} is not missing {absent}")
        stuffed = Request(_READ_ONLY).data(a.ids) | request.data(own)
        answer = self.send(persona, route, own, stuffed, victim=a)
        yield from self._nothing_of(a, persona, route, answer, sent=set())

    def insiders(self, route: Route) -> Iterator[Leak]:
        """Within the organization each may what the policy says, no more and no less."""
        request, ids = REQUESTS[route.name], self.ids(self.world.a, route)
        for persona in self.world.insiders:
            if persona.name == "a_key_of_other_project":
                continue
            answer = self.send(persona, route, ids, request.data(ids), victim=self.world.a)
            expected = expected_refusal(persona, route)
            if expected:
                if answer.status not in expected or answer.changed:
                    what = f"answers {answer.status} instead of {expected}, changed={answer.changed}"
                    yield Leak(persona.name, route.name, what)
            elif answer.status in (REFUSED if route.action and request.works else (401, 403)) or (
                request.works and not answer.is_success
            ):
                yield Leak(persona.name, route.name, f"is refused: {answer.status} {answer.body[:200]!r}")

    def elsewhere(self, route: Route) -> Iterator[Leak]:
        """A key of another project of the organization finds nothing of this one."""
        if not route.takes_keys or "rate_limit" in route.path:
            return
        persona, a = self.world.personas["a_key_of_other_project"], self.world.a
        ids, request = self.ids(a, route), REQUESTS[route.name]
        answer = self.send(persona, route, ids, request.data(ids))
        if "<" in route.path and answer.status not in REFUSED:
            yield Leak(persona.name, route.name, f"answers {answer.status} on another project's id")
        hidden = {
            "file_id",
            "validation_id",
            "job_id",
            "running_job_id",
            "model",
            "key_id",
            "service_account_id",
        }
        for name in hidden:
            if a.ids[name].encode() in answer.body and a.ids[name] not in _values(ids):
                yield Leak(persona.name, route.name, f"shows {name}")
        for name in ("file_id", "job_id", "model", "key_id"):
            if "<" not in route.path and route.method == "get" and a.ids[name].encode() in answer.body:
                yield Leak(persona.name, route.name, f"lists another project's {name}")

    def escalations(self) -> Iterator[Leak]:
        """Nobody but an owner makes, unmakes or invites owners; nobody touches a colleague's key."""
        a = self.world.a
        users, invites = "/v1/organization/users/<str:user_id>", "/v1/organization/invites"
        by_name = {route.name: route for route in self.routes}
        owner = a.ids | {"user_id": a.ids["owner_id"]}
        tries: list[tuple[str, dict[str, str], Any]] = [
            (f"POST {users}", a.ids, {"role": "owner"}),
            (f"POST {users}", owner, {"role": "viewer"}),
            (f"DELETE {users}", owner, None),
            (f"POST {invites}", a.ids, {"email": "y@example.com", "role": "owner"}),
        ]
        for persona in (self.world.personas["a_admin_owner"], self.world.personas["a_admin_key"]):
            for name, ids, body in tries:
                if name not in by_name:
                    continue
                answer = self.send(persona, by_name[name], ids, body, victim=a)
                if answer.status != 403 or answer.changed:
                    yield Leak(persona.name, name, f"{body}: answers {answer.status}")

    def bases(self, route: Route) -> Iterator[Leak]:
        """A base belongs to nobody: it is not deleted, and an unknown one is unknown."""
        tries = {
            "GET /v1/models/<path:model>": ("no-such-base", 404),
            "DELETE /v1/models/<path:model>": (self.world.a.ids["base_id"], 403),
        }
        if route.name in tries:
            model, status = tries[route.name]
            key = self.world.personas["a_key"]
            answer = self.send(key, route, self.world.a.ids | {"model": model}, None)
            if answer.status != status:
                yield Leak(key.name, route.name, f"{model}: answers {answer.status}")

    def _nothing_of(
        self, tenant: Tenant, persona: Persona, route: Route, answer: Answer, *, sent: set[str]
    ) -> Iterator[Leak]:
        if answer.status >= 500:
            yield Leak(persona.name, route.name, f"answers {answer.status}")
        if answer.changed:
            yield Leak(persona.name, route.name, "changes another tenant's rows")
        for secret in tenant.secrets:
            said = any(secret in value for value in sent)
            if secret.encode() in answer.body and not said and not _is_of_b(secret, self.world, answer):
                yield Leak(persona.name, route.name, f"shows {secret}")

    def _who_may(self, route: Route) -> Persona:
        """Who of tenant B may do everything a session can; routes of keys have their own checks."""
        return self.world.personas["b_owner"]


def _is_of_b(secret: str, world: World, answer: Answer) -> bool:
    """B's own canaries contain the same word."""
    return secret == "canary" and b"canary1" not in answer.body


def _payload(route: Route, request: Request, data: Any) -> dict[str, Any]:
    if route.method == "get":
        return {}
    return {"data": data, "format": "multipart" if request.upload else "json"}


def _filled_by(request: Request, field: str, ids: dict[str, str]) -> Any:
    return Request({field: request.body[field]}).data(ids)[field]


def _values(data: Any) -> set[str]:
    if isinstance(data, dict):
        return set().union(*(_values(value) for value in data.values())) if data else set()
    if isinstance(data, list):
        return set().union(*(_values(value) for value in data)) if data else set()
    return {data} if isinstance(data, str) else set()


def _comparable(answer: Answer, tenant: Tenant) -> tuple[int, bytes, str]:
    return answer.status, neutral(answer.body, tenant), answer.kind


def fingerprint(tenant: Tenant) -> str:
    """A digest of every row of a tenant, but for when its keys were last used."""
    parts = " UNION ALL ".join(
        f"SELECT '{table}' AS name, md5(coalesce(string_agg(md5((to_jsonb(t) - 'last_used_at')::text), '' "
        f"ORDER BY md5((to_jsonb(t) - 'last_used_at')::text)), '')) AS digest FROM {table} t "
        f"WHERE {column} = %(tenant)s"
        for table, column in _tenant_tables()
    )
    with system_scope(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT md5(string_agg(digest, '' ORDER BY name)) FROM ({parts}) AS digests",
            {"tenant": tenant.owner.tenant_id},
        )
        return str(cursor.fetchone()[0])


def _tenant_tables() -> list[tuple[str, str]]:
    tables = [
        (model._meta.db_table, "tenant_id") for model in apps.get_models() if issubclass(model, TenantModel)
    ]
    return [*tables, ("tenants_organization", "id")]


__all__ = ["READS", "Callable", "Leak", "Prober", "fingerprint", "undone"]
