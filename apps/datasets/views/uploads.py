"""OpenAI's Uploads API, and what it takes to go on with an interrupted one."""

from functools import partial

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import TenantView
from apps.core.pagination import PageQuery, as_list, paginate
from apps.datasets.models import Upload
from apps.datasets.parsers import PartParser
from apps.datasets.selectors import uploads as selectors
from apps.datasets.serializers.uploads import (
    AddPartInput,
    CompleteUploadInput,
    CreateUploadInput,
    PartLinksInput,
    PartLinksOutput,
    UploadListOutput,
    UploadOutput,
    UploadPartOutput,
    render_links,
    render_part,
    render_upload,
)
from apps.datasets.services import complete_upload as completing
from apps.datasets.services import uploads as services
from apps.datasets.views.counted import CountedView
from kernel.policy import Action


def _answer(upload: Upload) -> Response:
    [view] = selectors.with_parts(upload.tenant_id, [upload])
    return Response(render_upload(view))


class UploadsView(CountedView):
    """POST /v1/uploads: begin a file in parts. GET: the project's open ones. 400, 404, 429."""

    actions = {"POST": Action.FILE_WRITE, "GET": Action.FILE_READ}
    queries = {"GET": PageQuery}
    inputs = {"POST": CreateUploadInput}

    @extend_schema(operation_id="createUpload", responses={200: UploadOutput})
    def post(self, request: Request) -> Response:
        body = self.fields()
        upload = services.create_upload(
            self.caller.tenant_id,
            size=body["bytes"],
            mime_type=body["mime_type"],
            project_id=self.caller.project_id,
            filename=body["filename"],
            purpose=body["purpose"],
            expires_after_seconds=body.get("expires_after", {}).get("seconds"),
            dataset_id=body.get("dataset_id"),
        )
        return _answer(upload)

    @extend_schema(operation_id="listUploads", responses=UploadListOutput)
    def get(self, request: Request) -> Response:
        rows, has_more = selectors.list_open_uploads(
            self.caller.tenant_id,
            project_id=self.caller.project_id,
            page=partial(paginate, query=self.query),
        )
        views = selectors.with_parts(self.caller.tenant_id, rows)
        return Response(as_list([render_upload(view) for view in views], has_more))


class UploadView(TenantView):
    """GET /v1/uploads/{upload_id}: how far it is. 404."""

    actions = {"GET": Action.FILE_READ}

    @extend_schema(operation_id="retrieveUpload", responses=UploadOutput)
    def get(self, request: Request, upload_id: str) -> Response:
        caller = self.caller
        return _answer(selectors.get_upload(caller.tenant_id, upload_id, project_id=caller.project_id))


class UploadPartsView(CountedView):
    """POST /v1/uploads/{upload_id}/parts: the bytes of one part. 400, 404, 413, 429."""

    actions = {"POST": Action.FILE_WRITE}
    inputs = {"POST": AddPartInput}
    parser_classes = [PartParser]

    @extend_schema(
        operation_id="addUploadPart",
        request={"multipart/form-data": AddPartInput},
        responses={200: UploadPartOutput},
    )
    def post(self, request: Request, upload_id: str) -> Response:
        body = self.fields()
        part = services.add_part(
            self.caller.tenant_id,
            upload_id,
            project_id=self.caller.project_id,
            chunks=body["data"].chunks(),
            number=body.get("part_number"),
        )
        return Response(render_part(part))


class UploadPartLinksView(CountedView):
    """POST /v1/uploads/{upload_id}/part_links: where to put parts without the detour. 400, 404, 429."""

    actions = {"POST": Action.FILE_WRITE}
    inputs = {"POST": PartLinksInput}

    @extend_schema(operation_id="linkUploadParts", responses={200: PartLinksOutput})
    def post(self, request: Request, upload_id: str) -> Response:
        body = self.fields()
        plans = [services.PartPlan(**plan) for plan in body["parts"]]
        caller = self.caller
        links = services.link_parts(caller.tenant_id, upload_id, plans, project_id=caller.project_id)
        return Response(render_links(links))


class CompleteUploadView(TenantView):
    """POST /v1/uploads/{upload_id}/complete: the parts become a file. 400, 404."""

    actions = {"POST": Action.FILE_WRITE}
    inputs = {"POST": CompleteUploadInput}

    @extend_schema(operation_id="completeUpload", responses={200: UploadOutput})
    def post(self, request: Request, upload_id: str) -> Response:
        body = self.fields()
        upload = completing.complete_upload(
            self.caller.tenant_id,
            upload_id,
            project_id=self.caller.project_id,
            part_ids=body["part_ids"],
            md5=body.get("md5"),
        )
        return _answer(upload)


class CancelUploadView(TenantView):
    """POST /v1/uploads/{upload_id}/cancel: its parts go. 400, 404."""

    actions = {"POST": Action.FILE_WRITE}

    @extend_schema(operation_id="cancelUpload", request=None, responses={200: UploadOutput})
    def post(self, request: Request, upload_id: str) -> Response:
        caller = self.caller
        return _answer(services.cancel_upload(caller.tenant_id, upload_id, project_id=caller.project_id))
