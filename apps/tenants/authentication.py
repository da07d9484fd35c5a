"""Who calls: an API key, or a person signed in to the dashboard."""

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.core.caller import Caller
from apps.tenants import selectors
from apps.tenants.models import User
from kernel import keys


class KeyHolder:
    """The principal behind an API key: a project, not a person."""

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
            shown = keys.redacted(value.strip()) if len(value.strip()) > 20 else "***"
            raise AuthenticationFailed(f"Incorrect API key provided: {shown}.")
        caller = Caller(
            tenant_id=row.tenant_id, project_id=row.project_id, user_id=row.user_id, key_id=row.id
        )
        return KeyHolder(), caller

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class SessionAuthentication(authentication.BaseAuthentication):
    """The dashboard: allauth's session cookie (with CSRF) or session token; a header names the project."""

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        found = XSessionTokenAuthentication().authenticate(
            request
        ) or authentication.SessionAuthentication().authenticate(request)
        if not found:
            return None
        user = found[0]
        project_id = request.headers.get("OpenAI-Project", "")
        project = selectors.find_project_of_member(user, project_id) if project_id else None
        return user, Caller(
            tenant_id=project.tenant_id if project else "",
            project_id=project.id if project else "",
            user_id=user.id,
        )


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
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
