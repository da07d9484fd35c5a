"""A person with a browser: cookies, CSRF token, an address, and the mails they got."""

import json
import re
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client

from apps.tenants.models import User

AUTH = "/_allauth/browser/v1"
PASSWORD = "correct horse battery"
_CODE = re.compile(r"^\s*([A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8})?)\s*$", re.MULTILINE)


class Browser:
    """What the dashboard does, call by call."""

    def __init__(self, address: str = "203.0.113.7", host: str = "testserver") -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.headers = {"X-Forwarded-For": address, "Host": host}
        self.call("GET", f"{AUTH}/config")

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        cookie = self.client.cookies.get(settings.CSRF_COOKIE_NAME)
        sent = {**self.headers, **({"X-CSRFToken": cookie.value} if cookie else {}), **headers}
        content = "" if body is None else json.dumps(body)
        return self.client.generic(method, path, content, content_type="application/json", headers=sent)

    def get(self, path: str) -> Any:
        return self.call("GET", AUTH + path)

    def post(self, path: str, **body: Any) -> Any:
        return self.call("POST", AUTH + path, body)

    def delete(self, path: str, **body: Any) -> Any:
        return self.call("DELETE", AUTH + path, body)

    def login(self, email: str, password: str = PASSWORD) -> Any:
        return self.post("/auth/login", email=email, password=password)

    def reauthenticate(self, password: str = PASSWORD) -> None:
        assert self.post("/auth/reauthenticate", password=password).status_code == 200

    @property
    def is_signed_in(self) -> bool:
        return bool(self.get("/auth/session").status_code == 200)

    @property
    def session_key(self) -> str:
        return str(self.client.cookies[settings.SESSION_COOKIE_NAME].value)


def make_person(email: str = "ada@example.com", password: str = PASSWORD) -> User:
    """An account with a proven address."""
    user = User.objects.create_user(email, password)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def signed_in(user: User, address: str = "203.0.113.7") -> Browser:
    browser = Browser(address)
    assert browser.login(user.email).status_code == 200
    return browser


def mailed_code() -> str:
    found = _CODE.search(str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]
