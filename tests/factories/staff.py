"""Members of staff for tests, and their browsers."""

import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from apps.tenants.models import User
from tests.factories.tenants import make_user

HOUR = 3600


def make_staff(name: str = "staff") -> User:
    user = make_user(name)
    User.objects.filter(id=user.id).update(is_staff=True)
    return User.objects.get(id=user.id)


def browser_of(
    user: User, *, methods: tuple[str, ...] = ("password", "mfa"), age_seconds: float = 0, **kwargs: Any
) -> Client:
    """Signed in by these methods, so long ago, as allauth records it."""
    client = Client(raise_request_exception=False, **kwargs)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    at = time.time() - age_seconds
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": method, "at": at} for method in methods]
    session["account_authentication_methods_user"] = user.id
    session.save()
    return client
