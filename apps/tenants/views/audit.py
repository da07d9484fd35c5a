"""OpenAI's audit log. It is read here, above `apps.audit`, for it names projects."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.audit.selectors import audit_events, iterate_audit_events
from apps.audit.services import record
from apps.core.api import OrganizationView
from apps.core.pagination import as_list, paginate
from apps.core.tenancy import tenant_scope
from apps.tenants.audit_serializers import ExportAuditLogsQuery, ListAuditLogsQuery, audit_filters
from apps.tenants.render import audit_body
from apps.tenants.selectors import project_names
from kernel.policy import Action
from kernel.spreadsheets import as_csv

if TYPE_CHECKING:
    from apps.audit.models import AuditEvent

_CSV_COLUMNS = (
    "sequence", "created_at", "type", "actor_kind", "actor_id", "actor_email", "key_id", "staff_email",
    "ip_address", "user_agent", "request_id", "project_id", "resource_id", "before", "after", "previous_hash",
    "hash", "id", "service_account_id", "tenant_id",
)  # fmt: skip


class AuditLogsView(OrganizationView):
    """GET /v1/organization/audit_logs, newest first."""

    actions = {"GET": Action.AUDIT_READ}
    queries = {"GET": ListAuditLogsQuery}

    @extend_schema(operation_id="listAuditLogs", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        tenant_id = self.caller.tenant_id
        with tenant_scope(tenant_id):
            rows = audit_events(tenant_id, audit_filters(self.query))
            page, has_more = paginate(rows, self.query)
        names = project_names(tenant_id, {row.project_id for row in page})
        return Response(as_list([audit_body(row, names) for row in page], has_more))


class AuditLogsExportView(OrganizationView):
    """GET /v1/organization/audit_logs/export?format=jsonl|csv: all that match, oldest first, every column."""

    actions = {"GET": Action.AUDIT_READ}
    queries = {"GET": ExportAuditLogsQuery}

    @extend_schema(
        operation_id="exportAuditLogs",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        tenant_id, filters = self.caller.tenant_id, audit_filters(self.query)
        kind = self.query["format"]
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


def _columns(row: "AuditEvent") -> dict[str, object]:
    columns: dict[str, object] = {name: getattr(row, name) for name in _CSV_COLUMNS}
    return columns | {"created_at": row.created_at.isoformat(timespec="microseconds")}


def _as_jsonl(rows: Iterator["AuditEvent"]) -> Iterator[bytes]:
    for row in rows:
        yield json.dumps(_columns(row), ensure_ascii=False).encode() + b"\n"


def _as_csv(rows: Iterator["AuditEvent"]) -> Iterator[bytes]:
    yield as_csv([_CSV_COLUMNS])
    for row in rows:
        yield as_csv([[_cell(value) for value in _columns(row).values()]])


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
