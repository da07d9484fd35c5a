"""Sign-up, sign-in, passwords and sessions, as a browser does them."""

import re
import time

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail

from apps.audit.models import AuditEvent
from apps.core.tenancy import system_scope
from apps.tenants.models import User
from tests.apps.tenants.accounts import AUTH, PASSWORD, Browser, mailed_code, make_person, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")


def audited(*types):
    with system_scope():
        rows = AuditEvent.all_tenants.order_by("sequence")
        return [row.type for row in rows if not types or row.type in types]


def pending(response):
    return [flow["id"] for flow in response.json()["data"]["flows"] if flow.get("is_pending")]


def test_sign_up_proves_the_address_by_a_code():
    browser = Browser()

    begun = browser.post("/auth/signup", email="Ada@Example.com", password=PASSWORD)
    assert (begun.status_code, pending(begun)) == (401, ["verify_email"])
    wrong = browser.post("/auth/email/verify", key="WRONG1")
    done = browser.post("/auth/email/verify", key=mailed_code())

    assert (wrong.status_code, done.status_code) == (400, 200)
    assert User.objects.get().email == "ada@example.com"
    assert mail.outbox[0].subject.startswith("[Finery] ")
    assert audited("login.succeeded") == ["login.succeeded"]
    methods = browser.get("/auth/session").json()["data"]["methods"]
    assert [method["method"] for method in methods] == ["password"]  # so the first key can be made at once


def test_a_code_entered_wrong_three_times_is_spent_and_a_log_in_mails_the_next():
    browser = Browser()
    browser.post("/auth/signup", email="ada@example.com", password=PASSWORD)
    for _ in range(3):
        browser.post("/auth/email/verify", key="WRONG1")

    spent = browser.post("/auth/email/verify", key=mailed_code())
    unsent = browser.post("/auth/email/verify/resend")
    begun = browser.login("ada@example.com")
    done = browser.post("/auth/email/verify", key=mailed_code())

    assert (spent.status_code, unsent.status_code) == (409, 409)
    assert (begun.status_code, pending(begun), done.status_code) == (401, ["verify_email"], 200)


@pytest.mark.parametrize("password", ["short", "password1234", "ada@example.com"])
def test_weak_passwords_are_refused(password):
    answer = Browser().post("/auth/signup", email="ada@example.com", password=password)

    assert answer.status_code == 400
    assert not User.objects.exists()


def test_sign_in_rotates_the_session_and_sign_out_ends_it():
    user, browser = make_person(), Browser()
    browser.post("/auth/signup", email="other@example.com", password=PASSWORD)  # gives an anonymous session
    before = browser.session_key

    answer = browser.login(user.email)
    after = browser.session_key
    replayed = Browser()
    replayed.client.cookies[settings.SESSION_COOKIE_NAME] = before
    assert (answer.status_code, before == after, replayed.is_signed_in) == (200, False, False)

    assert browser.delete("/auth/session").status_code == 401
    replayed.client.cookies[settings.SESSION_COOKIE_NAME] = after
    assert not replayed.is_signed_in
    assert audited() == ["login.succeeded", "logout.succeeded"]


def test_an_unproven_address_cannot_sign_in():
    first = Browser()
    first.post("/auth/signup", email="ada@example.com", password=PASSWORD)

    answer = Browser().login("ada@example.com")

    assert (answer.status_code, pending(answer)) == (401, ["verify_email"])


def test_wrong_passwords_are_audited_for_known_addresses_only():
    user = make_person()

    Browser().login(user.email, "wrong password")
    Browser().login("nobody@example.com", "wrong password")

    with system_scope():
        [event] = AuditEvent.all_tenants.filter(type="login.failed")
    assert (event.actor_email, event.ip_address) == (user.email, "203.0.113.7")
    assert event.after == {"error_code": "invalid_credentials"}


def test_reset_by_mailed_link_ends_every_session_and_works_once():
    user, stranger = make_person(), Browser()
    browser = signed_in(user)

    stranger.post("/auth/password/request", email=user.email)
    key = re.search(r"/reset-password/(\S+)", str(mail.outbox[-1].body))[1]
    known = stranger.call("GET", f"{AUTH}/auth/password/reset", **{"X-Password-Reset-Key": key})
    done = stranger.post("/auth/password/reset", key=key, password="another good password")
    again = stranger.post("/auth/password/reset", key=key, password="a third good password")

    # 401: done, and not signed in by it
    assert (known.status_code, done.status_code, again.status_code) == (200, 401, 400)
    assert not browser.is_signed_in
    assert Browser().login(user.email).status_code == 400
    assert Browser().login(user.email, "another good password").status_code == 200
    assert audited("user.password_reset") == ["user.password_reset"]


def test_password_change_keeps_this_session_and_ends_the_others():
    user = make_person()
    here, elsewhere = signed_in(user), signed_in(user)

    answer = here.post("/account/password/change", current_password=PASSWORD, new_password="a new good one")

    assert (answer.status_code, here.is_signed_in, elsewhere.is_signed_in) == (200, True, False)
    assert mail.outbox[-1].subject == "[Finery] Password Changed"
    assert audited("user.password_changed") == ["user.password_changed"]


def test_sessions_are_listed_and_ended():
    user = make_person()
    here, elsewhere = signed_in(user), signed_in(user, "198.51.100.9")

    listed = here.get("/auth/sessions").json()["data"]
    other = next(row["id"] for row in listed if not row["is_current"])
    left = here.delete("/auth/sessions", sessions=[other]).json()["data"]

    assert sorted(row["ip"] for row in listed) == ["198.51.100.9", "203.0.113.7"]
    assert [row["is_current"] for row in left] == [True]
    assert (here.is_signed_in, elsewhere.is_signed_in) == (True, False)
    assert audited("user.sessions_ended") == ["user.sessions_ended"]


def test_nobody_ends_anothers_session():
    ada, eve = signed_in(make_person()), signed_in(make_person("eve@example.com"))
    [row] = ada.get("/auth/sessions").json()["data"]

    answer = eve.delete("/auth/sessions", sessions=[row["id"]])

    assert (answer.status_code, ada.is_signed_in) == (400, True)
    assert UserSession.objects.count() == 2


def test_a_session_ends_when_idle_and_in_any_case_after_thirty_days(settings):
    browser = signed_in(make_person())
    row = Session.objects.get(session_key=browser.session_key)
    idle_seconds = row.expire_date.timestamp() - time.time()
    assert 0 <= 14 * 86400 - idle_seconds < 60

    data = row.get_decoded()
    data["signed_in_at"] -= 29 * 86400
    data["renewed_at"] = 0
    Session.objects.filter(pk=row.pk).update(session_data=browser.client.session.encode(data))
    assert browser.is_signed_in  # and renews it
    last = Session.objects.get(pk=row.pk).expire_date.timestamp() - time.time()
    assert 0 <= 86400 - last < 60  # one day is left, not fourteen

    settings.SESSION_ABSOLUTE_SECONDS = 0
    data["renewed_at"] = 0
    Session.objects.filter(pk=row.pk).update(session_data=browser.client.session.encode(data))
    browser.get("/auth/session")
    assert not browser.is_signed_in


def test_mails_speak_the_browsers_language_and_the_api_does_not():
    browser = Browser()
    browser.headers["Accept-Language"] = "zh-CN,zh;q=0.9"

    browser.post("/auth/signup", email="ada@example.com", password=PASSWORD)
    refused = browser.post("/auth/signup", email="ada@example.com", password="x")
    person = signed_in(make_person("eve@example.com"))
    person.headers["Accept-Language"] = "zh-CN"
    api = person.call("POST", "/api/organizations", {})

    assert re.search(r"[\u4e00-\u9fff]", mail.outbox[0].subject)
    assert mail.outbox[0].subject.startswith("[Finery] ")
    assert re.search(r"[\u4e00-\u9fff]", str(refused.json()["errors"]))
    assert api.json()["error"]["message"] == "Invalid 'name': This field is required."


def test_mails_name_our_site_whatever_the_host_header_says():
    user, browser = make_person(), Browser(host="localhost:6666")

    browser.post("/auth/password/request", email=user.email)

    assert "6666" not in str(mail.outbox[-1].body)
    assert "http://testserver/reset-password/" in str(mail.outbox[-1].body)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "for your Finery account"), ("zh-CN", "Finery 账户"), ("fr", "for your Finery account")],
)
def test_mails_name_the_product_and_not_the_machine(language, words):
    browser = Browser()
    browser.headers["Accept-Language"] = language

    browser.post("/auth/signup", email="ada@example.com", password=PASSWORD)
    browser.post("/auth/password/request", email="ada@example.com")

    code, *others = (str(found.body) for found in mail.outbox)
    assert words in code
    assert mailed_code_in(code)
    for body in (code, *others):
        assert re.findall(r"testserver\S*|example\.com|127\.0\.0\.1\S*", body)[-1] == "testserver"
        assert "account on" not in body


def mailed_code_in(body):
    return re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", body, re.MULTILINE)
