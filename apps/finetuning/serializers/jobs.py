"""OpenAI's fine-tuning shapes, in and out."""

from typing import Any

import msgspec
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.serializers import ValidationError

from apps.core.inputs import PairsField, StrictSerializer
from apps.core.pagination import ListOutput, PageQuery, limit_field
from apps.finetuning.models import FineTuneJob, JobEvent
from apps.finetuning.selectors import estimate_finish, queue_position
from apps.finetuning.serializers.lengths import LONG_ROWS, FittedRowsOutput, rows_body
from apps.finetuning.serializers.results import (
    JobResultOutput,
    JobWarningOutput,
    ResultFileOutput,
    WarningValue,
)
from apps.finetuning.services.quotes import Quote
from apps.finetuning.services.requests import JobRequest
from apps.finetuning.services.results import CURVE_FILE
from kernel.lengths import LEAST_LENGTH, MOST_LENGTH

METHODS = ("supervised", "classification")
_OPENAI_METHODS = ("dpo", "reinforcement")
_SERVED = f"the methods are {' and '.join(METHODS)}"
_AUTO = "auto"
_SUFFIX_RULE = (
    "up to 64 characters: letters a to z, digits, spaces, '.', '_' and '-', beginning with a letter or digit."
)
_HYPERPARAMETERS = ("n_epochs", "batch_size", "learning_rate_multiplier", "max_length")


@extend_schema_field({"oneOf": [{"type": "string", "enum": [_AUTO]}, {"type": "number"}], "default": _AUTO})
class AutoOrNumber(serializers.Field[Any, Any, Any, Any]):
    """A number within bounds, or "auto"."""

    def __init__(self, *, lowest: float, highest: float, whole: bool = True, **kwargs: Any) -> None:
        self._lowest, self._highest, self._whole = lowest, highest, whole
        super().__init__(required=False, default=_AUTO, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if data == _AUTO:
            return data
        is_number = isinstance(data, int if self._whole else int | float) and not isinstance(data, bool)
        if not is_number or not self._lowest <= data <= self._highest:
            kind = "an integer" if self._whole else "a number"
            raise ValidationError(f"expected 'auto' or {kind} between {self._lowest} and {self._highest}.")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class MetadataField(PairsField):
    """OpenAI's metadata."""

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.CharField(max_length=512, allow_blank=True)
        super().__init__(max_pairs=16, max_name=64, child=child, allow_null=True, **kwargs)


class HyperparametersInput(StrictSerializer):
    n_epochs = AutoOrNumber(lowest=1, highest=50)
    batch_size = AutoOrNumber(lowest=1, highest=256)
    learning_rate_multiplier = AutoOrNumber(lowest=0.01, highest=10, whole=False)
    max_length = AutoOrNumber(lowest=LEAST_LENGTH, highest=MOST_LENGTH)  # the base's context bounds it too
    long_rows = serializers.ChoiceField(choices=LONG_ROWS, default="refuse")


class MethodSettingsInput(StrictSerializer):
    hyperparameters = HyperparametersInput(required=False)


class MethodInput(StrictSerializer):
    type = serializers.ChoiceField(choices=METHODS)
    supervised = MethodSettingsInput(required=False)
    classification = MethodSettingsInput(required=False)

    def to_internal_value(self, data: Any) -> Any:
        """OpenAI's other methods are refused by what there is, wherever they are named."""
        if isinstance(data, dict):
            named = [data["type"]] if "type" in data else []
            for method in [*named, *(data.keys() - self.fields.keys())]:
                if method in _OPENAI_METHODS:
                    raise ValidationError({"type": [f"'{method}' is not served here; {_SERVED}."]})
        return super().to_internal_value(data)


class CreateJobInput(StrictSerializer):
    model = serializers.CharField(max_length=200)
    training_file = serializers.CharField(max_length=40)
    validation_file = serializers.CharField(max_length=40, required=False, allow_null=True, allow_blank=True)
    suffix = serializers.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$",
        max_length=64,
        required=False,
        allow_null=True,
        error_messages=dict.fromkeys(("invalid", "max_length", "blank"), _SUFFIX_RULE),
    )
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False, allow_null=True)
    method = MethodInput(required=False, allow_null=True)
    hyperparameters = HyperparametersInput(required=False, allow_null=True)
    metadata = MetadataField(required=False)
    integrations = serializers.ListField(child=serializers.DictField(), required=False, allow_null=True)

    def validate_integrations(self, value: list[Any] | None) -> list[Any] | None:
        if value:
            raise ValidationError("integrations are not supported here yet.")
        return value

    def to_request(self) -> JobRequest:
        """The checked input as the services take it."""
        data = self.validated_data
        method = data.get("method") or {"type": "supervised"}
        settings = method.get(method["type"]) or {}
        chosen = settings.get("hyperparameters") or data.get("hyperparameters") or {}
        return JobRequest(
            model=data["model"],
            method=method["type"],
            training_file=data["training_file"],
            validation_file=data.get("validation_file") or "",
            hyperparameters={name: chosen.get(name, _AUTO) for name in _HYPERPARAMETERS}
            | {"long_rows": chosen.get("long_rows", "refuse")},
            suffix=(data.get("suffix") or "").replace(" ", "-").lower(),
            seed=data.get("seed"),
            metadata=data.get("metadata"),
        )


class MetadataFilter(MetadataField):
    """`metadata[key]=value`, or `metadata=null` for jobs that have none."""

    def run_validation(self, data: Any = empty) -> Any:
        return super().run_validation(None if data == "null" else data)


class ListJobsQuery(PageQuery):
    metadata = MetadataFilter(required=False)


class ListEventsQuery(PageQuery):
    limit = limit_field(20, 500)


class ListCheckpointsQuery(PageQuery):
    limit = limit_field(10, 100)


class JobErrorOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    param = serializers.CharField(allow_null=True)


class HyperparametersOutput(serializers.Serializer[Any]):
    n_epochs = AutoOrNumber(lowest=1, highest=50)
    batch_size = AutoOrNumber(lowest=1, highest=256)
    learning_rate_multiplier = AutoOrNumber(lowest=0, highest=100, whole=False)
    max_length = AutoOrNumber(lowest=LEAST_LENGTH, highest=MOST_LENGTH)
    long_rows = serializers.ChoiceField(choices=LONG_ROWS)


class JobProgressOutput(serializers.Serializer[Any]):
    step = serializers.IntegerField()
    total_steps = serializers.IntegerField()
    percent = serializers.IntegerField()


class ParityOutput(serializers.Serializer[Any]):
    rows = serializers.IntegerField()
    tokens_compared = serializers.IntegerField()
    mismatched_tokens = serializers.IntegerField()
    max_logprob_difference = serializers.FloatField()
    mean_logprob_difference = serializers.FloatField()
    base_logprob_difference = serializers.FloatField()


class JobExtrasOutput(serializers.Serializer[Any]):
    progress = JobProgressOutput(allow_null=True)
    queue_position = serializers.IntegerField(allow_null=True)
    quote_micro_usd = serializers.IntegerField(allow_null=True)
    cost_micro_usd = serializers.IntegerField(allow_null=True)
    metrics = serializers.DictField(child=serializers.FloatField())
    result = JobResultOutput(allow_null=True)
    warnings = JobWarningOutput(many=True)
    result_files = ResultFileOutput(many=True)
    parity = ParityOutput(allow_null=True)
    attempts = serializers.IntegerField()
    is_cancelling = serializers.BooleanField()


class JobOutput(serializers.Serializer[Any]):
    """OpenAI's FineTuningJob; `finery` holds what OpenAI has no field for."""

    id = serializers.CharField()
    object = serializers.CharField()
    created_at = serializers.IntegerField()
    finished_at = serializers.IntegerField(allow_null=True)
    estimated_finish = serializers.IntegerField(allow_null=True)
    model = serializers.CharField()
    fine_tuned_model = serializers.CharField(allow_null=True)
    organization_id = serializers.CharField()
    status = serializers.CharField()
    training_file = serializers.CharField()
    validation_file = serializers.CharField(allow_null=True)
    result_files = serializers.ListField(child=serializers.CharField())
    trained_tokens = serializers.IntegerField(allow_null=True)
    seed = serializers.IntegerField()
    hyperparameters = HyperparametersOutput()
    method = serializers.DictField()
    integrations = serializers.ListField(child=serializers.DictField())
    metadata = serializers.DictField(child=serializers.CharField(), allow_null=True)
    error = JobErrorOutput(allow_null=True)
    user_provided_suffix = serializers.CharField(allow_null=True)
    finery = JobExtrasOutput()

    def to_representation(self, instance: FineTuneJob) -> dict[str, Any]:
        return job_body(instance)


def job_body(job: FineTuneJob) -> dict[str, Any]:
    hyperparameters = {
        name: job.settings.get(name, asked)  # what "auto" came to, once known
        for name, asked in ({"max_length": _AUTO, "long_rows": "refuse"} | job.requested).items()
    }
    return {
        "id": job.id,
        "object": "fine_tuning.job",
        "created_at": int(job.created_at.timestamp()),
        "finished_at": int(job.finished_at.timestamp()) if job.finished_at else None,
        "estimated_finish": int(finish.timestamp()) if (finish := estimate_finish(job)) else None,
        "model": job.base_model,
        "fine_tuned_model": job.fine_tuned_model or None,
        "organization_id": job.tenant_id,
        "status": job.status,
        "training_file": job.training_file_id,
        "validation_file": job.validation_file_id,
        "result_files": [file["id"] for file in _result_files(job)],
        "trained_tokens": job.trained_tokens if job.is_finished and job.trained_tokens else None,
        "seed": job.seed,
        "hyperparameters": hyperparameters,
        "method": {"type": job.method, job.method: {"hyperparameters": hyperparameters}},
        "integrations": [],
        "metadata": job.metadata,
        "error": _error(job),
        "user_provided_suffix": job.suffix or None,
        "finery": _extras(job),
    }


def _result_files(job: FineTuneJob) -> list[dict[str, str]]:
    """OpenAI's loss curve first, which is there for every method."""
    curve = [{"id": job.result_file_id, "filename": CURVE_FILE}] if job.result_file_id else []
    return [*curve, *job.detail_files]


def _error(job: FineTuneJob) -> dict[str, Any] | None:
    if not job.error_code:
        return None
    return {"code": job.error_code, "message": job.error_message, "param": job.error_param or None}


def _extras(job: FineTuneJob) -> dict[str, Any]:
    progress = {
        "step": job.step,
        "total_steps": job.total_steps,
        "percent": round(100 * job.step / job.total_steps) if job.total_steps else 0,
    }
    return {
        "progress": progress if job.total_steps else None,
        "queue_position": queue_position(job),
        "quote_micro_usd": job.quote_micro_usd,
        "cost_micro_usd": job.cost_micro_usd,
        "metrics": job.metrics,
        "result": job.result,
        "warnings": job.warnings,
        "result_files": _result_files(job),
        "parity": job.parity,
        "attempts": job.attempts,
        "is_cancelling": bool(job.cancel_requested_at) and not job.is_finished,
    }


class JobListOutput(ListOutput):
    data = JobOutput(many=True)


class EventExtrasOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    values = serializers.DictField(child=WarningValue())


class EventOutput(serializers.Serializer[Any]):
    """OpenAI's event; `finery` holds what a translation of the message needs."""

    id = serializers.CharField()
    object = serializers.CharField()
    created_at = serializers.IntegerField()
    level = serializers.CharField()
    type = serializers.CharField()
    message = serializers.CharField()
    data = serializers.DictField(allow_null=True)
    finery = EventExtrasOutput()


def event_body(event: JobEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "object": "fine_tuning.job.event",
        "created_at": int(event.created_at.timestamp()),
        "level": event.level,
        "type": event.type,
        "message": event.message,
        "data": event.data,
        "finery": {"code": event.code, "values": event.values},
    }


class EventListOutput(ListOutput):
    data = EventOutput(many=True)


class QuoteOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    tokens = serializers.IntegerField()
    n_epochs = serializers.IntegerField()
    trained_tokens = serializers.IntegerField()
    amount_micro_usd = serializers.IntegerField()
    amount_usd = serializers.CharField()
    estimated_seconds = serializers.IntegerField()
    training_rows = FittedRowsOutput()
    validation_rows = FittedRowsOutput(allow_null=True)
    hyperparameters = HyperparametersOutput()
    available_micro_usd = serializers.IntegerField()
    is_affordable = serializers.BooleanField()
    warnings = JobWarningOutput(many=True)


def quote_body(quote: Quote, available_micro_usd: int) -> dict[str, Any]:
    resolved = quote.resolved
    return {
        "object": "fine_tuning.quote",
        "tokens": quote.tokens,
        "n_epochs": resolved.n_epochs,
        "trained_tokens": quote.trained_tokens,
        "amount_micro_usd": quote.amount_micro_usd,
        "amount_usd": f"{quote.amount_micro_usd / 1_000_000:.6f}",
        "estimated_seconds": quote.estimated_seconds,
        "training_rows": rows_body(quote.training_rows),
        "validation_rows": rows_body(quote.validation_rows) if quote.validation_rows else None,
        "hyperparameters": {
            "n_epochs": resolved.n_epochs,
            "batch_size": resolved.batch_size,
            "learning_rate_multiplier": resolved.learning_rate_multiplier,
            "max_length": resolved.max_length,
            "long_rows": resolved.long_rows,
        },
        "available_micro_usd": available_micro_usd,
        "is_affordable": quote.amount_micro_usd <= available_micro_usd,
        "warnings": [msgspec.to_builtins(each) for each in quote.warnings],
    }
