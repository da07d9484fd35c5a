"""Every route of the control plane, tried by people who do not belong there.

The routes come from the URL resolver: a new one without a fixture here fails the test.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from rest_framework.test import APIClient

from apps.finetuning.services.claim_job import claim_job
from tests.apps.finetuning.test_job_life import succeed
from tests.factories.finetuning import make_file, make_job
from tests.factories.tenants import Owner

OPEN = {"/healthz", "/api/schema"}
METHODS = ("get", "post", "put", "patch", "delete")


def routes() -> list[str]:
    """Every path template below /v1, /api and /internal."""

    def walk(patterns, prefix) -> Iterator[str]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern) and not route.startswith("^"):
                yield f"/{route}"

    return sorted(
        route
        for route in walk(get_resolver().url_patterns, "")
        if route.startswith(("/v1", "/api", "/internal"))
    )


@dataclass(frozen=True)
class Owned:
    """Real ids of one tenant, by the name of the path parameter."""

    owner: Owner
    ids: dict[str, str]

    def fill(self, route: str, *, missing: bool = False) -> str:
        def value(match):
            name = match[1].split(":")[-1]
            real = self.ids[name]
            return real[:-4] + "zzzz" if missing else real

        return re.sub(r"<([^>]+)>", value, route)


@pytest.fixture
def owned(owner, sent_tasks) -> Owned:
    job = make_job(owner, suffix="canary-suffix")
    succeed(owner, claim_job("r1"))
    from apps.finetuning.selectors import get_job

    done = get_job(owner.tenant_id, job.id)
    ids = {
        "project_id": owner.project.id,
        "key_id": owner.key_id,
        "file_id": make_file(owner, filename="canary.csv"),
        "job_id": job.id,
        "model": done.fine_tuned_model,
        "base_id": "all-minilm-l6-v2",
        "token": "forged",
    }
    return Owned(owner, ids)


def as_key(owner: Owner) -> APIClient:
    api = APIClient(raise_request_exception=False)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {owner.key}")
    return api


def as_person(owner: Owner) -> APIClient:
    api = APIClient(raise_request_exception=False)
    api.force_login(owner.user)
    api.credentials(HTTP_OPENAI_PROJECT=owner.project.id)
    return api


def answers(api, route) -> dict[str, tuple[int, bytes]]:
    found = {}
    for method in METHODS:
        response = getattr(api, method)(
            route, data={} if method != "get" else None, format="json" if method != "get" else None
        )
        body = b"".join(response.streaming_content) if response.streaming else response.content
        found[method] = (response.status_code, body)
    return found


@pytest.mark.parametrize("route", routes())
def test_nobody_gets_in_without_a_key(owned, route):
    if route in OPEN:
        return
    for method, (status, _) in answers(APIClient(raise_request_exception=False), owned.fill(route)).items():
        assert status in ((401, 404, 405) if "objects" in route else (401, 405)), (method, status)


@pytest.mark.parametrize(
    "route", [route for route in routes() if "<" in route and not route.startswith("/internal")]
)
@pytest.mark.parametrize("enter", [as_key, as_person])
def test_foreign_is_missing_byte_for_byte(owned, stranger, route, enter):
    api = enter(stranger)

    foreign = answers(api, owned.fill(route))
    missing = answers(api, owned.fill(route, missing=True))

    for method in METHODS:
        status, body = foreign[method]
        assert status in (401, 404, 405), (method, status, body)
        named = {name: value for name, value in owned.ids.items()}
        neutral = body
        for value in named.values():
            neutral = neutral.replace(value.encode(), b"ID").replace((value[:-4] + "zzzz").encode(), b"ID")
        other = missing[method][1]
        for value in named.values():
            other = other.replace(value.encode(), b"ID").replace((value[:-4] + "zzzz").encode(), b"ID")
        assert (status, neutral) == (missing[method][0], other), method


@pytest.mark.parametrize("route", [route for route in routes() if "<" not in route])
def test_lists_never_show_another_tenants_rows(owned, stranger, route):
    api = as_key(stranger)
    path = f"{route}?start_time=0&limit=7" if "organization" in route else route

    body = answers(api, path)["get"][1]

    for value in (
        "canary",
        owned.owner.tenant_id,
        owned.ids["file_id"],
        owned.ids["job_id"],
        owned.owner.organization.slug,
    ):
        assert value.encode() not in body


@pytest.mark.parametrize("route", [route for route in routes() if route.startswith("/internal/runner")])
def test_an_api_key_does_not_open_the_internal_api(owned, route):
    for method, (status, _) in answers(as_key(owned.owner), owned.fill(route)).items():
        assert status in (401, 405), method


def test_strangers_file_cannot_train_a_job(owned, stranger):
    answer = as_key(stranger).post(
        "/v1/fine_tuning/jobs",
        {
            "model": "all-minilm-l6-v2",
            "training_file": owned.ids["file_id"],
            "method": {"type": "classification"},
        },
        format="json",
    )

    assert answer.status_code == 404


def test_published_schema_covers_every_public_route(db):
    from drf_spectacular.generators import SchemaGenerator

    documented = set(SchemaGenerator().get_schema(request=None, public=True)["paths"])
    public = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route) for route in routes() if not route.startswith("/internal")
    }

    assert documented == public - OPEN
