"""What a browser may do with our answers, and what other sites may do with our users' browsers."""

import json
import os
import random
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests.apps.tenants.accounts import AUTH, PASSWORD, Browser, make_person, signed_in
from tests.architecture.routes import all_paths
from tests.architecture.sources import ROOT

PATHS = all_paths()
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
API = ("/v1/", "/api/", "/_allauth/", "/internal/")
# These take no notice of cookies: they want a credential of their own, a signed link, or nothing.
COOKIELESS = ("/internal/", "/_allauth/app/", "/api/invitations/lookup", "/v1/nothing", "/staff/nothing")
NO_API = ("/", "/jobs/one")  # the dashboard's addresses only read
CLOSED = {"default-src": ["'none'"], "frame-ancestors": ["'none'"]}


def policy(response):
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in parts}


def assert_safe(response):
    for name, value in settings.SECURITY_HEADERS.items():
        assert response[name] == value, name
    assert response["X-Content-Type-Options"] == "nosniff"
    found = policy(response)
    assert found["default-src"] == found["frame-ancestors"] == ["'none'"]
    if not response["Content-Type"].startswith("text/html"):
        assert found == CLOSED
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in response.headers


def assert_json_error(response, status):
    assert response.status_code == status
    assert response["Content-Type"].startswith("application/json")
    assert response.json()["error"].keys() == {"message", "type", "param", "code"}
    assert "Traceback" not in response.text and "/apps/" not in response.text
    assert_safe(response)


# --- headers


def test_the_resolver_was_read():
    assert len(PATHS) > 80
    assert {"/healthz", "/api/me", f"{AUTH}/auth/login", "/v1/files"} <= set(PATHS)


@pytest.mark.parametrize("path", PATHS)
def test_every_route_is_safe_for_everybody(path, db):
    client = Client()
    for method in ("GET", *UNSAFE, "OPTIONS", "TRACE"):
        response = client.generic(method, path, "{}", content_type="application/json")
        assert_safe(response)
        assert response.status_code < 500 or path in NO_API  # 503: the dashboard is not built
        if response.status_code >= 400 and path.startswith(API):
            assert response["Content-Type"].startswith("application/json"), (method, path)


@pytest.mark.parametrize("path", PATHS)
def test_every_route_is_safe_for_a_person(path, db):
    browser = signed_in(make_person())

    assert_safe(browser.call("GET", path))


@pytest.mark.parametrize(
    "path", ["/", "/v1/files", "/api/me", f"{AUTH}/config", "/healthz", "/static/admin/css/base.css"]
)
def test_a_foreign_host_is_refused(path):
    assert_json_error(Client().get(path, headers={"Host": "evil.example"}), 400)


def hostile_hosts(count):
    """Names around ours, each with a word that must not come back."""
    generator = random.Random(20261123)
    shapes = [
        "{w}.example", "testserver.{w}", "{w}.testserver", "testserver@{w}", "{w}@testserver",
        "testserver:{w}", "testserver:80@{w}", "testserver/{w}", "testserver?{w}",
        "testserver#{w}", "testserver\\{w}", "[{w}]",
        "[::1]{w}", "testserver {w}", "testserver\t{w}", "testserver%00{w}", "testserver%2e{w}", "{w}:443",
        "http://{w}", "//{w}", "<{w}>", "'{w}", '"{w}', "{w},testserver", "testserver,{w}", "testserver;{w}",
        "testserver..{w}", ".{w}", "{w}.", "xn--{w}", "{w}é", "127.0.0.1.{w}", "localhost.{w}", "0x7f.{w}",
    ]  # fmt: skip
    for _ in range(count):
        word = (
            "canary" + "".join(generator.choices("abcdefghij0123456789-", k=generator.randint(1, 40))) + "z"
        )
        yield word, generator.choice(shapes).format(w=word)


def test_five_hundred_hostile_hosts_are_refused_and_not_repeated():
    client = Client()
    for number, (word, host) in enumerate(hostile_hosts(500)):
        name = "X-Forwarded-Host" if number % 2 else "Host"
        response = client.get("/api/me", headers={name: host})

        assert_json_error(response, 400)
        assert word not in response.text + str(response.headers), host


# --- errors


@pytest.mark.parametrize(
    "path", ["/v1/nothing", "/api/nothing", "/_allauth/nothing", "/internal/nothing", "/static/no"]
)
def test_what_is_not_there_is_said_in_json(path):
    assert_json_error(Client().get(path), 404)


@pytest.mark.parametrize("path", [f"{AUTH}/config", "/accounts/github/login/callback/"])
def test_a_method_that_is_not_there(path):
    response = Client().put(path)

    assert response.status_code == 405
    assert "GET" in response["Allow"]
    assert_safe(response)


@pytest.mark.parametrize(
    "path", ["/v1/fine_tuning/jobs", "/api/organizations", f"{AUTH}/auth/login", "/internal/runner/claim"]
)
def test_a_body_that_is_too_large(path, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    assert_json_error(Client().post(path, "x" * 1001, content_type="application/json"), 413)


@pytest.mark.parametrize("path", ["/api/me", "/v1/files", f"{AUTH}/auth/session"])
def test_a_bug_of_ours_shows_nothing(path, monkeypatch, db):
    browser = signed_in(make_person())
    browser.client.raise_request_exception = False

    def broken(*arguments, **keywords):
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", broken)
    response = browser.call("GET", path)

    assert_json_error(response, 500)
    assert "secret" not in response.text


# --- the page


@pytest.fixture
def built(tmp_path, settings):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-abc.js").write_text("1")
    (tmp_path / "index.html").write_text(
        '<meta property="csp-nonce" nonce="__CSP_NONCE__"><script nonce="__CSP_NONCE__" src="/a.js"></script>'
    )
    settings.DASHBOARD_FOLDER, settings.WHITENOISE_ROOT = tmp_path, str(tmp_path)


@pytest.mark.parametrize("path", ["/", "/jobs/one", "/index.html"])
def test_each_page_has_a_nonce_of_its_own(built, path):
    pages = [Client().get(path, headers={"Accept": "text/html"}) for _ in range(3)]

    nonces = set()
    for page in pages:
        found = policy(page)
        [nonce] = set(re.findall(r'nonce="([^"]+)"', page.text))
        assert found["script-src"] == found["style-src"] == ["'self'", f"'nonce-{nonce}'"]
        assert found["base-uri"] == found["object-src"] == ["'none'"]
        assert found["form-action"] == ["'self'"]
        assert page["Cache-Control"] == "no-store"
        nonces.add(nonce)
    assert len(nonces) == 3


def test_assets_are_cached_and_closed(built):
    response = Client().get("/assets/index-abc.js")

    assert "max-age" in response["Cache-Control"]
    assert policy(response) == CLOSED
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in response.headers


def test_the_staff_consoles_assets_are_served():
    assert Client().get("/static/admin/css/base.css").status_code == 200


# --- cookies, and requests that other sites make


@pytest.mark.parametrize("path", PATHS)
def test_no_cookie_acts_without_a_token(path, db):
    browser = signed_in(make_person())
    for method in UNSAFE:
        answer = browser.call(method, path, {}, **{"X-CSRFToken": ""})
        if answer.status_code == 415:  # said before anything is looked at
            answer = browser.client.generic(method, path, b"--x--", "multipart/form-data; boundary=x")
        if path.startswith(COOKIELESS) or path in NO_API or "/phone" in path:
            nobody = Client(enforce_csrf_checks=True)
            other = nobody.generic(method, path, "{}", content_type="application/json")
            assert (answer.status_code, stable(answer)) == (other.status_code, stable(other))
        else:
            assert answer.status_code == 403, (method, path)
            assert "CSRF" in answer.text or path == "/api/schema"
    assert browser.is_signed_in


def stable(response):
    """The body without what an answer names anew: a session token."""
    return re.sub(r'"session_token": "\w+"', "", response.text)


@pytest.mark.parametrize("path", [path for path in PATHS if path.startswith(("/v1/", "/api/"))])
def test_a_wrong_key_is_not_helped_by_a_good_cookie(path, db):
    browser = signed_in(make_person())
    if browser.call("GET", path).status_code == Client().get(path).status_code == 200:
        pytest.skip("for everybody")

    for method in ("GET", *UNSAFE):
        answer = browser.call(method, path, {}, Authorization="Bearer sk-fin-wrong")
        is_open = path.startswith(COOKIELESS)
        assert answer.status_code == 401 or (is_open and answer.status_code >= 400), (method, path)


def test_cookies_on_loopback(db):
    browser = signed_in(make_person())

    session, token = browser.client.cookies["sessionid"], browser.client.cookies["csrftoken"]

    assert (session["httponly"], session["samesite"], session["path"], session["domain"]) == (
        True,
        "Lax",
        "/",
        "",
    )
    assert (token["samesite"], token["path"], token["domain"]) == ("Lax", "/", "")
    assert session["max-age"] == 14 * 24 * 3600


# --- over HTTPS, in a process of its own: settings are read once

_HTTPS = """
import json, sys
import django
django.setup()
from django.conf import settings
from django.test import Client
https = {"Host": "finery.example", "X-Forwarded-Proto": "https", "Referer": "https://finery.example/"}
client = Client(enforce_csrf_checks=True)
config = client.get("/_allauth/browser/v1/config", headers=https)
token = client.cookies[settings.CSRF_COOKIE_NAME].value
person = json.dumps({"email": "ada@example.com", "password": sys.argv[1]})
login = client.post("/_allauth/browser/v1/auth/login", person, content_type="application/json",
    headers={**https, "X-CSRFToken": token})
plain = {path: Client().get(path, headers={"Host": "finery.example"}) for path in
    ("/", "/api/me", "/v1/files", "/internal/nothing", "/healthz")}
print(json.dumps({
    "cookies": {name: morsel.OutputString() for name, morsel in client.cookies.items()},
    "login": login.status_code,
    "hsts": config["Strict-Transport-Security"],
    "form_action": client.get("/", headers=https).get("Content-Security-Policy", ""),
    "plain": {path: [answer.status_code, answer.get("Location", "")] for path, answer in plain.items()},
}))
"""


def run_over_https(*command, **environment):
    found = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_"))}
    found |= {
        "FINERY_PUBLIC_URL": "https://finery.example",
        "FINERY_ENVIRONMENT_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "finery.settings.prod",
        "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
    }
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env={**found, **environment}, capture_output=True, text=True
    )


def test_over_https_cookies_are_bound_to_the_host_and_http_is_left(transactional_db):
    name = connection.settings_dict["NAME"]
    database = re.sub(r"dbname=\S+", f"dbname={name}", os.environ["FINERY_DATABASE_URL"])
    database = re.sub(r"(://[^/]*)/[^?]+", rf"\1/{name}", database)
    with_argon2 = make_person()
    with_argon2.password = "argon2"  # set below by the hasher of production
    from django.contrib.auth.hashers import Argon2PasswordHasher

    hasher = Argon2PasswordHasher()
    with_argon2.password = hasher.encode(PASSWORD, hasher.salt())
    with_argon2.save()

    ran = run_over_https("-c", _HTTPS, PASSWORD, FINERY_DATABASE_URL=database, FINERY_GITHUB_CLIENT_ID="x")
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout.splitlines()[-1])

    assert told["login"] == 200
    assert told["cookies"].keys() == {"__Host-sessionid", "__Host-csrftoken"}
    for cookie in told["cookies"].values():
        assert "; Path=/" in cookie and "; Secure" in cookie and "; SameSite=Lax" in cookie
        assert "Domain" not in cookie
    assert "; HttpOnly" in told["cookies"]["__Host-sessionid"]
    assert told["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert told["plain"] == {
        "/": [301, "https://finery.example/"],
        "/api/me": [301, "https://finery.example/api/me"],
        "/v1/files": [301, "https://finery.example/v1/files"],
        "/internal/nothing": [404, ""],
        "/healthz": [200, ""],
    }


def test_djangos_own_check_finds_nothing():
    ran = run_over_https("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert ran.returncode == 0, ran.stderr
    assert "no issues (0 silenced)" in ran.stdout


def test_the_check_would_find_something():
    ran = run_over_https(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING", FINERY_SECRET_KEY="short"
    )

    assert ran.returncode != 0
    assert "security.W009" in ran.stderr


def test_a_new_browser_gets_a_token_and_no_session(db):
    browser = Browser()

    assert set(browser.client.cookies) == {"csrftoken"}
