"""Sign-in by another's account, against a real provider over HTTP; it takes nobody's account over."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import mail
from django.core.exceptions import ImproperlyConfigured

from apps.audit.models import AuditEvent
from apps.core.tenancy import system_scope
from apps.tenants.models import User
from finery.settings.accounts import identity_providers, provider_origins
from finery.settings.environment import Environment
from tests.apps.tenants.accounts import AUTH, PASSWORD, Browser, make_person, signed_in
from tests.apps.tenants.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider

pytestmark = pytest.mark.usefixtures("transactional_db")

CALLBACK = "http://testserver/account/provider/callback"


@pytest.fixture
def provider(settings):
    with Provider().running() as running:
        settings.SOCIALACCOUNT_PROVIDERS = identity_providers(
            Environment(
                oidc_issuer=running.issuer,
                oidc_client_id=CLIENT_ID,
                oidc_client_secret=CLIENT_SECRET,
                oidc_name="Acme SSO",
            )
        )
        running.claims = {"sub": "42", "email": "grace@example.com", "email_verified": True}
        yield running


def redirect(browser, process="login", callback=CALLBACK):
    token = browser.client.cookies["csrftoken"].value
    form = {
        "csrfmiddlewaretoken": token,
        "provider": "sso",
        "process": process,
        "callback_url": callback,
    }
    return browser.client.post(f"{AUTH}/auth/provider/redirect", form, headers=browser.headers)


def go_through(browser, provider, process="login"):
    """The whole dance; returns where the browser ends up."""
    sent = redirect(browser, process)
    assert sent.status_code == 302
    back = urlsplit(provider.authorize(sent["Location"]))
    assert back.path == "/accounts/oidc/sso/login/callback/"
    return browser.client.get(f"{back.path}?{back.query}", headers=browser.headers)


def error_in(response):
    return parse_qs(urlsplit(response["Location"]).query).get("error", [None])[0]


def test_the_environment_alone_says_who_is_offered(settings, db):
    assert Browser().get("/config").json()["data"]["socialaccount"]["providers"] == []
    env = Environment(
        github_client_id="a", google_client_id="b", oidc_issuer="https://id.example/x", oidc_client_id="c"
    )

    settings.SOCIALACCOUNT_PROVIDERS = identity_providers(env)

    offered = Browser().get("/config").json()["data"]["socialaccount"]["providers"]
    assert sorted(row["id"] for row in offered) == ["github", "google", "sso"]
    assert provider_origins(env) == [
        "https://github.com",
        "https://accounts.google.com",
        "https://id.example",
    ]
    elsewhere = env.model_copy(update={"oidc_sign_in_origin": "https://login.example/path"})
    assert provider_origins(elsewhere)[-1] == "https://login.example"
    assert provider_origins(Environment()) == []


def test_a_provider_is_believed_over_https_only():
    with pytest.raises(ImproperlyConfigured, match="https"):
        identity_providers(Environment(oidc_issuer="http://id.example", oidc_client_id="c"))


def test_a_new_person_signs_in_by_the_provider(provider):
    browser = Browser()

    back = go_through(browser, provider)

    assert (back["Location"], browser.is_signed_in) == (CALLBACK, True)
    user = User.objects.get()
    assert (user.email, user.has_usable_password()) == ("grace@example.com", False)
    assert EmailAddress.objects.get(user=user).verified
    assert not SocialToken.objects.exists()
    with system_scope():
        [event] = AuditEvent.all_tenants.filter(type="login.succeeded")
    assert event.after == {"methods": ["socialaccount"]}


def test_the_same_person_comes_back_to_the_same_account(provider):
    go_through(Browser(), provider)
    again = Browser()

    go_through(again, provider)

    assert again.is_signed_in
    assert User.objects.count() == SocialAccount.objects.count() == 1


@pytest.mark.parametrize("is_verified", [True, False])
def test_an_address_that_has_an_account_is_not_taken_over(provider, is_verified):
    user = make_person("grace@example.com")
    provider.claims["email_verified"] = is_verified
    browser = Browser()

    go_through(browser, provider)
    forced = browser.post("/auth/provider/signup", email="grace@example.com")

    assert not browser.is_signed_in
    assert forced.status_code in (400, 401, 409)
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_an_unproven_address_of_the_provider_is_proven_here(provider):
    provider.claims["email_verified"] = False
    browser = Browser()

    go_through(browser, provider)

    assert not browser.is_signed_in
    assert not EmailAddress.objects.get().verified
    assert mail.outbox[-1].to == ["grace@example.com"]


def test_an_account_is_connected_by_who_owns_it_and_disconnected(provider):
    user = make_person()
    browser = signed_in(user)

    unproven = go_through(browser, provider, process="connect")
    assert error_in(unproven) == "reauthentication_required"
    assert not SocialAccount.objects.exists()

    browser.reauthenticate()
    assert error_in(go_through(browser, provider, process="connect")) is None
    visitor = Browser()
    go_through(visitor, provider)
    assert visitor.get("/auth/session").json()["data"]["user"]["email"] == user.email

    assert browser.delete("/account/providers", provider="sso", account="42").status_code == 200
    with system_scope():
        events = [row.type for row in AuditEvent.all_tenants.filter(type__startswith="user.")]
    assert events == ["user.account_connected", "user.account_disconnected"]


def test_an_account_that_is_somebody_elses_is_not_connected(provider):
    go_through(Browser(), provider)
    eve = signed_in(make_person("eve@example.com"))
    eve.reauthenticate()

    answer = go_through(eve, provider, process="connect")

    assert error_in(answer) == "connected_other"
    assert SocialAccount.objects.get().user.email == "grace@example.com"


def test_a_strangers_callback_does_not_sign_a_browser_in(provider):
    """Login CSRF: the state belongs to the browser that began."""
    attacker, victim = Browser(), Browser()
    back = urlsplit(provider.authorize(redirect(attacker)["Location"]))

    answer = victim.client.get(f"{back.path}?{back.query}", headers=victim.headers)

    assert (answer.status_code, victim.is_signed_in) == (302, False)
    assert answer["Location"].startswith(CALLBACK)
    assert not User.objects.exists()


def test_a_code_works_once_and_a_wrong_audience_never(provider):
    browser = Browser()
    back = urlsplit(provider.authorize(redirect(browser)["Location"]))
    provider.audience = "somebody-else"

    for _ in range(2):
        answer = browser.client.get(f"{back.path}?{back.query}", headers=browser.headers)
        assert error_in(answer)

    assert not browser.is_signed_in
    assert not User.objects.exists()


def test_a_token_signed_by_another_key_is_refused(provider):
    def sign_in():
        token = {"client_id": CLIENT_ID, "id_token": provider.id_token()}
        return Browser().post("/auth/provider/token", provider="sso", process="login", token=token)

    provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert sign_in().status_code == 400
    assert not User.objects.exists()

    provider.signing_key = provider.key
    assert sign_in().status_code == 200


@pytest.mark.parametrize("callback", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_leads_to_us_only(provider, callback):
    answer = redirect(Browser(), callback=callback)

    assert answer.status_code == 302
    assert answer["Location"].startswith(CALLBACK)
    assert "evil" not in answer["Location"] and "javascript" not in answer["Location"]


@pytest.mark.parametrize("name", ["github", "google", "oidc/sso", "oidc/unknown"])
def test_a_provider_that_is_not_offered_has_no_callback(db, name):
    answer = Browser().client.get(f"/accounts/{name}/login/callback/?code=1&state=2")

    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "invalid_request_error"
