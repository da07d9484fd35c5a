"""OpenAI's Files API."""

from functools import partial
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import TenantView
from apps.core.pagination import as_list, paginate
from apps.datasets import selectors, services
from apps.datasets.parsers import UploadParser
from apps.datasets.serializers.files import (
    CreateFileInput,
    FileDeletedOutput,
    FileListOutput,
    FileOutput,
    ListFilesQuery,
    render_file,
)
from apps.datasets.views.counted import CountedView
from kernel.policy import Action


class FilesView(CountedView):
    """POST /v1/files: take a file in. GET: the project's files. 400, 413."""

    actions = {"POST": Action.FILE_WRITE, "GET": Action.FILE_READ}
    inputs = {"POST": CreateFileInput}

    queries = {"GET": ListFilesQuery}
    parser_classes = [UploadParser]

    @extend_schema(
        operation_id="createFile",
        request={"multipart/form-data": CreateFileInput},
        responses={200: FileOutput},
    )
    def post(self, request: Request) -> Response:
        body = self.fields()
        upload = cast("UploadedFile[Any]", body["file"])
        file = services.upload_file(
            self.caller.tenant_id,
            project_id=self.caller.project_id,
            filename=upload.name or "",
            purpose=body["purpose"],
            chunks=upload.chunks(),
            expires_after_seconds=body.get("expires_after", {}).get("seconds"),
            dataset_id=body.get("dataset_id"),
        )
        return Response(render_file(file))

    @extend_schema(operation_id="listFiles", responses=FileListOutput)
    def get(self, request: Request) -> Response:
        rows, has_more = selectors.list_files(
            self.caller.tenant_id,
            project_id=self.caller.project_id,
            purpose=self.query.get("purpose"),
            page=partial(paginate, query=self.query),
        )
        return Response(as_list([render_file(file) for file in rows], has_more))


class FileView(TenantView):
    """GET, DELETE /v1/files/{file_id}. 404."""

    actions = {"GET": Action.FILE_READ, "DELETE": Action.FILE_WRITE}

    @extend_schema(operation_id="retrieveFile", responses=FileOutput)
    def get(self, request: Request, file_id: str) -> Response:
        file = selectors.get_file(self.caller.tenant_id, file_id, project_id=self.caller.project_id)
        return Response(render_file(file))

    @extend_schema(operation_id="deleteFile", responses={200: FileDeletedOutput})
    def delete(self, request: Request, file_id: str) -> Response:
        services.delete_file(self.caller.tenant_id, file_id, project_id=self.caller.project_id)
        return Response({"id": file_id, "object": "file", "deleted": True})


class FileContentView(TenantView):
    """GET /v1/files/{file_id}/content: the bytes as uploaded, never shown inline. 404."""

    actions = {"GET": Action.FILE_READ}

    @extend_schema(
        operation_id="downloadFile", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, file_id: str) -> FileResponse:
        file, content = selectors.open_content(
            self.caller.tenant_id, file_id, project_id=self.caller.project_id
        )
        return FileResponse(
            content,
            as_attachment=True,
            filename=file.filename,
            content_type="application/octet-stream",
            headers={"X-Content-Type-Options": "nosniff"},
        )
