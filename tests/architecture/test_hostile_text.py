"""Text that no database can keep, bodies that are none, stores that are down: JSON answers, and no 500."""

import json

import django.db
import pytest
import redis
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.apps.tenants.accounts import AUTH, make_person, signed_in
from tests.resolver import routed_views

ROUTES = sorted({path for path, _ in routed_views()})
WITH_NAMES = [path for path in ROUTES if "<str:" in path or "<path:" in path]
UNKEEPABLE = ["a\0b", "\0", "\ud800", "x\udfff", "\udc00\ud800"]


def assert_refused(answer, *statuses):
    assert answer.status_code in statuses, (answer.status_code, answer.content[:300])
    assert answer["Content-Type"].startswith("application/json")
    assert answer.json()["error"].keys() == {"message", "type", "param", "code"}


def filled(template, value):
    return "/".join(value if part.startswith("<") else part for part in template.split("/"))


def test_null_character_in_a_name_is_404_on_every_route(owner, client_of):
    api = client_of(owner)
    for template in WITH_NAMES:
        for method in ("get", "post", "put", "delete"):
            assert_refused(getattr(api, method)(filled(template, "a%00b")), 404)


def test_null_character_in_a_query_is_400_on_every_route(owner, client_of):
    api = client_of(owner)
    for template in ROUTES:
        path = filled(template, "x1")
        answer = api.get(f"{path}?limit=1&after=a%00b")
        assert_refused(answer, 400)
        assert answer.json()["error"]["param"] == "after"
        assert_refused(api.get(f"{path}?metadata[a%00]=b"), 400)


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("/v1/fine_tuning/jobs", {"model": "TEXT"}, "model"),
        ("/v1/fine_tuning/jobs", {"metadata": {"a": [1, "TEXT"]}}, "metadata.a[1]"),
        ("/v1/fine_tuning/jobs", {"metadata": {"TEXT": "a"}}, "metadata"),
        (f"{AUTH}/auth/login", {"email": "TEXT", "password": "x"}, "email"),
        ("/internal/runner/claim", ["TEXT"], "[0]"),
    ],
)
def test_text_in_a_body_is_refused_with_its_place(path, body, place, owner, client_of):
    api = client_of(owner)
    for text in UNKEEPABLE:
        sent = json.dumps(body).replace('"TEXT"', json.dumps(text))
        answer = api.post(path, sent, content_type="application/json")

        assert_refused(answer, 400)
        assert answer.json()["error"]["param"] == place


def test_text_that_only_looks_alike_is_taken(owner, client_of):
    body = r'{"model": "\\u0000 \\ud800 \ud83d\ude00", "training_file": "x"}'

    answer = client_of(owner).post("/v1/fine_tuning/jobs", body, content_type="application/json")

    assert "Invalid text" not in answer.json()["error"]["message"]


@pytest.mark.parametrize("field", ["purpose", "expires_after[anchor]"])
def test_null_character_in_a_form(field, owner, client_of):
    form = {"purpose": "fine-tune", "file": SimpleUploadedFile("a.jsonl", b"{}")} | {field: "a\0b"}

    assert_refused(client_of(owner).post("/v1/files", form, format="multipart"), 400)


DEEP = b"[" * 100_000
DEEP_INSIDE = b'{"model":' + b'{"a":' * 500 + b"1" + b"}" * 501
NO_JSON = [b"\xff\xfe", b'{"email": "\xff"}', b"\0", b"{", DEEP, DEEP_INSIDE, b"1e999999", b"\xef\xbb\xbf{}"]


@pytest.mark.parametrize("path", ["/v1/fine_tuning/jobs", "/internal/runner/claim", f"{AUTH}/auth/login"])
def test_body_that_is_no_json_is_the_callers_fault(path, owner, client_of):
    for body in NO_JSON:
        answer = client_of(owner).generic("POST", path, body, content_type="application/json")

        assert 400 <= answer.status_code < 500, body[:20]
        assert answer["Content-Type"].startswith("application/json")


def test_chunked_body_is_not_taken_for_an_empty_one(owner, client_of):
    answer = client_of(owner).generic("POST", "/v1/files", HTTP_TRANSFER_ENCODING="chunked")

    assert_refused(answer, 411)


STORES = [django.db.OperationalError, django.db.InterfaceError, redis.ConnectionError, redis.TimeoutError]


@pytest.mark.parametrize("failure", STORES)
@pytest.mark.parametrize("path", ["/api/me", "/v1/files", f"{AUTH}/auth/session", "/staff/"])
def test_store_that_is_restarted_is_503_with_a_time_to_wait(path, failure, db, monkeypatch):
    browser = signed_in(make_person())
    browser.client.raise_request_exception = False

    def fails(*arguments, **keywords):
        raise failure("server closed the connection unexpectedly: a secret")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", fails)
    answer = browser.call("GET", path)

    assert_refused(answer, 503)
    assert (answer["Retry-After"], answer.json()["error"]["code"]) == ("5", "service_unavailable")
    assert "secret" not in answer.text


def test_view_whose_store_is_restarted_is_503(owner, client_of, monkeypatch):
    def fails(*arguments, **keywords):
        raise django.db.OperationalError("the database system is shutting down")

    api = client_of(owner)
    api.raise_request_exception = False
    monkeypatch.setattr("django.db.models.query.QuerySet._fetch_all", fails)

    answer = api.get("/v1/files")

    assert_refused(answer, 503)
    assert answer["Retry-After"] == "5"
