"""POST /api/organizations."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.onboarding import services
from apps.tenants.api import PersonView
from apps.tenants.selectors import list_organizations
from apps.tenants.serializers import NameInput, OrganizationOutput


class OrganizationsView(PersonView):
    """POST /api/organizations: 201 with the organization and its default project."""

    inputs = {"POST": NameInput}

    @extend_schema(
        operation_id="createOrganization",
        responses={201: OrganizationOutput},
    )
    def post(self, request: Request) -> Response:
        body = self.fields()
        made = services.open_account(self.person.id, name=body["name"])
        [own] = [found for found in list_organizations(self.person) if found.organization.id == made.id]
        return Response(OrganizationOutput(own).data, status=201)
