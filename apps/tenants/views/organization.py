"""OpenAI's admin API: users, invites and admin keys."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import OrganizationView
from apps.core.pagination import PageQuery, as_list, paginate
from apps.core.tenancy import tenant_scope
from apps.tenants import key_serializers as key_shapes
from apps.tenants import selectors, services
from apps.tenants import serializers as shapes
from apps.tenants.render import admin_key_body, invite_body, member_body
from apps.tenants.services.invites import InviteRequest
from kernel.policy import Action


class UsersView(OrganizationView):
    """GET /v1/organization/users."""

    actions = {"GET": Action.USER_READ}
    queries = {"GET": shapes.ListUsersQuery}

    @extend_schema(operation_id="listUsers", responses=shapes.MemberListOutput)
    def get(self, request: Request) -> Response:
        tenant_id = self.caller.tenant_id
        emails = self.query.get("emails")
        with tenant_scope(tenant_id):
            rows = selectors.members(tenant_id)
            if emails:
                rows = rows.filter(user__email__in=[email.lower() for email in emails])
            page, has_more = paginate(rows, self.query, newest_first=False, by="user_id")
        return Response(as_list([member_body(row) for row in page], has_more))


class UserView(OrganizationView):
    """GET, POST, DELETE /v1/organization/users/{user id}. 400 last_owner."""

    actions = {"GET": Action.USER_READ, "POST": Action.USER_WRITE, "DELETE": Action.USER_WRITE}
    inputs = {"POST": shapes.ChangeRoleInput}

    @extend_schema(operation_id="retrieveUser", responses=shapes.MemberOutput)
    def get(self, request: Request, user_id: str) -> Response:
        return Response(member_body(selectors.get_member(self.caller.tenant_id, user_id)))

    @extend_schema(operation_id="modifyUser", responses=shapes.MemberOutput)
    def post(self, request: Request, user_id: str) -> Response:
        body = self.fields()
        row = services.change_role(
            self.caller.tenant_id,
            user_id=user_id,
            role=body["role"],
            may_write_owners=self.caller.may(Action.OWNER_WRITE),
        )
        return Response(member_body(row))

    @extend_schema(operation_id="deleteUser", responses=shapes.DeletedOutput)
    def delete(self, request: Request, user_id: str) -> Response:
        services.remove_member(
            self.caller.tenant_id, user_id=user_id, may_write_owners=self.caller.may(Action.OWNER_WRITE)
        )
        return Response({"id": user_id, "object": "organization.user.deleted", "deleted": True})


class InvitesView(OrganizationView):
    """GET, POST /v1/organization/invites."""

    actions = {"GET": Action.INVITE_READ, "POST": Action.INVITE_WRITE}
    queries = {"GET": PageQuery}
    inputs = {"POST": shapes.InviteInput}

    @extend_schema(operation_id="listInvites", responses=shapes.InviteListOutput)
    def get(self, request: Request) -> Response:
        return self.list_response(selectors.invites(self.caller.tenant_id), invite_body)

    @extend_schema(operation_id="inviteUser", responses=shapes.InviteOutput)
    def post(self, request: Request) -> Response:
        body = self.fields()
        fields = body
        row = services.invite_user(
            self.caller.tenant_id,
            InviteRequest(
                email=fields["email"],
                role=fields["role"],
                projects=tuple((seat["id"], seat["role"]) for seat in fields["projects"])
                if fields.get("projects") is not None
                else None,
            ),
            invited_by=self.caller.user_id,
            may_write_owners=self.caller.may(Action.OWNER_WRITE),
        )
        return Response(invite_body(row))


class InviteView(OrganizationView):
    """GET, DELETE /v1/organization/invites/{invite id}."""

    actions = {"GET": Action.INVITE_READ, "DELETE": Action.INVITE_WRITE}

    @extend_schema(operation_id="retrieveInvite", responses=shapes.InviteOutput)
    def get(self, request: Request, invite_id: str) -> Response:
        return Response(invite_body(selectors.get_invite(self.caller.tenant_id, invite_id)))

    @extend_schema(operation_id="deleteInvite", responses=shapes.DeletedOutput)
    def delete(self, request: Request, invite_id: str) -> Response:
        services.delete_invite(self.caller.tenant_id, invite_id=invite_id)
        return Response({"id": invite_id, "object": "organization.invite.deleted", "deleted": True})


class AdminKeysView(OrganizationView):
    """GET, POST /v1/organization/admin_api_keys."""

    actions = {"GET": Action.ADMIN_KEY_READ, "POST": Action.ADMIN_KEY_WRITE}
    queries = {"GET": PageQuery}
    inputs = {"POST": key_shapes.CreateAdminKeyInput}

    @extend_schema(operation_id="listAdminApiKeys", responses=key_shapes.AdminKeyListOutput)
    def get(self, request: Request) -> Response:
        tenant_id = self.caller.tenant_id
        with tenant_scope(tenant_id):
            rows, has_more = paginate(selectors.api_keys(tenant_id, None), self.query, newest_first=False)
        roles = selectors.roles_of_owners(tenant_id, rows)
        return Response(
            as_list([admin_key_body(row, roles.get(row.user_id or "", "")) for row in rows], has_more)
        )

    @extend_schema(
        operation_id="createAdminApiKey",
        responses=key_shapes.NewAdminKeyOutput,
    )
    def post(self, request: Request) -> Response:
        body = self.body()
        made = services.create_admin_key(
            self.caller.tenant_id,
            user_id=str(self.caller.user_id),
            name=body.validated_data["name"],
            expires_in=body.expires_in(),
        )
        return Response({**_admin_key(self.caller.tenant_id, made.row.id), "value": made.value})


class AdminKeyView(OrganizationView):
    """GET, DELETE /v1/organization/admin_api_keys/{key id}."""

    actions = {"GET": Action.ADMIN_KEY_READ, "DELETE": Action.ADMIN_KEY_WRITE}

    @extend_schema(operation_id="retrieveAdminApiKey", responses=key_shapes.AdminKeyOutput)
    def get(self, request: Request, key_id: str) -> Response:
        return Response(_admin_key(self.caller.tenant_id, key_id))

    @extend_schema(operation_id="deleteAdminApiKey", responses=shapes.DeletedOutput)
    def delete(self, request: Request, key_id: str) -> Response:
        services.revoke_admin_key(self.caller.tenant_id, key_id=key_id)
        return Response({"id": key_id, "object": "organization.admin_api_key.deleted", "deleted": True})


def _admin_key(tenant_id: str, key_id: str) -> dict[str, object]:
    row = selectors.get_api_key(tenant_id, None, key_id)
    return admin_key_body(row, selectors.roles_of_owners(tenant_id, [row]).get(row.user_id or "", ""))
