"""Where allauth asks us: addresses, limits, secrets at rest, and what the audit log is told of accounts."""

import base64
import contextvars
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.stagekit import get_pending_stage
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse

from apps.core import actor
from apps.core.middleware import client_address
from apps.tenants import services
from apps.tenants.models import User
from kernel.networks import read_address

_NAME = "Finery"
# What a security mail is about, by its template, is what the audit log is told.
_EVENTS = {
    "account/email/password_changed": "user.password_changed",
    "account/email/password_set": "user.password_changed",
    "account/email/password_reset": "user.password_reset",
    "account/email/email_changed": "user.email_changed",
    "account/email/email_deleted": "user.email_changed",
    "mfa/email/totp_activated": "user.mfa_enabled",
    "mfa/email/totp_deactivated": "user.mfa_disabled",
    "mfa/email/webauthn_added": "user.passkey_added",
    "mfa/email/webauthn_removed": "user.passkey_removed",
    "mfa/email/recovery_codes_generated": "user.recovery_codes_generated",
    "socialaccount/email/account_connected": "user.account_connected",
    "socialaccount/email/account_disconnected": "user.account_disconnected",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped here
    """Sign-up, sign-in, passwords and addresses."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """What limits are kept by. See client_address for why a client cannot choose it."""
        found = read_address(client_address(request)) or read_address(request.META.get("REMOTE_ADDR", ""))
        if found is None:
            raise PermissionDenied("The client's address is not known.")
        return str(found)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """An account is one account under whatever host name and port it is asked for."""
        return str(credentials.get("email", "")).strip().lower()

    def clean_password(self, password: str, user: User | None = None) -> str:
        """At sign-up nobody is there yet to compare with, so the address asked for is."""
        return str(super().clean_password(password, user or _person_to_be(context.request)))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails name the product and its address, not what a request's Host header says."""
        ours = {"current_site": _site(), "public_url": settings.PUBLIC_URL}
        super().send_mail(template_prefix, email, {**context, **ours})

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        event = _EVENTS.get(template_prefix)
        if event is not None:
            _record(user, event, after=_detail(context or {}))
        super().send_notification_mail(template_prefix, user, context, email)

    def send_account_already_exists_mail(self, email: str) -> None:
        make_password(email)  # as long as a sign-up that makes an account
        super().send_account_already_exists_mail(email)

    def post_login(self, request: HttpRequest, user: User, **hints: Any) -> HttpResponse:
        if hints["signup"] and user.has_usable_password():
            record_authentication(request, user, method="password", email=user.email)  # chosen just now
        methods = [record["method"] for record in get_authentication_records(request, user)]
        _record(user, "login.succeeded", after={"methods": methods})
        response: HttpResponse = super().post_login(request, user, **hints)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Recorded when the answer is out: its time must not tell a known address from an unknown one."""
        address = str(credentials.get("email", "")).strip().lower()
        _after_response(request, partial(_record_failure, address))

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            _record(request.user, "logout.succeeded")
        super().logout(request)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are encrypted at rest, and wrong codes are seen."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": _NAME}

    def validation_error(self, code: str, *arguments: Any) -> ValidationError:
        request = context.request
        stage = get_pending_stage(request) if code == "incorrect_code" else None
        if stage is not None and stage.login.user is not None:
            _record(stage.login.user, "login.failed", after={"error_code": "incorrect_code"})
        error: ValidationError = super().validation_error(code, *arguments)
        return error


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    """Sessions that their owner ends from another one."""

    def end_sessions(self, sessions: Iterable[Any]) -> None:
        found = list(sessions)
        super().end_sessions(found)
        if found:
            _record(found[0].user, "user.sessions_ended", after={"count": len(found)})


def _record(user: User, event: str, *, after: dict[str, Any] | None = None) -> None:
    actor.identify("session", user_id=user.id, email=user.email)
    services.record_for_person(user.id, event, after=after)


def _record_failure(address: str) -> None:
    user = User.objects.filter(email=address).first()
    if user is not None:
        _record(user, "login.failed", after={"error_code": "invalid_credentials"})


def _after_response(request: HttpRequest, act: Callable[[], None]) -> None:
    """Do it when the answer is out, as the same actor; at once where nobody waits for an answer."""
    later = getattr(request, "after_response", None)
    if later is None:
        act()
    else:
        later.append(partial(contextvars.copy_context().run, act))


def _detail(mail: dict[str, Any]) -> dict[str, Any] | None:
    """What the log may keep of a mail's context: addresses and the provider's name."""
    kept: dict[str, Any] = {
        name: mail[name] for name in ("from_email", "to_email", "deleted_email") if name in mail
    }
    if "account" in mail:
        kept["provider"] = mail["account"].provider
    return kept or None


def _person_to_be(request: HttpRequest) -> User | None:
    with suppress(ValueError, AttributeError):
        return User(email=str(json.loads(request.body).get("email", "")))
    return None


def _site() -> SimpleNamespace:
    return SimpleNamespace(name=_NAME, domain=_NAME)


def _cipher() -> Fernet:
    secret = hmac.new(settings.SECRET_KEY.encode(), b"second factors at rest", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(secret))
