"""Guessing is slow per account and per address, and answers tell nobody who has an account."""

import pytest
from django.contrib.auth import hashers
from django.core import mail

from apps.tenants.models import User
from finery.settings.accounts import RATE_LIMITS
from tests.apps.tenants.accounts import PASSWORD, Browser, make_person, signed_in
from tests.apps.tenants.test_accounts_second_factor import code_of, with_totp, wrong_code

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.ACCOUNT_RATE_LIMITS = RATE_LIMITS


def codes(response):
    return [error["code"] for error in response.json().get("errors", [])]


def addresses(count):
    return [f"198.51.{number // 250}.{number % 250 + 1}" for number in range(count)]


def test_an_account_bears_five_wrong_passwords_from_fifty_one_addresses():
    user = make_person()

    told = [codes(Browser(address).login(user.email, f"wrong {address}"))[0] for address in addresses(51)]

    assert told.count("email_password_mismatch") == 5
    assert told.count("too_many_login_attempts") == 46
    assert codes(Browser("203.0.113.99").login(user.email)) == ["too_many_login_attempts"]


def test_an_account_is_one_account_under_every_host_name_and_port():
    user = make_person()
    hosts = ["testserver", "localhost", "127.0.0.1", *(f"testserver:{port}" for port in range(8000, 8048))]

    told = [
        codes(Browser(address, host).login(user.email.upper(), "wrong"))[0]
        for address, host in zip(addresses(51), hosts, strict=True)
    ]

    assert told.count("email_password_mismatch") == 5


def test_an_address_bears_ten_wrong_passwords_for_fifty_one_accounts():
    browser = Browser()

    answers = [browser.login(f"person{number}@example.com", "wrong") for number in range(51)]

    told = [codes(answer)[0] if codes(answer) else answer.status_code for answer in answers]
    assert told.count("email_password_mismatch") == 10
    assert set(told[10:]) == {"too_many_login_attempts", 429}
    assert Browser("198.51.100.1").login("person60@example.com", "wrong").status_code == 400


def test_a_forged_list_of_addresses_does_not_choose_the_bucket():
    """What a client writes stands left of what our own edge saw."""
    told = []
    for forged in addresses(51):
        browser = Browser(f"{forged}, 203.0.113.7")
        answer = browser.login(f"{forged}@example.com", "wrong")
        told.append(codes(answer)[0] if codes(answer) else "429")

    assert told.count("email_password_mismatch") == 10


def test_one_network_of_ipv6_is_one_address():
    told = []
    for number in range(51):
        answer = Browser(f"2001:db8::{number:x}").login(f"person{number}@example.com", "wrong")
        told.append(codes(answer)[0] if codes(answer) else "429")

    assert told.count("email_password_mismatch") == 10


def test_a_second_factor_bears_five_wrong_codes_from_anywhere():
    user = make_person()
    secret = with_totp(signed_in(user))
    code = wrong_code(secret)

    told = []
    for address in addresses(51):
        visitor = Browser(address)
        visitor.login(user.email)
        told += codes(visitor.post("/auth/2fa/authenticate", code=code))

    assert (told.count("incorrect_code"), told.count("too_many_login_attempts")) == (5, 46)
    last = Browser("203.0.113.99")
    last.login(user.email)
    right = last.post("/auth/2fa/authenticate", code=code_of(secret, steps=0))
    assert (right.status_code, last.is_signed_in) == (400, False)


def test_reauthentication_bears_five_tries():
    browser = signed_in(make_person())

    statuses = [browser.post("/auth/reauthenticate", password="wrong").status_code for _ in range(51)]

    assert (statuses.count(400), statuses.count(429)) == (5, 46)


def test_a_mailed_code_bears_three_tries():
    browser = Browser()
    browser.post("/auth/signup", email="ada@example.com", password=PASSWORD)

    statuses = [browser.post("/auth/email/verify", key="WRONG").status_code for _ in range(10)]

    assert statuses == [400] * 3 + [409] * 7


def test_sign_ups_are_limited_per_address():
    browser = Browser()

    answers = [
        browser.post("/auth/signup", email=f"new{number}@example.com", password=PASSWORD)
        for number in range(51)
    ]

    assert [answer.status_code for answer in answers].count(401) == 20
    assert User.objects.count() == 20


def test_nobody_is_flooded_with_mails():
    user = make_person()

    for address in addresses(51):
        Browser(address).post("/auth/password/request", email=user.email)

    assert len(mail.outbox) == 5


@pytest.mark.parametrize("flow", ["login", "signup", "password/request"])
def test_the_answer_does_not_tell_who_has_an_account(flow, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    make_person("known@example.com")

    def ask(email):
        browser = Browser()
        body = {"email": email} if flow == "password/request" else {"email": email, "password": PASSWORD}
        if flow == "login":
            body["password"] = "wrong"
        answer = browser.post(f"/auth/{flow}", **body)
        unstable = {"x-request-id", "openai-processing-ms", "expires"}
        headers = {name: value for name, value in answer.items() if name.lower() not in unstable}
        follow_up = browser.post("/auth/email/verify", key="WRONG") if flow == "signup" else answer
        return answer.status_code, answer.content, headers, follow_up.content, len(mail.outbox)

    known, unknown = ask("known@example.com"), ask("other@example.com")

    assert known[:4] == unknown[:4]
    assert unknown[4] == 2 * known[4]  # both got a mail, or neither


@pytest.mark.parametrize("flow", ["login", "signup"])
def test_the_password_is_hashed_once_for_known_and_unknown_alike(flow, settings, monkeypatch):
    settings.ACCOUNT_RATE_LIMITS = False
    make_person("known@example.com")
    hashed = []
    hasher = hashers.get_hasher("default")
    encode = type(hasher).encode
    monkeypatch.setattr(
        type(hasher),
        "encode",
        lambda self, *args, **kwargs: hashed.append(1) or encode(self, *args, **kwargs),
    )

    counts = []
    for email in ("known@example.com", "other@example.com"):
        Browser().post(f"/auth/{flow}", email=email, password="a wrong password")
        counts.append(len(hashed))
        hashed.clear()

    assert counts == [1, 1]


def test_what_a_known_address_costs_is_done_after_the_answer(monkeypatch):
    """The audit row of a wrong password is written once the answer is out, so its time tells nothing."""
    from apps.tenants import adapters

    user, order = make_person(), []
    monkeypatch.setattr(adapters, "_record_failure", lambda address: order.append("recorded"))
    browser = Browser()
    base = browser.client.handler.get_response
    monkeypatch.setattr(
        browser.client.handler, "get_response", lambda request: (base(request), order.append("answered"))[0]
    )

    browser.login(user.email, "wrong")

    assert order == ["answered", "recorded"]
