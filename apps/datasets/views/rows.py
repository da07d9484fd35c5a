"""What a file says, row by row: the report, rows, comparisons, exports."""

from pathlib import PurePath
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import TenantView
from apps.datasets import selectors, services
from apps.datasets.models import File
from apps.datasets.serializers import reports, rows
from apps.datasets.serializers.operations import PreviewMappingInput
from apps.datasets.services.leases import require_read
from kernel import wire
from kernel.policy import Action
from kernel.rows import Mapping

_MEDIA_TYPES = {
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


class FileReportView(TenantView):
    """GET /v1/files/{file_id}/report: what validation found, line by line. 404."""

    actions = {"GET": Action.FILE_READ}

    @extend_schema(operation_id="retrieveFileReport", responses=reports.FileReportOutput)
    def get(self, request: Request, file_id: str) -> Response:
        file = selectors.get_file(self.caller.tenant_id, file_id, project_id=self.caller.project_id)
        return Response(reports.render_report(file))


class FileRowsView(TenantView):
    """GET /v1/files/{file_id}/rows: sound rows in plain form; found ones; or those with errors. 400, 404."""

    actions = {"GET": Action.FILE_READ}
    queries = {"GET": rows.ListRowsQuery}

    @extend_schema(operation_id="listFileRows", responses=rows.RowListOutput)
    def get(self, request: Request, file_id: str) -> Response:
        file = selectors.get_file(self.caller.tenant_id, file_id, project_id=self.caller.project_id)
        require_read(file, param="id")
        return Response(rows.render_rows(file, _page(file, self.query)))


def _page(file: File, query: dict[str, Any]) -> selectors.RowPage:
    tenant_id, after, limit = file.tenant_id, query["after"], query["limit"]
    label = query.get("label")
    if "only" in query:
        return selectors.list_bad_rows(tenant_id, file, after=after, limit=limit)
    if query["search"] or label is not None:
        text = query["search"]
        return selectors.search_rows(tenant_id, file, after=after, limit=limit, text=text, label=label)
    return selectors.list_rows(tenant_id, file, after=after, line=query["line"], limit=limit)


class FileMappingView(TenantView):
    """POST /v1/files/{file_id}/mapping: what a mapping would make of the first rows. Keeps nothing. 404."""

    actions = {"POST": Action.FILE_READ}
    inputs = {"POST": PreviewMappingInput}

    @extend_schema(
        operation_id="previewFileMapping",
        responses={200: reports.MappingPreviewOutput},
    )
    def post(self, request: Request, file_id: str) -> Response:
        body = self.fields()
        found = services.preview_mapping(
            self.caller.tenant_id,
            file_id,
            wire.convert(body["mapping"], Mapping),
            project_id=self.caller.project_id,
            rows=body["limit"],
        )
        return Response({"object": "mapping.preview", **found})


class FileOverlapView(TenantView):
    """GET /v1/files/{file_id}/overlap?with=: rows that are, or nearly are, in another file too. 404."""

    actions = {"GET": Action.FILE_READ}
    queries = {"GET": rows.OverlapQuery}

    @extend_schema(
        operation_id="retrieveFileOverlap",
        responses=reports.OverlapOutput,
    )
    def get(self, request: Request, file_id: str) -> Response:
        other_id = self.query["with"]
        caller = self.caller
        found = services.find_overlap(caller.tenant_id, file_id, other_id, project_id=caller.project_id)
        return Response(reports.render_overlap(file_id, other_id, found))


class FileExportView(TenantView):
    """GET /v1/files/{file_id}/export: the plain rows as a download. 404."""

    actions = {"GET": Action.FILE_READ}
    queries = {"GET": rows.ExportQuery}

    @extend_schema(
        operation_id="exportFile",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, file_id: str) -> StreamingHttpResponse:
        form = self.query["format"]
        file, chunks = services.export_rows(
            self.caller.tenant_id, file_id, form, project_id=self.caller.project_id
        )
        return download(chunks, f"{PurePath(file.filename).stem}.{form}", _MEDIA_TYPES[form])


def download(chunks: Any, filename: str, media_type: str) -> StreamingHttpResponse:
    """A response that no browser shows inline."""
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    headers = {"Content-Disposition": str(disposition), "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(chunks, content_type=media_type, headers=headers)
