"""Who calls: an API key, or a person signed in to the dashboard."""

import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.audit.services import record
from apps.core import actor
from apps.core.caller import Caller, ImpersonationReadOnly
from apps.core.middleware import client_address
from apps.tenants import selectors
from apps.tenants.access import Access, find_organization_access, find_project_access, key_permissions
from apps.tenants.impersonation import END_PATH, Impersonation, find_impersonation
from apps.tenants.models import ApiKey, User
from kernel import keys
from kernel.errors import InvalidApiKey, PermissionDenied
from kernel.networks import allows, read_address


class MismatchedOrganization(InvalidApiKey):
    code = "mismatched_organization"


class MismatchedProject(InvalidApiKey):
    code = "mismatched_project"


class KeyHolder:
    """The principal behind an API key: a project or an organization, not a person."""

    is_authenticated = True
    is_active = True


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer sk-fin-…`. Takes no notice of cookies."""

    def authenticate(self, request: Request) -> tuple[KeyHolder, Caller] | None:
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, value = header.partition(" ")
        row = selectors.find_key(value.strip()) if scheme.lower() == "bearer" else None
        if row is None:
            raise AuthenticationFailed(f"Incorrect API key provided: {_shown(value.strip())}.")
        if not allows(tuple(row.networks), read_address(client_address(request))):
            raise PermissionDenied("Requests with this API key are not allowed from this address.")
        _require_named(request, row)
        _identify(row)
        return KeyHolder(), Caller(
            tenant_id=row.tenant_id,
            project_id=row.project_id or "",
            user_id=row.user_id,
            key_id=row.id,
            permissions=key_permissions(row),
        )

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _require_named(request: Request, row: ApiKey) -> None:
    """A key is of one organization and, an admin's aside, of one project: to name another is a mistake."""
    for name, own, refusal in (
        ("organization", row.tenant_id, MismatchedOrganization),
        ("project", row.project_id, MismatchedProject),
    ):
        header = f"OpenAI-{name.capitalize()}"
        if own and request.headers.get(header) not in (None, "", own):
            raise refusal(f"{header} header should match {name} for API key", param=header)


def _shown(value: str) -> str:
    # What was sent may be a secret of another system, so little of it is repeated.
    return keys.redacted(value) if keys.is_well_formed(value) else "***"


def _identify(row: ApiKey) -> None:
    actor.identify(
        "api_key",
        key_id=row.id,
        user_id=row.user_id or "",
        email=row.user.email if row.user else "",
        service_account_id=row.service_account_id or "",
    )


class SessionAuthentication(authentication.BaseAuthentication):
    """The dashboard: allauth's session cookie (with CSRF) or session token; headers name what it is about."""

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        found = XSessionTokenAuthentication().authenticate(request)
        session: Any = found[1] if found else request.session
        found = found or authentication.SessionAuthentication().authenticate(request)
        if not found:
            return None
        user = found[0]
        impersonation = find_impersonation(user, session)
        tenant_id = request.headers.get("OpenAI-Organization", "")
        if impersonation:
            actor.identify("staff", user_id=user.id, email=user.email, staff_email=user.email)
            _look_on(request, impersonation)
            user, tenant_id = impersonation.person, impersonation.tenant_id
        else:
            actor.identify("session", user_id=user.id, email=user.email)
        access = _named_access(user, request.headers.get("OpenAI-Project", ""), tenant_id)
        bound_to = impersonation.tenant_id if impersonation else ""
        return user, Caller(
            tenant_id=access.tenant_id if access else bound_to,
            project_id=access.project_id if access else "",
            user_id=user.id,
            permissions=access.permissions if access else frozenset(),
            is_fresh=_is_fresh(session),
            is_impersonated=impersonation is not None,
        )


def _look_on(request: Request, impersonation: Impersonation) -> None:
    """Before any view: whoever looks on writes nothing, and each read is in the organization's log.

    Raises ImpersonationReadOnly.
    """
    request._request.impersonation = impersonation  # type: ignore[attr-defined]  # shown by /api/me
    if request.path == END_PATH:
        return
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        raise ImpersonationReadOnly("Staff who look at an organization cannot change it.")
    named = list((request.parser_context or {}).get("kwargs", {}).values())
    record(
        impersonation.tenant_id,
        "staff.read",
        resource_id=str(named[-1] if named else impersonation.tenant_id)[:200],
        after={"as": impersonation.person.id, "path": request.path[:200]},
    )


def _named_access(user: User, project_id: str, tenant_id: str) -> Access | None:
    """What a request names, if it is the person's; a project is more than its organization."""
    if project_id:
        found = find_project_access(user.id, project_id)
        return found if found and tenant_id in ("", found.tenant_id) else None
    return find_organization_access(user.id, tenant_id) if tenant_id else None


def _is_fresh(session: Any) -> bool:
    """Whether the session proved who it is within ACCOUNT_REAUTHENTICATION_TIMEOUT."""
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    newest = max((record.get("at", 0.0) for record in records), default=0.0)
    return bool(time.time() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How drf-spectacular names the key in the published schema."""

    target_class = ApiKeyAuthentication
    name = "ApiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """As above, for the dashboard's cookie."""

    target_class = SessionAuthentication
    name = "DashboardSession"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
