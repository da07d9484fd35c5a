"""Models that a tenant can call, and the runners' request for an engine."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import selectors as catalog
from apps.core.api import TenantView
from apps.core.runner_api import RunnerView, contract_response
from apps.finetuning import selectors as finetuning
from apps.finetuning.services.end_job import delete_model
from apps.serving import serializers, services
from kernel.errors import PermissionDenied


class ModelsView(TenantView):
    """GET /v1/models: the bases, then the tenant's own."""

    @extend_schema(operation_id="listModels", responses=serializers.ModelListOutput)
    def get(self, request: Request) -> Response:
        bases = [serializers.base_body(base) for base in catalog.list_bases()]
        own = [serializers.model_body(row) for row in finetuning.list_models(self.caller.tenant_id)]
        return Response({"object": "list", "data": bases + own})


class ModelView(TenantView):
    """GET, DELETE /v1/models/{model}."""

    @extend_schema(operation_id="retrieveModel", responses=serializers.ModelOutput)
    def get(self, request: Request, model: str) -> Response:
        if model.startswith("ft:"):
            return Response(serializers.model_body(finetuning.get_model(self.caller.tenant_id, model)))
        return Response(serializers.base_body(catalog.get_base(model)))

    @extend_schema(operation_id="deleteModel", responses=serializers.DeletedModelOutput)
    def delete(self, request: Request, model: str) -> Response:
        if not model.startswith("ft:"):
            catalog.get_base(model)
            raise PermissionDenied("A base model cannot be deleted.")
        delete_model(self.caller.tenant_id, model)
        return Response({"id": model, "object": "model", "deleted": True})


class EngineView(RunnerView):
    """POST /internal/runner/engines/{base}: ask for the base's engine."""

    def post(self, request: Request, base_id: str) -> HttpResponse:
        return contract_response(services.request_engine(base_id))
