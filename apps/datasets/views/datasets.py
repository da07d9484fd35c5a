"""Datasets: names over files, and what is made of them."""

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import TenantView
from apps.core.pagination import PageQuery, as_list, paginate
from apps.core.tenancy import tenant_scope
from apps.datasets import selectors, services
from apps.datasets.models import Dataset
from apps.datasets.serializers import datasets as serializers
from apps.datasets.serializers.operations import OPERATION, CreateVersionsInput
from apps.datasets.serializers.rows import DiffQuery
from kernel.policy import Action


def _rendered(tenant_id: str, datasets: list[Dataset]) -> list[dict[str, object]]:
    found = selectors.summarize(tenant_id, datasets)
    return [serializers.render_dataset(dataset, summary) for dataset, summary in found]


class DatasetsView(TenantView):
    """GET, POST /v1/datasets: the project's, newest first; one more."""

    actions = {"GET": Action.FILE_READ, "POST": Action.FILE_WRITE}
    queries = {"GET": PageQuery}
    inputs = {"POST": serializers.DatasetInput}

    @extend_schema(operation_id="listDatasets", responses=serializers.DatasetListOutput)
    def get(self, request: Request) -> Response:
        tenant_id = self.caller.tenant_id
        with tenant_scope(tenant_id):
            rows = selectors.live_datasets(tenant_id, project_id=self.caller.project_id)
            page, has_more = paginate(rows, self.query)
        return Response(as_list(_rendered(tenant_id, page), has_more))

    @extend_schema(
        operation_id="createDataset",
        responses={200: serializers.DatasetOutput},
    )
    def post(self, request: Request) -> Response:
        body = self.fields()
        caller = self.caller
        dataset = services.create_dataset(caller.tenant_id, project_id=caller.project_id, **body)
        return Response(_rendered(caller.tenant_id, [dataset])[0])


class DatasetView(TenantView):
    """GET, POST /v1/datasets/{dataset_id}: one; rename it. 404. Deleting asks jobs first: see finetuning."""

    actions = {"GET": Action.FILE_READ, "POST": Action.FILE_WRITE}
    inputs = {"POST": serializers.DatasetInput}

    @extend_schema(operation_id="retrieveDataset", responses=serializers.DatasetOutput)
    def get(self, request: Request, dataset_id: str) -> Response:
        caller = self.caller
        dataset = selectors.get_dataset(caller.tenant_id, dataset_id, project_id=caller.project_id)
        return Response(_rendered(caller.tenant_id, [dataset])[0])

    @extend_schema(
        operation_id="updateDataset",
        responses={200: serializers.DatasetOutput},
    )
    def post(self, request: Request, dataset_id: str) -> Response:
        body = self.fields()
        caller = self.caller
        dataset = services.rename_dataset(caller.tenant_id, dataset_id, project_id=caller.project_id, **body)
        return Response(_rendered(caller.tenant_id, [dataset])[0])


class VersionsView(TenantView):
    """GET, POST /v1/datasets/{dataset_id}/versions: newest first; made by an operation. 404."""

    actions = {"GET": Action.FILE_READ, "POST": Action.FILE_WRITE}
    queries = {"GET": PageQuery}
    inputs = {"POST": CreateVersionsInput}

    @extend_schema(operation_id="listDatasetVersions", responses=serializers.VersionListOutput)
    def get(self, request: Request, dataset_id: str) -> Response:
        tenant_id = self.caller.tenant_id
        selectors.get_dataset(tenant_id, dataset_id, project_id=self.caller.project_id)
        with tenant_scope(tenant_id):
            rows = selectors.versions_of(tenant_id, dataset_id).defer("report", "token_counts")
            page, has_more = paginate(rows, self.query)
        data = [serializers.render_version(file) for file in page]
        return Response(as_list(data, has_more, with_ids=False))

    @extend_schema(
        operation_id="createDatasetVersions",
        request=inline_serializer("CreateVersionsInput", {"operation": OPERATION}),
        responses={200: serializers.VersionListOutput},
    )
    def post(self, request: Request, dataset_id: str) -> Response:
        body = self.fields()
        caller = self.caller
        made = services.create_versions(
            caller.tenant_id, dataset_id, body["operation"], project_id=caller.project_id
        )
        data = [serializers.render_version(file) for file in made]
        return Response(as_list(data, False, with_ids=False))


class DiffView(TenantView):
    """GET /v1/datasets/{dataset_id}/diff?from=&to=: what one file has and another has not. 404."""

    actions = {"GET": Action.FILE_READ}
    queries = {"GET": DiffQuery}

    @extend_schema(operation_id="retrieveDatasetDiff", responses=serializers.DiffOutput)
    def get(self, request: Request, dataset_id: str) -> Response:
        caller = self.caller
        selectors.get_dataset(caller.tenant_id, dataset_id, project_id=caller.project_id)
        query = self.query
        old, new = (
            selectors.get_file(caller.tenant_id, query[side], project_id=caller.project_id, param=side)
            for side in ("from", "to")
        )
        diff = services.diff_files(
            caller.tenant_id,
            old,
            new,
            after=query["after"],
            limit=query["limit"],
        )
        return Response(serializers.render_diff(diff, from_id=old.id, to_id=new.id))
