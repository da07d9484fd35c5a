"""OpenAI's models."""

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from apps.core.inputs import IdField, QueryInput, StrictSerializer
from apps.core.pagination import IdListOutput, limit_field

if TYPE_CHECKING:
    from apps.catalog.base_files import Base
    from apps.finetuning.models import Adapter
    from apps.serving.services import RateLimit


class ModelExtrasOutput(serializers.Serializer[Any]):
    base_model = serializers.CharField(allow_null=True)
    kind = serializers.CharField()
    labels = serializers.ListField(child=serializers.CharField())
    job_id = serializers.CharField(allow_null=True)


class ModelOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.CharField()
    created = serializers.IntegerField()
    owned_by = serializers.CharField()
    finery = ModelExtrasOutput()


class ModelListOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    data = ModelOutput(many=True)


class DeletedModelOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.CharField()
    deleted = serializers.BooleanField()


class ListRateLimitsQuery(QueryInput):
    limit = limit_field(100, 100)
    after = IdField(required=False, allow_blank=True)
    before = IdField(required=False, allow_blank=True)


class RateLimitInput(StrictSerializer):
    max_requests_per_1_minute = serializers.IntegerField(min_value=0, max_value=10**9, required=False)
    max_tokens_per_1_minute = serializers.IntegerField(min_value=0, max_value=10**9, required=False)


class RateLimitOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    id = serializers.CharField()
    model = serializers.CharField()
    max_requests_per_1_minute = serializers.IntegerField()
    max_tokens_per_1_minute = serializers.IntegerField()


class RateLimitListOutput(IdListOutput):
    data = RateLimitOutput(many=True)


def rate_limit_body(limit: "RateLimit") -> dict[str, Any]:
    return {
        "object": "project.rate_limit",
        "id": limit.id,
        "model": limit.base_model,
        "max_requests_per_1_minute": limit.requests_per_minute,
        "max_tokens_per_1_minute": limit.tokens_per_minute,
    }


def base_body(base: "Base") -> dict[str, Any]:
    kind = "causal_lora" if base.engine == "vllm" else "classification"
    return {
        "id": base.id,
        "object": "model",
        "created": base.created_at,
        "owned_by": base.owned_by,
        "finery": {"base_model": None, "kind": kind, "labels": [], "job_id": None},
    }


def model_body(adapter: "Adapter") -> dict[str, Any]:
    return {
        "id": adapter.public_name,
        "object": "model",
        "created": int(adapter.created_at.timestamp()),
        "owned_by": adapter.tenant_id,
        "finery": {
            "base_model": adapter.base_model,
            "kind": adapter.kind,
            "labels": adapter.labels,
            "job_id": adapter.job_id,
        },
    }
