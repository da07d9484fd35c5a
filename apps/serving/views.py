"""Models that a tenant can call, and the runners' request for an engine."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import selectors as catalog
from apps.core.api import TenantView
from apps.core.pagination import as_list, page_of
from apps.core.runner_api import RunnerView, contract_response
from apps.finetuning import selectors as finetuning
from apps.finetuning.services.end_job import delete_model
from apps.serving import serializers, services
from apps.tenants.api import ProjectView
from kernel.errors import PermissionDenied
from kernel.policy import Action


class ModelsView(TenantView):
    """GET /v1/models: the bases, then the tenant's own."""

    actions = {"GET": Action.MODEL_READ}

    @extend_schema(operation_id="listModels", responses=serializers.ModelListOutput)
    def get(self, request: Request) -> Response:
        bases = [serializers.base_body(base) for base in catalog.list_bases()]
        own = [
            serializers.model_body(row)
            for row in finetuning.list_models(self.caller.tenant_id, project_id=self.caller.project_id)
        ]
        return Response({"object": "list", "data": bases + own})


class ModelView(TenantView):
    """GET, DELETE /v1/models/{model}."""

    actions = {"GET": Action.MODEL_READ, "DELETE": Action.MODEL_WRITE}

    @extend_schema(operation_id="retrieveModel", responses=serializers.ModelOutput)
    def get(self, request: Request, model: str) -> Response:
        if model.startswith("ft:"):
            row = finetuning.get_model(self.caller.tenant_id, model, project_id=self.caller.project_id)
            return Response(serializers.model_body(row))
        return Response(serializers.base_body(catalog.get_base(model)))

    @extend_schema(operation_id="deleteModel", responses=serializers.DeletedModelOutput)
    def delete(self, request: Request, model: str) -> Response:
        if not model.startswith("ft:"):
            catalog.get_base(model)
            raise PermissionDenied("A base model cannot be deleted.")
        delete_model(self.caller.tenant_id, model, project_id=self.caller.project_id)
        return Response({"id": model, "object": "model", "deleted": True})


class RateLimitsView(ProjectView):
    """GET /v1/organization/projects/{id}/rate_limits: one for each base."""

    actions = {"GET": Action.RATE_LIMIT_READ}
    queries = {"GET": serializers.ListRateLimitsQuery}

    @extend_schema(operation_id="listProjectRateLimits", responses=serializers.RateLimitListOutput)
    def get(self, request: Request, project_id: str) -> Response:
        limits = services.list_rate_limits(self.caller.tenant_id, project_id)
        page, has_more = page_of([serializers.rate_limit_body(limit) for limit in limits], self.query)
        return Response(as_list(page, has_more))


class RateLimitView(ProjectView):
    """POST /v1/organization/projects/{id}/rate_limits/{limit id}."""

    actions = {"POST": Action.RATE_LIMIT_WRITE}
    inputs = {"POST": serializers.RateLimitInput}

    @extend_schema(
        operation_id="updateProjectRateLimit",
        responses=serializers.RateLimitOutput,
    )
    def post(self, request: Request, project_id: str, rate_limit_id: str) -> Response:
        body = self.fields()
        limit = services.update_rate_limit(
            self.caller.tenant_id,
            project_id=project_id,
            rate_limit_id=rate_limit_id,
            requests_per_minute=body.get("max_requests_per_1_minute"),
            tokens_per_minute=body.get("max_tokens_per_1_minute"),
        )
        return Response(serializers.rate_limit_body(limit))


class EngineView(RunnerView):
    """POST /internal/runner/engines/{base}: ask for the base's engine."""

    def post(self, request: Request, base_id: str) -> HttpResponse:
        return contract_response(services.request_engine(base_id))
