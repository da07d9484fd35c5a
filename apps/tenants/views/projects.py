"""OpenAI's admin API: projects, their users, service accounts and keys."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import OrganizationView
from apps.core.pagination import PageQuery, as_list, paginate
from apps.core.tenancy import tenant_scope
from apps.tenants import key_serializers as key_shapes
from apps.tenants import selectors, services
from apps.tenants import serializers as shapes
from apps.tenants.api import ProjectView
from apps.tenants.render import (
    project_body,
    project_member_body,
    service_account_body,
    service_account_key_body,
)
from apps.tenants.views.api_keys import key_bodies
from kernel.policy import Action


class ProjectsView(OrganizationView):
    """GET, POST /v1/organization/projects. A person sees their own projects, an admin key all."""

    actions = {"GET": Action.PROJECT_LIST, "POST": Action.PROJECT_CREATE}
    queries = {"GET": shapes.ListProjectsQuery}
    inputs = {"POST": shapes.NameInput}

    @extend_schema(operation_id="listProjects", responses=shapes.ProjectListOutput)
    def get(self, request: Request) -> Response:
        caller = self.caller
        rows = selectors.projects(
            caller.tenant_id,
            user_id=None if caller.key_id else caller.user_id,
            include_archived=self.query["include_archived"],
        )
        return self.list_response(rows, project_body)

    @extend_schema(operation_id="createProject", responses=shapes.ProjectOutput)
    def post(self, request: Request) -> Response:
        body = self.fields()
        return Response(project_body(services.create_project(self.caller.tenant_id, **body)))


class OneProjectView(ProjectView):
    """GET, POST /v1/organization/projects/{id}."""

    actions = {"GET": Action.PROJECT_READ, "POST": Action.PROJECT_UPDATE}
    inputs = {"POST": shapes.NameInput}

    @extend_schema(operation_id="retrieveProject", responses=shapes.ProjectOutput)
    def get(self, request: Request, project_id: str) -> Response:
        return Response(project_body(selectors.get_project(self.caller.tenant_id, project_id)))

    @extend_schema(operation_id="modifyProject", responses=shapes.ProjectOutput)
    def post(self, request: Request, project_id: str) -> Response:
        body = self.fields()
        row = services.rename_project(self.caller.tenant_id, project_id=project_id, **body)
        return Response(project_body(row))


class ArchiveProjectView(ProjectView):
    """POST /v1/organization/projects/{id}/archive. 400: the default project."""

    actions = {"POST": Action.PROJECT_ARCHIVE}

    @extend_schema(operation_id="archiveProject", request=None, responses=shapes.ProjectOutput)
    def post(self, request: Request, project_id: str) -> Response:
        return Response(project_body(services.archive_project(self.caller.tenant_id, project_id=project_id)))


class ProjectUsersView(ProjectView):
    """GET, POST /v1/organization/projects/{id}/users."""

    actions = {"GET": Action.PROJECT_USER_READ, "POST": Action.PROJECT_USER_WRITE}
    queries = {"GET": PageQuery}
    inputs = {"POST": shapes.AddProjectMemberInput}

    @extend_schema(operation_id="listProjectUsers", responses=shapes.ProjectMemberListOutput)
    def get(self, request: Request, project_id: str) -> Response:
        rows = selectors.project_members(self.caller.tenant_id, project_id)
        return self.list_response(rows, project_member_body, by="user_id")

    @extend_schema(
        operation_id="createProjectUser",
        responses=shapes.ProjectMemberOutput,
    )
    def post(self, request: Request, project_id: str) -> Response:
        body = self.fields()
        tenant_id = self.caller.tenant_id
        user_id = services.add_project_member(
            tenant_id,
            project_id=project_id,
            role=body["role"],
            user_id=body.get("user_id"),
            email=body.get("email"),
        )
        return Response(project_member_body(selectors.get_project_member(tenant_id, project_id, user_id)))


class ProjectUserView(ProjectView):
    """GET, POST, DELETE /v1/organization/projects/{id}/users/{user id}."""

    actions = {
        "GET": Action.PROJECT_USER_READ,
        "POST": Action.PROJECT_USER_WRITE,
        "DELETE": Action.PROJECT_USER_WRITE,
    }
    inputs = {"POST": shapes.ChangeProjectRoleInput}

    @extend_schema(operation_id="retrieveProjectUser", responses=shapes.ProjectMemberOutput)
    def get(self, request: Request, project_id: str, user_id: str) -> Response:
        row = selectors.get_project_member(self.caller.tenant_id, project_id, user_id)
        return Response(project_member_body(row))

    @extend_schema(
        operation_id="modifyProjectUser",
        responses=shapes.ProjectMemberOutput,
    )
    def post(self, request: Request, project_id: str, user_id: str) -> Response:
        body = self.fields()
        services.change_project_role(
            self.caller.tenant_id, project_id=project_id, user_id=user_id, role=body["role"]
        )
        return self.get(request, project_id, user_id)

    @extend_schema(operation_id="deleteProjectUser", responses=shapes.DeletedOutput)
    def delete(self, request: Request, project_id: str, user_id: str) -> Response:
        services.remove_project_member(self.caller.tenant_id, project_id=project_id, user_id=user_id)
        return Response({"id": user_id, "object": "organization.project.user.deleted", "deleted": True})


class ServiceAccountsView(ProjectView):
    """GET, POST /v1/organization/projects/{id}/service_accounts."""

    actions = {"GET": Action.SERVICE_ACCOUNT_READ, "POST": Action.SERVICE_ACCOUNT_WRITE}
    queries = {"GET": PageQuery}
    inputs = {"POST": shapes.CreateServiceAccountInput}

    @extend_schema(operation_id="listServiceAccounts", responses=shapes.ServiceAccountListOutput)
    def get(self, request: Request, project_id: str) -> Response:
        rows = selectors.service_accounts(self.caller.tenant_id, project_id)
        return self.list_response(rows, service_account_body)

    @extend_schema(
        operation_id="createServiceAccount",
        responses=shapes.NewServiceAccountOutput,
    )
    def post(self, request: Request, project_id: str) -> Response:
        body = self.fields()
        account, key = services.create_service_account(
            self.caller.tenant_id,
            project_id=project_id,
            name=body["name"],
            with_key=not body["create_service_account_only"],
        )
        return Response(
            {**service_account_body(account), "api_key": service_account_key_body(key) if key else None}
        )


class ServiceAccountView(ProjectView):
    """GET, POST, DELETE /v1/organization/projects/{id}/service_accounts/{account id}."""

    actions = {
        "GET": Action.SERVICE_ACCOUNT_READ,
        "POST": Action.SERVICE_ACCOUNT_WRITE,
        "DELETE": Action.SERVICE_ACCOUNT_WRITE,
    }
    inputs = {"POST": shapes.UpdateServiceAccountInput}

    @extend_schema(operation_id="retrieveServiceAccount", responses=shapes.ServiceAccountOutput)
    def get(self, request: Request, project_id: str, service_account_id: str) -> Response:
        row = selectors.get_service_account(self.caller.tenant_id, project_id, service_account_id)
        return Response(service_account_body(row))

    @extend_schema(
        operation_id="updateServiceAccount",
        responses=shapes.ServiceAccountOutput,
    )
    def post(self, request: Request, project_id: str, service_account_id: str) -> Response:
        body = self.fields()
        row = services.update_service_account(
            self.caller.tenant_id,
            project_id=project_id,
            account_id=service_account_id,
            name=body.get("name"),
            role=body.get("role"),
        )
        return Response(service_account_body(row))

    @extend_schema(operation_id="deleteServiceAccount", responses=shapes.DeletedOutput)
    def delete(self, request: Request, project_id: str, service_account_id: str) -> Response:
        services.delete_service_account(
            self.caller.tenant_id, project_id=project_id, account_id=service_account_id
        )
        return Response(
            {
                "id": service_account_id,
                "object": "organization.project.service_account.deleted",
                "deleted": True,
            }
        )


class ServiceAccountKeysView(ProjectView):
    """POST /v1/organization/projects/{id}/service_accounts/{account id}/api_keys."""

    actions = {"POST": Action.SERVICE_ACCOUNT_WRITE}
    inputs = {"POST": key_shapes.CreateServiceAccountKeyInput}

    @extend_schema(
        operation_id="createServiceAccountApiKey",
        responses=shapes.ServiceAccountKeyOutput,
    )
    def post(self, request: Request, project_id: str, service_account_id: str) -> Response:
        body = self.fields()
        made = services.create_service_account_key(
            self.caller.tenant_id,
            project_id=project_id,
            account_id=service_account_id,
            name=body["name"],
            scopes=tuple(body["scopes"]) if body["scopes"] else None,
        )
        return Response(service_account_key_body(made))


class ProjectApiKeysView(ProjectView):
    """GET /v1/organization/projects/{id}/api_keys."""

    actions = {"GET": Action.API_KEY_READ}
    queries = {"GET": key_shapes.ListKeysQuery}

    @extend_schema(operation_id="listProjectApiKeys", responses=key_shapes.ApiKeyListOutput)
    def get(self, request: Request, project_id: str) -> Response:
        tenant_id = self.caller.tenant_id
        wanted = self.query["owner_project_access"]
        with tenant_scope(tenant_id):
            rows = selectors.api_keys(tenant_id, project_id)
            page, has_more = paginate(rows, self.query)
        bodies = key_bodies(tenant_id, page)
        if wanted != "any":
            bodies = [body for body in bodies if body["owner_project_access"] == wanted]
        return Response(as_list(bodies, has_more))


class ProjectApiKeyView(ProjectView):
    """GET, DELETE /v1/organization/projects/{id}/api_keys/{key id}."""

    actions = {"GET": Action.API_KEY_READ, "DELETE": Action.API_KEY_DELETE}

    @extend_schema(operation_id="retrieveProjectApiKey", responses=key_shapes.ApiKeyOutput)
    def get(self, request: Request, project_id: str, key_id: str) -> Response:
        tenant_id = self.caller.tenant_id
        [body] = key_bodies(tenant_id, [selectors.get_api_key(tenant_id, project_id, key_id)])
        return Response(body)

    @extend_schema(operation_id="deleteProjectApiKey", responses=shapes.DeletedOutput)
    def delete(self, request: Request, project_id: str, key_id: str) -> Response:
        services.revoke_api_key(self.caller.tenant_id, project_id=project_id, key_id=key_id)
        return Response({"id": key_id, "object": "organization.project.api_key.deleted", "deleted": True})
