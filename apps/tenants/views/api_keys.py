"""Keys that people make in the dashboard."""

from datetime import timedelta

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.pagination import as_list, paginate
from apps.core.tenancy import tenant_scope
from apps.tenants import selectors, services
from apps.tenants.api import DashboardProjectView
from apps.tenants.key_serializers import (
    ApiKeyListOutput,
    ApiKeyOutput,
    CreateApiKeyInput,
    KeyBoundsInput,
    ListOwnKeysQuery,
    NewApiKeyOutput,
    RotateApiKeyInput,
    SessionKeyOutput,
)
from apps.tenants.models import ApiKey
from apps.tenants.render import api_key_body
from apps.tenants.serializers import (
    DeletedOutput,
    seconds,
)
from apps.tenants.services.api_keys import create_session_key
from kernel.policy import Action


def key_bodies(tenant_id: str, rows: list[ApiKey]) -> list[dict[str, object]]:
    """Keys of one project as OpenAI's objects."""
    working = selectors.ids_of_working_keys(tenant_id, rows)
    roles = selectors.roles_of_owners(tenant_id, rows)
    return [
        api_key_body(row, is_working=row.id in working, role=roles.get(row.user_id or "", "")) for row in rows
    ]


def new_key_body(made: services.NewKey) -> dict[str, object]:
    """A key that was made a moment ago, with the value that is shown this once."""
    tenant_id, project_id = made.row.tenant_id, made.row.project_id
    [body] = key_bodies(tenant_id, [selectors.get_api_key(tenant_id, project_id, made.row.id)])
    return {**body, "value": made.value}


class ApiKeysView(DashboardProjectView):
    """GET, POST /api/projects/{id}/api_keys."""

    actions = {"GET": Action.API_KEY_READ_OWN, "POST": Action.API_KEY_WRITE_OWN}
    queries = {"GET": ListOwnKeysQuery}
    inputs = {"POST": CreateApiKeyInput}

    @extend_schema(operation_id="listApiKeys", responses=ApiKeyListOutput)
    def get(self, request: Request, project_id: str) -> Response:
        tenant_id = self.caller.tenant_id
        only_of = None if self.caller.may(Action.API_KEY_READ) else self.caller.user_id
        with tenant_scope(tenant_id):
            rows, has_more = paginate(selectors.api_keys(tenant_id, project_id, user_id=only_of), self.query)
        return Response(as_list(key_bodies(tenant_id, rows), has_more))

    @extend_schema(operation_id="createApiKey", responses={201: NewApiKeyOutput})
    def post(self, request: Request, project_id: str) -> Response:
        body = self.body()
        made = services.create_api_key(
            self.caller.tenant_id,
            project_id=project_id,
            user_id=str(self.caller.user_id),
            name=body.validated_data["name"],
            bounds=body.bounds(),
            expires_in=body.expires_in(),
        )
        return Response(new_key_body(made), status=201)


class ApiKeyView(DashboardProjectView):
    """POST, DELETE /api/projects/{id}/api_keys/{key id}: change, revoke."""

    actions = {"POST": Action.API_KEY_WRITE_OWN, "DELETE": Action.API_KEY_DELETE_OWN}
    inputs = {"POST": KeyBoundsInput}

    @extend_schema(operation_id="updateApiKey", responses=ApiKeyOutput)
    def post(self, request: Request, project_id: str, key_id: str) -> Response:
        body = self.body()
        tenant_id = self.caller.tenant_id
        services.update_api_key(
            tenant_id,
            project_id=project_id,
            key_id=key_id,
            only_of=self.caller.user_id,
            name=body.validated_data.get("name"),
            changes=body.changes(),
        )
        [changed] = key_bodies(tenant_id, [selectors.get_api_key(tenant_id, project_id, key_id)])
        return Response(changed)

    @extend_schema(operation_id="deleteApiKey", responses=DeletedOutput)
    def delete(self, request: Request, project_id: str, key_id: str) -> Response:
        row = services.revoke_api_key(
            self.caller.tenant_id,
            project_id=project_id,
            key_id=key_id,
            only_of=None if self.caller.may(Action.API_KEY_DELETE) else self.caller.user_id,
        )
        return Response({"id": row.id, "object": "organization.project.api_key.deleted", "deleted": True})


class RotateApiKeyView(DashboardProjectView):
    """POST /api/projects/{id}/api_keys/{key id}/rotate: a new value, and a while in which both work."""

    actions = {"POST": Action.API_KEY_WRITE_OWN}
    inputs = {"POST": RotateApiKeyInput}

    @extend_schema(operation_id="rotateApiKey", responses={201: NewApiKeyOutput})
    def post(self, request: Request, project_id: str, key_id: str) -> Response:
        body = self.fields()
        made = services.rotate_api_key(
            self.caller.tenant_id,
            project_id=project_id,
            key_id=key_id,
            only_of=self.caller.user_id,
            overlap=timedelta(seconds=body["overlap_seconds"]),
        )
        return Response(new_key_body(made), status=201)


class SessionKeysView(DashboardProjectView):
    """POST /api/projects/{id}/session_keys: a key of one hour for the playground."""

    actions = {"POST": Action.MODEL_REQUEST}

    @extend_schema(operation_id="createSessionKey", request=None, responses={201: SessionKeyOutput})
    def post(self, request: Request, project_id: str) -> Response:
        made = create_session_key(
            self.caller.tenant_id, project_id=project_id, user_id=str(self.caller.user_id)
        )
        return Response({"value": made.value, "expires_at": seconds(made.row.expires_at)}, status=201)
