"""The signed-in person, their invitations, and what they do to an organization as a whole."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.tenants import selectors, services
from apps.tenants.api import NamedOrganizationView, PersonView
from apps.tenants.impersonation import end_impersonation
from apps.tenants.serializers import (
    DeletedOutput,
    InviteTokenInput,
    LeftOutput,
    MeOutput,
    NameInput,
    OfferOutput,
    OrganizationOutput,
    PersonNameInput,
    TransferInput,
    UserOutput,
)
from kernel.policy import Action


class MeView(PersonView):
    """GET, POST, DELETE /api/me: who is signed in, and where they belong."""

    inputs = {"POST": PersonNameInput}

    sensitive = frozenset({"DELETE"})

    @extend_schema(operation_id="getMe", responses=MeOutput)
    def get(self, request: Request) -> Response:
        impersonation = getattr(request._request, "impersonation", None)
        own = selectors.list_organizations(self.person)
        if impersonation:
            own = [found for found in own if found.organization.id == impersonation.tenant_id]
        body = {"user": self.person, "impersonation": impersonation, "organizations": own}
        return Response(MeOutput(body).data)

    @extend_schema(operation_id="updateMe", responses=UserOutput)
    def post(self, request: Request) -> Response:
        body = self.fields()
        return Response(UserOutput(services.rename_person(self.person, **body)).data)

    @extend_schema(operation_id="deleteMe", responses={200: DeletedOutput})
    def delete(self, request: Request) -> Response:
        user_id = self.person.id
        services.delete_person(self.person)
        request.session.flush()
        return Response({"id": user_id, "object": "user.deleted", "deleted": True})


class EndImpersonationView(PersonView):
    """POST /api/impersonation/end: a member of staff is themselves again."""

    @extend_schema(operation_id="endImpersonation", request=None, responses=LeftOutput)
    def post(self, request: Request) -> Response:
        end_impersonation(request.session)
        return Response({"left": True})


class LookUpInvitationView(PersonView):
    """POST /api/invitations/lookup: what a token offers. Open to everybody who holds one."""

    inputs = {"POST": InviteTokenInput}

    authentication_classes = []
    permission_classes = []

    @extend_schema(operation_id="lookUpInvitation", responses=OfferOutput)
    def post(self, request: Request) -> Response:
        body = self.fields()
        return Response(OfferOutput(services.look_up_invite(body["token"])).data)


class AcceptInvitationView(PersonView):
    """POST /api/invitations/accept. 403 wrong_account, 404."""

    inputs = {"POST": InviteTokenInput}

    @extend_schema(operation_id="acceptInvitation", responses=OrganizationOutput)
    def post(self, request: Request) -> Response:
        body = self.fields()
        tenant_id = services.accept_invite(body["token"], self.person)
        own = selectors.list_organizations(self.person)
        [joined] = [found for found in own if found.organization.id == tenant_id]
        return Response(OrganizationOutput(joined).data)


class OrganizationView(NamedOrganizationView):
    """POST /api/organizations/{id}: rename."""

    actions = {"POST": Action.ORGANIZATION_UPDATE}
    inputs = {"POST": NameInput}

    @extend_schema(operation_id="updateOrganization", responses=OrganizationOutput)
    def post(self, request: Request, organization_id: str) -> Response:
        body = self.fields()
        services.rename_organization(self.caller.tenant_id, **body)
        own = selectors.list_organizations(request.user)  # type: ignore[arg-type]  # a session's
        [renamed] = [found for found in own if found.organization.id == organization_id]
        return Response(OrganizationOutput(renamed).data)


class LeaveOrganizationView(NamedOrganizationView):
    """POST /api/organizations/{id}/leave. 400 last_owner."""

    actions = {"POST": Action.ORGANIZATION_LEAVE}

    @extend_schema(operation_id="leaveOrganization", request=None, responses=LeftOutput)
    def post(self, request: Request, organization_id: str) -> Response:
        services.leave_organization(self.caller.tenant_id, user_id=str(self.caller.user_id))
        return Response({"left": True})


class TransferOrganizationView(NamedOrganizationView):
    """POST /api/organizations/{id}/transfer: another member becomes the owner."""

    actions = {"POST": Action.ORGANIZATION_TRANSFER}
    inputs = {"POST": TransferInput}

    @extend_schema(operation_id="transferOrganization", responses=TransferInput)
    def post(self, request: Request, organization_id: str) -> Response:
        body = self.fields()
        to_user_id = body["user_id"]
        services.transfer_ownership(
            self.caller.tenant_id, from_user_id=str(self.caller.user_id), to_user_id=to_user_id
        )
        return Response({"user_id": to_user_id})
