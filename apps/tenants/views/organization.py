"""OpenAI's admin API: users, invites, admin keys and the audit log."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.audit.selectors import AuditFilters, audit_events, iterate_audit_events
from apps.audit.services import record
from apps.core.api import OrganizationView
from apps.core.pagination import as_list, paginate
from apps.core.tenancy import tenant_scope
from apps.tenants import key_serializers as key_shapes
from apps.tenants import selectors, services
from apps.tenants import serializers as shapes
from apps.tenants.render import admin_key_body, audit_body, invite_body, member_body
from apps.tenants.services.invites import InviteRequest
from kernel.errors import InvalidRequest
from kernel.policy import Action

if TYPE_CHECKING:
    from apps.audit.models import AuditEvent

_LISTS = ("project_ids", "event_types", "actor_ids", "actor_emails", "resource_ids")
_AUDIT_PARAMETERS = [
    *(OpenApiParameter(f"effective_at[{lookup}]", int) for lookup in ("gt", "gte", "lt", "lte")),
    *(OpenApiParameter(f"{name}[]", str, many=True) for name in _LISTS),
]
_CSV_COLUMNS = (
    "sequence", "created_at", "type", "actor_kind", "actor_id", "actor_email", "key_id", "staff_email",
    "ip_address", "user_agent", "request_id", "project_id", "resource_id", "before", "after", "previous_hash",
    "hash", "id", "service_account_id", "tenant_id",
)  # fmt: skip


class UsersView(OrganizationView):
    """GET /v1/organization/users."""

    actions = {"GET": Action.USER_READ}

    @extend_schema(operation_id="listUsers", responses=shapes.MemberListOutput)
    def get(self, request: Request) -> Response:
        tenant_id = self.caller.tenant_id
        emails = _listed(request, "emails")
        with tenant_scope(tenant_id):
            rows = selectors.members(tenant_id)
            if emails:
                rows = rows.filter(user__email__in=[email.lower() for email in emails])
            page, has_more = paginate(
                rows, request, default_limit=20, max_limit=100, newest_first=False, by="user_id"
            )
        return Response(as_list([member_body(row) for row in page], has_more))


class UserView(OrganizationView):
    """GET, POST, DELETE /v1/organization/users/{user id}. 400 last_owner."""

    actions = {"GET": Action.USER_READ, "POST": Action.USER_WRITE, "DELETE": Action.USER_WRITE}

    @extend_schema(operation_id="retrieveUser", responses=shapes.MemberOutput)
    def get(self, request: Request, user_id: str) -> Response:
        return Response(member_body(selectors.get_member(self.caller.tenant_id, user_id)))

    @extend_schema(operation_id="modifyUser", request=shapes.ChangeRoleInput, responses=shapes.MemberOutput)
    def post(self, request: Request, user_id: str) -> Response:
        body = shapes.ChangeRoleInput(data=request.data)
        body.is_valid(raise_exception=True)
        row = services.change_role(
            self.caller.tenant_id,
            user_id=user_id,
            role=body.validated_data["role"],
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

    @extend_schema(operation_id="listInvites", responses=shapes.InviteListOutput)
    def get(self, request: Request) -> Response:
        return self.list_response(selectors.invites(self.caller.tenant_id), invite_body)

    @extend_schema(operation_id="inviteUser", request=shapes.InviteInput, responses=shapes.InviteOutput)
    def post(self, request: Request) -> Response:
        body = shapes.InviteInput(data=request.data)
        body.is_valid(raise_exception=True)
        fields = body.validated_data
        row = services.invite_user(
            self.caller.tenant_id,
            InviteRequest(
                email=fields["email"],
                role=fields["role"],
                projects=tuple((seat["id"], seat["role"]) for seat in fields.get("projects", [])),
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

    @extend_schema(operation_id="listAdminApiKeys", responses=key_shapes.AdminKeyListOutput)
    def get(self, request: Request) -> Response:
        tenant_id = self.caller.tenant_id
        with tenant_scope(tenant_id):
            rows, has_more = paginate(
                selectors.api_keys(tenant_id, None),
                request,
                default_limit=20,
                max_limit=100,
                newest_first=False,
            )
        roles = selectors.roles_of_owners(tenant_id, rows)
        return Response(
            as_list([admin_key_body(row, roles.get(row.user_id or "", "")) for row in rows], has_more)
        )

    @extend_schema(
        operation_id="createAdminApiKey",
        request=key_shapes.CreateAdminKeyInput,
        responses=key_shapes.NewAdminKeyOutput,
    )
    def post(self, request: Request) -> Response:
        body = key_shapes.CreateAdminKeyInput(data=request.data)
        body.is_valid(raise_exception=True)
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


class AuditLogsView(OrganizationView):
    """GET /v1/organization/audit_logs, newest first."""

    actions = {"GET": Action.AUDIT_READ}

    @extend_schema(operation_id="listAuditLogs", parameters=_AUDIT_PARAMETERS, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        tenant_id = self.caller.tenant_id
        with tenant_scope(tenant_id):
            rows = audit_events(tenant_id, audit_filters(request))
            page, has_more = paginate(rows, request, default_limit=20, max_limit=100)
        names = selectors.project_names(tenant_id, {row.project_id for row in page})
        return Response(as_list([audit_body(row, names) for row in page], has_more))


class AuditLogsExportView(OrganizationView):
    """GET /v1/organization/audit_logs/export?format=jsonl|csv: all that match, oldest first, every column."""

    actions = {"GET": Action.AUDIT_READ}

    @extend_schema(
        operation_id="exportAuditLogs",
        parameters=[OpenApiParameter("format", str, enum=["jsonl", "csv"]), *_AUDIT_PARAMETERS],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        tenant_id, filters = self.caller.tenant_id, audit_filters(request)
        kind = request.query_params.get("format") or "jsonl"
        if kind not in ("jsonl", "csv"):
            raise InvalidRequest("'format' must be jsonl or csv.", param="format")
        record(tenant_id, "audit_log.exported", resource_id=tenant_id)
        rows = iterate_audit_events(tenant_id, filters)
        return StreamingHttpResponse(
            _as_csv(rows) if kind == "csv" else _as_jsonl(rows),
            content_type="text/csv; charset=utf-8" if kind == "csv" else "application/jsonl",
            headers={"Content-Disposition": f'attachment; filename="audit-log.{kind}"'},
        )

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        # `format` is ours here, not DRF's choice of a renderer
        renderer = self.renderer_classes[0]()
        return renderer, renderer.media_type


def audit_filters(request: Request) -> AuditFilters:
    """OpenAI's query parameters. Raises InvalidRequest."""
    times = {}
    for lookup in ("gt", "gte", "lt", "lte"):
        name = f"effective_at[{lookup}]"
        if text := request.query_params.get(name):
            if not re.fullmatch(r"[0-9]{1,11}", text):
                raise InvalidRequest(f"'{name}' must be Unix seconds.", param=name)
            times[lookup] = datetime.fromtimestamp(int(text), UTC)
    return AuditFilters(effective_at=times, **{name: tuple(_listed(request, name)) for name in _LISTS})


def _listed(request: Request, name: str) -> list[str]:
    """A list parameter in either spelling: `name[]=a&name[]=b` or `name=a&name=b`."""
    return request.query_params.getlist(f"{name}[]") + request.query_params.getlist(name)


def _columns(row: "AuditEvent") -> dict[str, object]:
    columns: dict[str, object] = {name: getattr(row, name) for name in _CSV_COLUMNS}
    return columns | {"created_at": row.created_at.isoformat(timespec="microseconds")}


def _as_jsonl(rows: Iterator["AuditEvent"]) -> Iterator[bytes]:
    for row in rows:
        yield json.dumps(_columns(row), ensure_ascii=False).encode() + b"\n"


def _as_csv(rows: Iterator["AuditEvent"]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_CSV_COLUMNS)
    for row in rows:
        writer.writerow([_cell(value) for value in _columns(row).values()])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def _cell(value: object) -> str:
    text = (
        json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict)
        else ""
        if value is None
        else str(value)
    )
    # A spreadsheet runs what begins like a formula.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
