"""Taking everything along, and the end of an organization."""

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.pagination import PageQuery
from apps.privacy import selectors, services
from apps.privacy.serializers import DeleteOrganizationInput, ExportListOutput, ExportOutput
from apps.tenants.api import NamedOrganizationView
from apps.tenants.serializers import DeletedOutput
from apps.tenants.views import account
from kernel.policy import Action


class OrganizationView(account.OrganizationView):
    """POST, DELETE /api/organizations/{id}: rename; close at once and erase."""

    actions = {**account.OrganizationView.actions, "DELETE": Action.ORGANIZATION_DELETE}
    inputs = {**account.OrganizationView.inputs, "DELETE": DeleteOrganizationInput}

    @extend_schema(operation_id="deleteOrganization", responses={202: DeletedOutput})
    def delete(self, request: Request, organization_id: str) -> Response:
        body = self.fields()
        services.delete_organization(self.caller.tenant_id, **body)
        deleted = {"id": organization_id, "object": "organization.deleted", "deleted": True}
        return Response(DeletedOutput(deleted).data, status=202)


class ExportsView(NamedOrganizationView):
    """GET, POST /api/organizations/{id}/exports: what there is; one more, or the one that is queued."""

    actions = {"GET": Action.EXPORT_READ, "POST": Action.ORGANIZATION_EXPORT}
    queries = {"GET": PageQuery}

    @extend_schema(operation_id="listOrganizationExports", responses=ExportListOutput)
    def get(self, request: Request, organization_id: str) -> Response:
        rows = selectors.exports(self.caller.tenant_id)
        return self.list_response(rows, lambda row: ExportOutput(row).data)

    @extend_schema(operation_id="createOrganizationExport", request=None, responses={200: ExportOutput})
    def post(self, request: Request, organization_id: str) -> Response:
        export = services.request_export(self.caller.tenant_id, user_id=str(self.caller.user_id))
        return Response(ExportOutput(export).data)


class ExportContentView(NamedOrganizationView):
    """GET /api/organizations/{id}/exports/{export id}/content: the archive, streamed. 404."""

    actions = {"GET": Action.ORGANIZATION_EXPORT}

    @extend_schema(
        operation_id="downloadOrganizationExport", responses={(200, "application/zip"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, organization_id: str, export_id: str) -> FileResponse:
        export, content = services.open_export(self.caller.tenant_id, export_id)
        return FileResponse(
            content,
            as_attachment=True,
            filename=f"finery-{export.created_at:%Y-%m-%d}.zip",
            content_type="application/zip",
            headers={"X-Content-Type-Options": "nosniff"},
        )
