"""What a job leaves behind while it runs: checkpoints and the metrics of its steps."""

from typing import Any

from rest_framework import serializers

from apps.core.pagination import IdListOutput
from apps.finetuning.models import Checkpoint, JobMetric
from apps.finetuning.services.report_progress import openai_metrics
from kernel import wire
from kernel.contracts import Progress


class CheckpointOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.CharField()
    created_at = serializers.IntegerField()
    fine_tuned_model_checkpoint = serializers.CharField(allow_null=True)
    fine_tuning_job_id = serializers.CharField()
    step_number = serializers.IntegerField()
    metrics = serializers.DictField(child=serializers.FloatField())


def checkpoint_body(checkpoint: Checkpoint) -> dict[str, Any]:
    metrics = openai_metrics(wire.convert(checkpoint.progress, Progress))
    return {
        "id": checkpoint.id,
        "object": "fine_tuning.job.checkpoint",
        "created_at": int(checkpoint.created_at.timestamp()),
        "fine_tuned_model_checkpoint": checkpoint.adapter.public_name or None,
        "fine_tuning_job_id": checkpoint.job_id,
        "step_number": checkpoint.step,
        "metrics": {name: value for name, value in metrics.items() if name != "total_steps"},
    }


class CheckpointListOutput(IdListOutput):
    data = CheckpointOutput(many=True)


class MetricOutput(serializers.Serializer[Any]):
    step = serializers.IntegerField()
    total_steps = serializers.IntegerField()
    epoch = serializers.FloatField()
    train_loss = serializers.FloatField()
    train_accuracy = serializers.FloatField(allow_null=True)
    valid_loss = serializers.FloatField(allow_null=True)
    valid_accuracy = serializers.FloatField(allow_null=True)
    learning_rate = serializers.FloatField()
    trained_tokens = serializers.IntegerField()
    created_at = serializers.IntegerField()


def metric_body(metric: JobMetric) -> dict[str, Any]:
    return {**metric.values, "created_at": int(metric.created_at.timestamp())}


class MetricListOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    data = MetricOutput(many=True)
