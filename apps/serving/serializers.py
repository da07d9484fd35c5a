"""OpenAI's models."""

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

if TYPE_CHECKING:
    from apps.catalog.base_files import Base
    from apps.finetuning.models import Adapter


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
