"""The dashboard's account calls: a person's session, never an API key."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.tenants import selectors, services
from apps.tenants.authentication import SessionAuthentication
from apps.tenants.models import User
from apps.tenants.serializers import (
    ApiKeyListOutput,
    ApiKeyOutput,
    CreateApiKeyInput,
    DeletedOutput,
    MeOutput,
    NewApiKeyOutput,
    SessionKeyOutput,
)
from kernel.errors import NotFound


class DashboardView(APIView):
    """A view for signed-in people."""

    authentication_classes = [SessionAuthentication]

    @property
    def person(self) -> User:
        return cast(User, self.request.user)

    def tenant_of(self, project_id: str) -> str:
        """The organization of a project that the person may use.

        Raises:
            NotFound: missing, or somebody else's: the same answer.
        """
        project = selectors.find_project_of_member(self.person, project_id)
        if project is None:
            raise NotFound("No such project.", param="project_id")
        return project.tenant_id


class MeView(DashboardView):
    """GET /api/me: who is signed in, and where they belong."""

    @extend_schema(operation_id="getMe", responses=MeOutput)
    def get(self, request: Request) -> Response:
        organizations = selectors.list_organizations(self.person)
        return Response(MeOutput({"user": self.person, "organizations": organizations}).data)


class ApiKeysView(DashboardView):
    """GET, POST /api/projects/{id}/api_keys."""

    @extend_schema(operation_id="listApiKeys", responses=ApiKeyListOutput)
    def get(self, request: Request, project_id: str) -> Response:
        rows = selectors.list_api_keys(self.tenant_of(project_id), project_id)
        return Response(ApiKeyListOutput({"object": "list", "data": rows}).data)

    @extend_schema(operation_id="createApiKey", request=CreateApiKeyInput, responses={201: NewApiKeyOutput})
    def post(self, request: Request, project_id: str) -> Response:
        tenant_id = self.tenant_of(project_id)
        body = CreateApiKeyInput(data=request.data)
        body.is_valid(raise_exception=True)
        made = services.create_api_key(
            tenant_id,
            project_id=project_id,
            user_id=self.person.id,
            name=body.validated_data["name"],
        )
        return Response({**ApiKeyOutput(made.row).data, "value": made.value}, status=201)


class ApiKeyView(DashboardView):
    """DELETE /api/projects/{id}/api_keys/{key id}: revoke."""

    @extend_schema(operation_id="deleteApiKey", responses=DeletedOutput)
    def delete(self, request: Request, project_id: str, key_id: str) -> Response:
        row = services.revoke_api_key(self.tenant_of(project_id), project_id=project_id, key_id=key_id)
        return Response({"id": row.id, "object": "organization.project.api_key.deleted", "deleted": True})


class SessionKeysView(DashboardView):
    """POST /api/projects/{id}/session_keys: a key of one hour for the playground."""

    @extend_schema(operation_id="createSessionKey", request=None, responses={201: SessionKeyOutput})
    def post(self, request: Request, project_id: str) -> Response:
        made = services.create_api_key(
            self.tenant_of(project_id),
            project_id=project_id,
            user_id=self.person.id,
            name="Dashboard",
            is_session=True,
        )
        assert made.row.expires_at is not None
        return Response({"value": made.value, "expires_at": int(made.row.expires_at.timestamp())}, status=201)
