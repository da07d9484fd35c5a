"""A base, as the API shows it."""

from typing import Any

from rest_framework import serializers

from apps.catalog.base_files import Base
from kernel.money import Price


class RatesOutput(serializers.Serializer[Price]):
    """Micro-dollars per million tokens."""

    training = serializers.IntegerField()
    input = serializers.IntegerField()
    cached_input = serializers.IntegerField()
    output = serializers.IntegerField()


class BaseDescriptionOutput(serializers.Serializer[Any]):
    en = serializers.CharField()
    zh = serializers.CharField()


class BaseOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.CharField(default="base")
    engine = serializers.ChoiceField(choices=["vllm", "encoder"])
    context_length = serializers.IntegerField()
    max_length = serializers.DictField(
        child=serializers.IntegerField(), default=dict
    )  # by method: what "auto" means
    methods = serializers.ListField(child=serializers.ChoiceField(choices=["supervised", "classification"]))
    max_lora_rank = serializers.IntegerField()
    price = RatesOutput()
    licence = serializers.CharField()
    description = BaseDescriptionOutput()
    languages = serializers.ListField(child=serializers.CharField())


class BaseListOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    data = BaseOutput(many=True)


def render_bases(bases: list[Base]) -> dict[str, Any]:
    """The catalogue's list."""
    return {"object": "list", "data": [_base(base) for base in bases]}


def _base(base: Base) -> dict[str, Any]:
    lengths = {method: auto.max_length for method, auto in base.defaults.items()}
    return {**BaseOutput(base).data, "object": "base", "max_length": lengths}
