"""From a stranger to an organization with a key, as the dashboard and operators do it."""

import json
import re

import pytest
from django.core import mail
from django.core.management import call_command
from rest_framework.test import APIClient

from apps.metering.selectors import get_balance

PASSWORD = "a-rather-long-password"


def sign_up(email="new@example.com"):
    """Through allauth's app client, with the code from the mail."""
    api = APIClient()
    answer = api.post("/_allauth/app/v1/auth/signup", {"email": email, "password": PASSWORD}, format="json")
    assert answer.status_code == 401, answer.content
    api.credentials(HTTP_X_SESSION_TOKEN=answer.json()["meta"]["session_token"])
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]
    verified = api.post("/_allauth/app/v1/auth/email/verify", {"key": code}, format="json")
    assert verified.status_code == 200, verified.content
    api.credentials(
        HTTP_X_SESSION_TOKEN=verified.json()["meta"].get("session_token")
        or answer.json()["meta"]["session_token"]
    )
    return api


def test_first_organization_gets_the_credit_and_a_second_does_not(db):
    api = sign_up()

    first = api.post("/api/organizations", {"name": "Juniper & Pine"}, format="json").json()
    second = api.post("/api/organizations", {"name": "Juniper & Pine"}, format="json").json()

    assert get_balance(first["id"]).available_micro_usd == 5_000_000
    assert get_balance(second["id"]).available_micro_usd == 0
    assert first["slug"] == "juniper-pine"
    assert second["slug"].startswith("juniper-pine-")
    me = api.get("/api/me").json()
    assert [own["id"] for own in me["organizations"]] == [first["id"], second["id"]]
    assert me["organizations"][0]["projects"][0]["is_default"]


def test_key_is_shown_once_and_works(db):
    api = sign_up()
    organization = api.post("/api/organizations", {"name": "Acme"}, format="json").json()
    keys = f"/api/projects/{organization['projects'][0]['id']}/api_keys"

    made = api.post(keys, {"name": "laptop"}, format="json").json()

    [listed] = api.get(keys).json()["data"]
    assert "value" not in listed
    assert made["value"] not in json.dumps(listed)
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {made['value']}")
    assert caller.get("/v1/models").status_code == 200
    api.delete(f"{keys}/{made['id']}")
    assert caller.get("/v1/models").status_code == 401


def test_unverified_person_gets_nowhere(db):
    api = APIClient()
    answer = api.post(
        "/_allauth/app/v1/auth/signup", {"email": "new@example.com", "password": PASSWORD}, format="json"
    )
    api.credentials(HTTP_X_SESSION_TOKEN=answer.json()["meta"]["session_token"])

    assert api.get("/api/me").status_code == 401


def test_blank_name_is_refused(db):
    answer = sign_up().post("/api/organizations", {"name": "  "}, format="json")

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "name")


def test_session_without_csrf_token_is_refused(owner):
    api = APIClient(enforce_csrf_checks=True)
    api.force_login(owner.user)

    assert api.post("/api/organizations", {"name": "Acme"}, format="json").status_code == 403


def test_operator_makes_a_tenant(db, capsys):
    call_command("create_tenant", "--email", "Boss@Example.com", "--name", "Acme", "--credit-usd", "12.5")

    made = json.loads(capsys.readouterr().out)
    assert made["email"] == "boss@example.com"
    assert get_balance(made["organization_id"]).available_micro_usd == 12_500_000
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {made['api_key']}")
    assert caller.get("/v1/organization/balance").status_code == 200


@pytest.mark.parametrize("name", ["上海智能", "Ёж", "!!!"])
def test_name_without_latin_letters_still_has_a_part_in_model_names(db, name):
    api = sign_up()

    slugs = [api.post("/api/organizations", {"name": name}, format="json").json()["slug"] for _ in range(2)]

    assert all(re.fullmatch("org-[a-z0-9A-Z]{5}", slug) for slug in slugs)
    assert len(set(slugs)) == 2
