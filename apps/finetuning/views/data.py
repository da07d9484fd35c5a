"""What only jobs and models know of the data: tokens, lineage, and whether a dataset may go."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import TenantView
from apps.datasets.views import datasets
from apps.finetuning import selectors
from apps.finetuning.serializers import data as serializers
from apps.finetuning.services.datasets import delete_dataset
from apps.finetuning.services.tokens import read_tokens
from kernel.policy import Action


class FileTokensView(TenantView):
    """GET /v1/files/{file_id}/tokens?model=: under a base's own template. 404."""

    actions = {"GET": Action.FILE_READ}
    queries = {"GET": serializers.TokensQuery}

    @extend_schema(
        operation_id="retrieveFileTokens",
        responses=serializers.FileTokensOutput,
    )
    def get(self, request: Request, file_id: str) -> Response:
        model, caller = self.query["model"], self.caller
        found = read_tokens(
            caller.tenant_id,
            file_id,
            model,
            project_id=caller.project_id,
            max_length=self.query.get("max_length"),
        )
        return Response(serializers.tokens_body(file_id, model, found))


class FileLineageView(TenantView):
    """GET /v1/files/{file_id}/lineage: what it was made of, what was made of it, who trained on it. 404."""

    actions = {"GET": Action.FILE_READ}

    @extend_schema(operation_id="retrieveFileLineage", responses=serializers.FileLineageOutput)
    def get(self, request: Request, file_id: str) -> Response:
        caller = self.caller
        kin = selectors.get_file_lineage(caller.tenant_id, file_id, project_id=caller.project_id)
        return Response(serializers.file_lineage_body(kin))


class RowLineageView(TenantView):
    """GET /v1/rows/{row_hash}/lineage: the versions, jobs and models that a row went into. 404."""

    actions = {"GET": Action.FILE_READ}

    @extend_schema(operation_id="retrieveRowLineage", responses=serializers.RowLineageOutput)
    def get(self, request: Request, row_hash: str) -> Response:
        caller = self.caller
        files = selectors.get_row_lineage(caller.tenant_id, row_hash, project_id=caller.project_id)
        return Response(serializers.row_lineage_body(row_hash, files))


class ModelLineageView(TenantView):
    """GET /v1/models/{model}/lineage: the job that made a model, and its data. 404."""

    actions = {"GET": Action.MODEL_READ}

    @extend_schema(operation_id="retrieveModelLineage", responses=serializers.ModelLineageOutput)
    def get(self, request: Request, model: str) -> Response:
        caller = self.caller
        job = selectors.get_model_lineage(caller.tenant_id, model, project_id=caller.project_id)
        return Response(serializers.model_lineage_body(model, job, job.files))


class DatasetView(datasets.DatasetView):
    """GET, POST, DELETE /v1/datasets/{dataset_id}: one; rename it; delete it with its files. 400, 404."""

    actions = {**datasets.DatasetView.actions, "DELETE": Action.FILE_WRITE}

    @extend_schema(operation_id="deleteDataset", responses={200: serializers.DatasetDeletedOutput})
    def delete(self, request: Request, dataset_id: str) -> Response:
        delete_dataset(self.caller.tenant_id, dataset_id, project_id=self.caller.project_id)
        return Response({"id": dataset_id, "object": "dataset", "deleted": True})
