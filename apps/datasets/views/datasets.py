"""Datasets: names over files, and what is made of them."""

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import TenantView
from apps.core.pagination import as_list, paginate
from apps.core.tenancy import tenant_scope
from apps.datasets import selectors, services
from apps.datasets.models import Dataset
from apps.datasets.serializers import datasets as serializers
from apps.datasets.serializers.operations import OPERATION, CreateVersionsInput
from apps.datasets.serializers.rows import DiffInput
from kernel.policy import Action

_PAGING = [
    OpenApiParameter("limit", int, description="1 to 100, 20 by default."),
    OpenApiParameter("order", str, enum=["asc", "desc"]),
    OpenApiParameter("after", str, description="The id after which the page starts."),
]


def _rendered(tenant_id: str, datasets: list[Dataset]) -> list[dict[str, object]]:
    found = selectors.summarize(tenant_id, datasets)
    return [serializers.render_dataset(dataset, summary) for dataset, summary in found]


class DatasetsView(TenantView):
    """GET, POST /v1/datasets: the project's, newest first; one more."""

    actions = {"GET": Action.FILE_READ, "POST": Action.FILE_WRITE}

    @extend_schema(operation_id="listDatasets", parameters=_PAGING, responses=serializers.DatasetListOutput)
    def get(self, request: Request) -> Response:
        tenant_id = self.caller.tenant_id
        with tenant_scope(tenant_id):
            rows = selectors.live_datasets(tenant_id, project_id=self.caller.project_id)
            page, has_more = paginate(rows, request, default_limit=20, max_limit=100)
        return Response(as_list(_rendered(tenant_id, page), has_more))

    @extend_schema(
        operation_id="createDataset",
        request=serializers.DatasetInput,
        responses={200: serializers.DatasetOutput},
    )
    def post(self, request: Request) -> Response:
        body = serializers.DatasetInput(data=request.data)
        body.is_valid(raise_exception=True)
        caller = self.caller
        dataset = services.create_dataset(
            caller.tenant_id, project_id=caller.project_id, **body.validated_data
        )
        return Response(_rendered(caller.tenant_id, [dataset])[0])


class DatasetView(TenantView):
    """GET, POST /v1/datasets/{dataset_id}: one; rename it. 404. Deleting asks jobs first: see finetuning."""

    actions = {"GET": Action.FILE_READ, "POST": Action.FILE_WRITE}

    @extend_schema(operation_id="retrieveDataset", responses=serializers.DatasetOutput)
    def get(self, request: Request, dataset_id: str) -> Response:
        caller = self.caller
        dataset = selectors.get_dataset(caller.tenant_id, dataset_id, project_id=caller.project_id)
        return Response(_rendered(caller.tenant_id, [dataset])[0])

    @extend_schema(
        operation_id="updateDataset",
        request=serializers.DatasetInput,
        responses={200: serializers.DatasetOutput},
    )
    def post(self, request: Request, dataset_id: str) -> Response:
        body = serializers.DatasetInput(data=request.data)
        body.is_valid(raise_exception=True)
        caller = self.caller
        dataset = services.rename_dataset(
            caller.tenant_id, dataset_id, project_id=caller.project_id, **body.validated_data
        )
        return Response(_rendered(caller.tenant_id, [dataset])[0])


class VersionsView(TenantView):
    """GET, POST /v1/datasets/{dataset_id}/versions: newest first; made by an operation. 404."""

    actions = {"GET": Action.FILE_READ, "POST": Action.FILE_WRITE}

    @extend_schema(
        operation_id="listDatasetVersions", parameters=_PAGING, responses=serializers.VersionListOutput
    )
    def get(self, request: Request, dataset_id: str) -> Response:
        tenant_id = self.caller.tenant_id
        selectors.get_dataset(tenant_id, dataset_id, project_id=self.caller.project_id)
        with tenant_scope(tenant_id):
            rows = selectors.versions_of(tenant_id, dataset_id).defer("report", "token_counts")
            page, has_more = paginate(rows, request, default_limit=20, max_limit=100)
        data = [serializers.render_version(file) for file in page]
        return Response(as_list(data, has_more, with_ids=False))

    @extend_schema(
        operation_id="createDatasetVersions",
        request=inline_serializer("CreateVersionsInput", {"operation": OPERATION}),
        responses={200: serializers.VersionListOutput},
    )
    def post(self, request: Request, dataset_id: str) -> Response:
        body = CreateVersionsInput(data=request.data)
        body.is_valid(raise_exception=True)
        caller = self.caller
        made = services.create_versions(
            caller.tenant_id, dataset_id, body.validated_data["operation"], project_id=caller.project_id
        )
        data = [serializers.render_version(file) for file in made]
        return Response(as_list(data, False, with_ids=False))


class DiffView(TenantView):
    """GET /v1/datasets/{dataset_id}/diff?from=&to=: what one file has and another has not. 404."""

    actions = {"GET": Action.FILE_READ}

    @extend_schema(
        operation_id="retrieveDatasetDiff", parameters=[DiffInput], responses=serializers.DiffOutput
    )
    def get(self, request: Request, dataset_id: str) -> Response:
        caller = self.caller
        selectors.get_dataset(caller.tenant_id, dataset_id, project_id=caller.project_id)
        query = DiffInput(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        old, new = (
            selectors.get_file(
                caller.tenant_id, query.validated_data[side], project_id=caller.project_id, param=side
            )
            for side in ("from", "to")
        )
        diff = services.diff_files(
            caller.tenant_id,
            old,
            new,
            after=query.validated_data["after"],
            limit=query.validated_data["limit"],
        )
        return Response(serializers.render_diff(diff, from_id=old.id, to_id=new.id))
