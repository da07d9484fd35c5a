"""What came out of a job, and what a customer should know about it."""

from typing import Any, get_args

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from kernel.contracts import BaselineName, ResultMetric, Verdict, WarningCode


class BaselineOutput(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=get_args(BaselineName))
    value = serializers.FloatField()


class JobResultOutput(serializers.Serializer[Any]):
    """kernel.contracts.TrainResult"""

    metric = serializers.ChoiceField(choices=get_args(ResultMetric))
    value = serializers.FloatField()
    interval = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)
    rows = serializers.IntegerField()
    baselines = BaselineOutput(many=True)
    best_baseline = serializers.ChoiceField(choices=get_args(BaselineName))
    verdict = serializers.ChoiceField(choices=get_args(Verdict))
    source = serializers.ChoiceField(choices=["training_file", "validation_file"])
    repeated_rows = serializers.IntegerField()
    value_with_repeats = serializers.FloatField(allow_null=True)


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "number"}]})
class WarningValue(serializers.Field[Any, Any, Any, Any]):
    """A text or a number."""


class JobWarningOutput(serializers.Serializer[Any]):
    """kernel.contracts.JobWarning"""

    code = serializers.ChoiceField(choices=get_args(WarningCode))
    message = serializers.CharField()
    param = serializers.CharField(allow_null=True)
    values = serializers.DictField(child=WarningValue())


class ResultFileOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    filename = serializers.CharField()
