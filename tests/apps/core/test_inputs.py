"""Every route refuses what it does not know, by name, and answers no request with a 5xx."""

import json
from itertools import cycle, islice

import pytest
from django.test import Client
from rest_framework import serializers

from apps.core.inputs import CheckedView
from tests.factories.datasets import make_file
from tests.factories.finetuning import make_job
from tests.factories.tenants import signed_in
from tests.resolver import routed_views

ROUTES = [
    (path, method, view.view_class)
    for path, view in routed_views()
    if hasattr(view, "view_class") and issubclass(view.view_class, CheckedView)
    for method in ("get", "post", "delete")
    if hasattr(view.view_class, method)
]
READS = [(path, view) for path, method, view in ROUTES if method == "get"]
# Sent as a form: a file with other fields beside it.
FORMS = {"/v1/files", "/v1/uploads/<str:upload_id>/parts"}


@pytest.fixture
def session(owner):
    return signed_in(owner.user, project_id=owner.project.id, tenant_id=owner.tenant_id)


def address(owner, path, **ids):
    """A path of the owner's, whose other ids are nobody's."""
    known = {"organization_id": owner.tenant_id, "project_id": owner.project.id, **ids}
    parts = [
        known.get(part[1:-1].split(":")[1], "nobody") if part.startswith("<") else part
        for part in path.split("/")
    ]
    return "/".join(parts)


def refusal(answer):
    return answer.status_code, answer.json()["error"]["param"]


def test_unknown_parameter_is_refused_by_name_on_every_route(owner, session):
    answers = {
        f"{method} {path}?{name}": refusal(getattr(session, method)(f"{address(owner, path)}?{name}=eu"))
        for (path, method, _), name in zip(ROUTES, cycle(["geography", "geography[]", "geography[x]"]))
    }

    assert {told: found for told, found in answers.items() if found != (400, told.partition("?")[2])} == {}


def test_unknown_field_of_a_body_is_refused_by_name_on_every_route(owner, session):
    answers = {}
    for path, method, _ in ROUTES:
        if method != "get":
            form = "multipart" if path in FORMS else "json"
            answer = getattr(session, method)(address(owner, path), {"geography": "eu"}, format=form)
            answers[f"{method} {path}"] = refusal(answer)

    assert len(answers) > 30
    assert {told: found for told, found in answers.items() if found != (400, "geography")} == {}


HOSTILE = ["-1", "１２", "99999999999999", "9" * 400, "a%00b", "%ED%A0%80", "x" * 5000, "{}"]


@pytest.fixture
def things(owner, sent_tasks):
    """Ids of things that are there, so that handlers get further than to a 404."""
    job = make_job(owner)
    return {
        "job_id": job.id,
        "file_id": job.training_file_id,
        "dataset_id": make_file(owner, b"text,label\na,b\n", filename="b.csv").dataset_id or "none",
        "model": "all-minilm-l6-v2",
        "user_id": owner.user.id,
        "key_id": owner.key_id,
        "row_hash": "0" * 32,
    }


def spellings(name, field):
    if isinstance(field, serializers.ListField):
        return [name, f"{name}[]", f"{name}[0]"]
    if isinstance(field, serializers.DictField):
        return [name, f"{name}[x]", f"{name}[x%00]", f"{name}[{'x' * 300}]"]
    if isinstance(field, serializers.Serializer):
        return [name, *(f"{name}[{inner}]" for inner in field.fields), f"{name}[x]"]
    return [name]


def test_no_parameter_of_any_read_makes_a_5xx(owner, session, things):
    failed, values = [], cycle(HOSTILE)  # each parameter meets some, each value meets many parameters
    for path, view in READS:
        url = address(owner, path, **things)
        query = view.queries.get("GET")
        fields = query().fields if query else {}
        required = {"start_time": "0", "model": things["model"], "with": things["file_id"]} | {
            "from": things["file_id"],
            "to": things["file_id"],
        }
        for name, field in fields.items():
            others = "&".join(f"{k}={v}" for k, v in required.items() if k in fields and k != name)
            for spelling in spellings(name, field):
                for value in islice(values, 2):
                    answer = session.get(f"{url}?{others}&{spelling}={value}")
                    if answer.status_code >= 500:
                        failed.append(f"{url}?{spelling}={value}")
                    elif answer.status_code == 400:
                        said = answer.json()["error"]["param"] or ""
                        assert said.startswith(name), (url, spelling, value, answer.content)

    assert failed == []


def test_no_id_in_a_path_makes_a_5xx(owner, session):
    failed = []
    for path, method, _ in ROUTES:
        for value in (
            "x" * 5000,
            "a%00b",
            "%00",
            "%FF",
            "%ED%A0%80",
            "%F0%9F%92%A9",
            "'",
            "%25",
            "ft:a:b:c:d",
        ):
            parts = [value if part.startswith("<") else part for part in path.split("/")]
            if value in parts:
                answer = getattr(session, method)("/".join(parts))
                if answer.status_code >= 500:
                    failed.append(f"{method} {path} {value[:20]}")

    assert failed == []


BODIES = [
    b'{"name": "a\\u0000b"}',
    b'{"name": "\\ud800"}',
    b'{"\\u0000": 1}',
    b'{"\\ud800": 1}',
    b'{"name": ' + b"9" * 5000 + b"}",
    b'{"name": 1e999}',
    b'{"name": NaN}',
    b"[" * 100_000,
    b'{"name":' * 20_000,
    b"[]",
    b"null",
    b"\xff",
    b'"x"',
    b"{",
]


def test_no_body_makes_a_5xx(owner, session):
    failed = []
    writes = [(path, method) for path, method, _ in ROUTES if method != "get"]
    for (path, method), body in zip(writes * 3, cycle(BODIES)):
        for content_type in ("application/json", "x" if body == b"null" else "multipart/form-data"):
            answer = session.generic(method.upper(), address(owner, path), body, content_type=content_type)
            if answer.status_code >= 500:
                failed.append((method, path, content_type, body[:30]))

    assert failed == []


@pytest.mark.parametrize(
    "metadata", [{"\u0000": "x"}, {"x": "\u0000"}, {"\ud800": "x"}, {"x": "\ud800"}, {"x" * 65: "x"}]
)
def test_metadata_that_cannot_be_kept_is_refused_by_name(client_of, owner, metadata):
    api = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {owner.key}"})

    answer = api.post(
        "/v1/fine_tuning/jobs",
        json.dumps({"model": "all-minilm-l6-v2", "training_file": "file-x", "metadata": metadata}),
        content_type="application/json",
    )

    assert answer.status_code == 400
    assert answer.json()["error"]["param"].startswith("metadata")


@pytest.mark.parametrize("time", ["99999999999999", "9" * 16, "253370764801", "-1"])
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("costs", "start_time"),
        ("costs", "end_time"),
        ("costs", "page"),
        ("usage/completions", "start_time"),
        ("usage/embeddings", "end_time"),
        ("usage/images", "start_time"),
        ("audit_logs", "effective_at[gt]"),
        ("audit_logs/export", "effective_at[lte]"),
    ],
)
def test_time_beyond_the_calendar_is_refused_by_name(session, path, name, time):
    others = "" if name == "start_time" or path.startswith("audit") else "&start_time=0"

    answer = session.get(f"/v1/organization/{path}?{name}={time}{others}")

    assert answer.status_code == 400
    assert answer.json()["error"]["param"].startswith(name.partition("[")[0])


def test_last_time_of_the_calendar_is_taken(session):
    answer = session.get("/v1/organization/costs?start_time=253370764800&end_time=253370764800&limit=180")

    assert answer.status_code == 200


def test_parameter_given_twice_is_refused(session):
    answer = session.get("/v1/files?limit=1&limit=2")

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "limit")
