"""Second factors: codes of an app, recovery codes, passkeys; and proving once more who one is."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail

from apps.audit.models import AuditEvent
from apps.core.tenancy import system_scope
from tests.apps.tenants.accounts import Browser, make_person, signed_in
from tests.apps.tenants.authenticator import Passkey

pytestmark = pytest.mark.usefixtures("transactional_db")

TOTP = "/account/authenticators/totp"
WEBAUTHN = "/account/authenticators/webauthn"


def code_of(secret, *, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def wrong_code(secret):
    right = {code_of(secret, steps=step) for step in (-1, 0, 1, 2)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444") if code not in right)


def with_totp(browser):
    browser.reauthenticate()
    secret = browser.get(TOTP).json()["meta"]["secret"]
    assert browser.post(TOTP, code=code_of(secret)).status_code == 200
    return secret


def add_passkey(browser, passkey):
    browser.reauthenticate()
    options = browser.get(f"{WEBAUTHN}?passwordless").json()["data"]["creation_options"]
    return browser.post(WEBAUTHN, name="Laptop", credential=passkey.create(options))


def log_in_by(passkey, browser):
    options = browser.get("/auth/webauthn/login").json()["data"]["request_options"]
    return browser.post("/auth/webauthn/login", credential=passkey.get(options))


def audited():
    with system_scope():
        rows = AuditEvent.all_tenants.order_by("sequence")
        return [row.type for row in rows if row.type != "login.succeeded"]


def test_a_second_factor_needs_the_password_once_more():
    browser = signed_in(make_person())

    refused = browser.post(TOTP, code="123456")

    assert refused.status_code in (400, 401)
    assert not Authenticator.objects.exists()


def test_sign_in_asks_for_the_code_and_takes_each_once():
    user = make_person()
    secret = with_totp(signed_in(user))

    browser = Browser()
    first = browser.login(user.email)
    assert (first.status_code, browser.is_signed_in) == (401, False)
    assert "mfa_authenticate" in str(first.json())
    wrong = browser.post("/auth/2fa/authenticate", code=wrong_code(secret))
    code = code_of(secret, steps=0)
    right = browser.post("/auth/2fa/authenticate", code=code)

    other = Browser()
    other.login(user.email)
    replayed = other.post("/auth/2fa/authenticate", code=code)
    assert (wrong.status_code, right.status_code) == (400, 200)
    assert replayed.status_code == 400
    assert audited() == ["user.mfa_enabled", "login.failed", "login.failed"]
    assert "Authenticator App Activated" in mail.outbox[0].subject


def test_secrets_are_not_readable_in_the_database():
    secret = with_totp(signed_in(make_person()))

    stored = {row.type: row.data for row in Authenticator.objects.all()}

    assert secret not in str(stored)
    assert stored["totp"]["secret"].startswith("gAAAA")
    assert stored["recovery_codes"]["seed"].startswith("gAAAA")


def test_each_recovery_code_opens_once():
    user = make_person()
    browser = signed_in(user)
    with_totp(browser)
    codes = browser.get("/account/authenticators/recovery-codes").json()["data"]["unused_codes"]

    statuses = []
    for code in (codes[0], codes[0], codes[1]):
        visitor = Browser()
        visitor.login(user.email)
        statuses.append(visitor.post("/auth/2fa/authenticate", code=code).status_code)

    assert (len(codes), len(set(codes))) == (10, 10)
    assert statuses == [200, 400, 200]


def test_new_recovery_codes_replace_the_old():
    user = make_person()
    browser = signed_in(user)
    with_totp(browser)
    path = "/account/authenticators/recovery-codes"
    old = browser.get(path).json()["data"]["unused_codes"]
    new = browser.post(path).json()["data"]["unused_codes"]

    visitor = Browser()
    visitor.login(user.email)
    assert visitor.post("/auth/2fa/authenticate", code=old[0]).status_code == 400
    assert visitor.post("/auth/2fa/authenticate", code=new[0]).status_code == 200
    assert "user.recovery_codes_generated" in audited()


def test_switching_the_second_factor_off_is_mailed_and_audited():
    user = make_person()
    browser = signed_in(user)
    with_totp(browser)

    assert browser.delete(TOTP).status_code == 200

    assert not Authenticator.objects.exists()
    assert audited() == ["user.mfa_enabled", "user.mfa_disabled"]
    assert mail.outbox[-1].subject == "[Finery] Authenticator App Deactivated"


def test_a_passkey_signs_in_alone():
    user, passkey = make_person(), Passkey()
    browser = signed_in(user)

    added = add_passkey(browser, passkey)
    visitor = Browser()
    answer = log_in_by(passkey, visitor)

    assert (added.status_code, answer.status_code, visitor.is_signed_in) == (200, 200, True)
    assert answer.json()["data"]["user"]["email"] == user.email
    assert audited() == ["user.passkey_added"]


def test_a_passkey_is_a_second_factor_and_a_proof():
    user, passkey = make_person(), Passkey()
    browser = signed_in(user)
    add_passkey(browser, passkey)

    visitor = Browser()
    assert visitor.login(user.email).status_code == 401
    options = visitor.get("/auth/webauthn/authenticate").json()["data"]["request_options"]
    done = visitor.post("/auth/webauthn/authenticate", credential=passkey.get(options))
    options = visitor.get("/auth/webauthn/reauthenticate").json()["data"]["request_options"]
    proved = visitor.post("/auth/webauthn/reauthenticate", credential=passkey.get(options))
    [row] = Authenticator.objects.filter(type="webauthn")
    removed = visitor.delete(WEBAUTHN, authenticators=[row.pk])

    assert (done.status_code, proved.status_code, removed.status_code) == (200, 200, 200)
    assert audited() == ["user.passkey_added", "user.passkey_removed"]


@pytest.mark.parametrize("origin", ["https://evil.example", "http://testserver"])
def test_a_passkey_used_on_another_site_opens_nothing(origin):
    passkey = Passkey()
    add_passkey(signed_in(make_person()), passkey)
    passkey.origin = origin
    visitor = Browser()

    answer = log_in_by(passkey, visitor)

    assert (answer.status_code, visitor.is_signed_in) == (400, False)


def test_a_passkeys_answer_does_not_work_twice():
    passkey = Passkey()
    add_passkey(signed_in(make_person()), passkey)
    first, second = Browser(), Browser()
    options = first.get("/auth/webauthn/login").json()["data"]["request_options"]
    second.get("/auth/webauthn/login")
    answer = passkey.get(options)

    assert first.post("/auth/webauthn/login", credential=answer).status_code == 200
    assert second.post("/auth/webauthn/login", credential=answer).status_code == 400


def test_nobody_signs_up_by_passkey():
    assert Browser().get("/auth/webauthn/signup").status_code == 404


def test_proof_lasts_five_minutes(monkeypatch):
    browser = signed_in(make_person())
    browser.reauthenticate()
    assert browser.get(f"{WEBAUTHN}?passwordless").status_code == 200
    now = time.time()

    monkeypatch.setattr(time, "time", lambda: now + 301)

    assert browser.get(f"{WEBAUTHN}?passwordless").status_code == 401
