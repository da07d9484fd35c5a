"""Who gets in: every page of the console, from the resolver, tried by everybody."""

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from apps.tenants.models import User
from tests.apps.staff.console import ACTS, END, LISTS, LOOKS, OBJECTS, grown, row_counts, templates
from tests.apps.tenants.accounts import AUTH, Browser, make_person
from tests.factories.staff import HOUR, browser_of
from tests.factories.tenants import make_user

SIGN_IN = "/login?next=/staff/"


def customer():
    return browser_of(make_user())


def test_the_resolver_names_the_pages_that_we_know():
    assert (len(LISTS), len(OBJECTS), len(ACTS)) == (17, 10, 3)
    assert set(templates()) == {*LISTS, *OBJECTS, *ACTS, END}


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_staff_with_a_second_factor_get_in(world, staff, method):
    anonymous, stranger, weak = Client(), customer(), browser_of(staff, methods=("password",))
    before = row_counts()

    for route in templates():
        path = world.path(route)
        answers = [getattr(client, method)(path) for client in (anonymous, stranger, weak)]

        assert [answer.status_code for answer in answers] == [302, 404, 403], route
        assert answers[0].headers["Location"] == SIGN_IN
        assert answers[1].json()["error"]["message"] == f"Invalid URL ({method.upper()} {path})"
        assert b"second factor" in answers[2].content
        assert world.owner.organization.name.encode() not in answers[2].content

    assert grown(before) == {}


@pytest.mark.parametrize("route", [*LOOKS, *ACTS])
def test_staff_with_a_second_factor_see_every_page(world, console, route):
    page = console.get(world.path(route))

    assert page.status_code == 200
    assert page.headers["Cache-Control"].find("no-store") >= 0


def test_a_customer_cannot_tell_the_console_from_a_path_that_is_not_there(db):
    client = customer()
    here, nowhere = client.get("/staff/"), client.get("/api/nothing")

    assert here.content == nowhere.content.replace(b"/api/nothing", b"/staff/")
    for name in ("Content-Type", "Content-Security-Policy"):
        assert here.headers.get(name) == nowhere.headers.get(name)


def test_the_page_for_staff_without_a_second_factor_leads_on(staff):
    page = browser_of(staff, methods=("password",)).get("/staff/").content.decode()

    assert 'href="/settings/security"' in page
    assert f'href="{SIGN_IN}"' in page


@pytest.mark.parametrize(("hours", "status"), [(0, 200), (11.9, 200), (12.1, 403), (24 * 13, 403)])
def test_a_second_factor_counts_for_twelve_hours(staff, hours, status):
    assert browser_of(staff, age_seconds=hours * HOUR).get("/staff/").status_code == status


@pytest.mark.parametrize("methods", [("mfa",), ("password", "mfa"), ("socialaccount", "mfa")])
def test_a_passkey_alone_or_a_code_after_anything_is_a_second_factor(staff, methods):
    assert browser_of(staff, methods=methods).get("/staff/").status_code == 200


@pytest.mark.parametrize("methods", [(), ("password",), ("socialaccount",), ("code",), ("password_reset",)])
def test_nothing_else_is(staff, methods):
    assert browser_of(staff, methods=methods).get("/staff/").status_code == 403


def test_anothers_second_factor_does_not_count(staff):
    client = browser_of(staff)
    session = client.session
    session["account_authentication_methods_user"] = make_user().id
    session.save()

    assert client.get("/staff/").status_code == 403


def test_rights_taken_and_accounts_switched_off_end_at_once(staff, console):
    assert console.get("/staff/").status_code == 200

    User.objects.filter(id=staff.id).update(is_active=False)
    assert console.get("/staff/").headers["Location"] == SIGN_IN

    User.objects.filter(id=staff.id).update(is_active=True, is_staff=False)
    assert console.get("/staff/").status_code == 404


def test_a_real_sign_in_with_password_and_code_opens_it(db):
    user = make_person("grace@example.com")
    User.objects.filter(id=user.id).update(is_staff=True)
    secret = generate_totp_secret()
    without = Browser()
    assert without.login(user.email).status_code == 200
    assert without.call("GET", "/staff/").status_code == 403
    TOTP.activate(user, secret)

    browser = Browser()
    assert browser.login(user.email).status_code == 401
    assert browser.call("GET", "/staff/").headers["Location"] == SIGN_IN
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert browser.call("POST", f"{AUTH}/auth/2fa/authenticate", {"code": code}).status_code == 200

    assert browser.call("GET", "/staff/").status_code == 200


def test_an_api_key_does_not_open_it(owner, staff, console):
    answer = console.get("/staff/", headers={"Authorization": f"Bearer {owner.key}"})

    assert (answer.status_code, answer.headers["Location"]) == (302, SIGN_IN)


@pytest.mark.parametrize(
    "path", ["login/", "logout/", "password_change/", "jsi18n/", "autocomplete/", "r/1/1/"]
)
def test_the_admins_own_doors_are_not_there(console, path):
    assert console.get(f"/staff/{path}").status_code == 404
    assert console.post(f"/staff/{path}").status_code == 404
