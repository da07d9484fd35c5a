"""OpenAI's usage and costs pages, and the queries for them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from apps.core.inputs import IdListField, QueryInput, UnixSecondsField
from apps.metering.selectors import COST_GROUPS, Bucket
from kernel.money import MICRO_USD

_WIDTHS = {
    "1m": (timedelta(minutes=1), 60, 1440),
    "1h": (timedelta(hours=1), 24, 168),
    "1d": (timedelta(days=1), 7, 31),
}  # width -> (span, default number of buckets, most)
_BY_MODEL = ("project_id", "user_id", "api_key_id", "model")


class _PageQuery(QueryInput):
    start_time = UnixSecondsField()
    end_time = UnixSecondsField(required=False)
    page = UnixSecondsField(required=False)
    project_ids = IdListField()


def _groups(*names: str) -> serializers.ListField:
    child = serializers.ChoiceField(choices=names)
    return serializers.ListField(child=child, required=False, max_length=20)


class ProjectUsageQuery(_PageQuery):
    """What every kind of usage can be asked."""

    bucket_width = serializers.ChoiceField(choices=list(_WIDTHS), default="1d")
    limit = serializers.IntegerField(min_value=1, max_value=1440, required=False)
    group_by = _groups("project_id")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        _, default, most = _WIDTHS[attrs["bucket_width"]]
        if attrs.setdefault("limit", default) > most:
            raise serializers.ValidationError({"limit": [f"must be at most {most} for this bucket_width"]})
        return attrs


class CallerUsageQuery(ProjectUsageQuery):
    user_ids = IdListField()
    api_key_ids = IdListField()
    group_by = _groups("project_id", "user_id", "api_key_id")


class ModelUsageQuery(CallerUsageQuery):
    models = IdListField()
    group_by = _groups(*_BY_MODEL)


class CompletionsQuery(ModelUsageQuery):
    batch = serializers.BooleanField(required=False, allow_null=True, default=None)
    group_by = _groups(*_BY_MODEL, "batch", "service_tier")


class ImagesQuery(ModelUsageQuery):
    sources = IdListField()
    sizes = IdListField()
    group_by = _groups(*_BY_MODEL, "size", "source")


class FileSearchQuery(CallerUsageQuery):
    vector_store_ids = IdListField()
    group_by = _groups("project_id", "user_id", "api_key_id", "vector_store_id")


class WebSearchQuery(ModelUsageQuery):
    context_levels = IdListField()
    group_by = _groups(*_BY_MODEL, "context_level")


class CostsQuery(_PageQuery):
    bucket_width = serializers.ChoiceField(choices=["1d"], default="1d")
    limit = serializers.IntegerField(min_value=1, max_value=180, default=7)
    api_key_ids = IdListField()
    group_by = _groups(*COST_GROUPS)


def period(query: dict[str, Any]) -> tuple[datetime, datetime, timedelta]:
    """From (or from the page's first bucket on) until `end_time`, else now; and how long a bucket is."""
    start = datetime.fromtimestamp(query.get("page") or query["start_time"], UTC)
    end = datetime.fromtimestamp(query["end_time"], UTC) if query.get("end_time") else timezone.now()
    return start, end, _WIDTHS[query["bucket_width"]][0]


def chosen(query: dict[str, Any]) -> dict[str, list[str]]:
    """What the rows are filtered by: names of USAGE_GROUPS or COST_GROUPS to the ids that are wanted."""
    given = {
        "model": "models",
        "project_id": "project_ids",
        "user_id": "user_ids",
        "api_key_id": "api_key_ids",
    }
    return {name: query[field] for name, field in given.items() if query.get(field)}


def completions_result(row: dict[str, Any], group_by: list[str]) -> dict[str, Any]:
    """One row of OpenAI's usage/completions; what was not grouped by is null. No call is in a batch."""
    return {
        "object": "organization.usage.completions.result",
        "input_tokens": row["input"],
        "input_cached_tokens": row["cached"],
        "input_uncached_tokens": row["input"] - row["cached"],
        "output_tokens": row["output"],
        "num_model_requests": row["calls"],
        "project_id": row.get("project_id"),
        "user_id": row.get("user_id") or None,
        "api_key_id": row.get("key_id"),
        "model": row.get("model"),
        "batch": False if "batch" in group_by else None,
        "service_tier": "default" if "service_tier" in group_by else None,
    }


def embeddings_result(row: dict[str, Any], group_by: list[str]) -> dict[str, Any]:
    """One row of OpenAI's usage/embeddings."""
    return {
        "object": "organization.usage.embeddings.result",
        "input_tokens": row["input"],
        "num_model_requests": row["calls"],
        "project_id": row.get("project_id"),
        "user_id": row.get("user_id") or None,
        "api_key_id": row.get("key_id"),
        "model": row.get("model"),
    }


def costs_result(row: dict[str, Any], group_by: list[str]) -> dict[str, Any]:
    """One row of OpenAI's costs; `amount_micro_usd` is the exact integer."""
    return {
        "object": "organization.costs.result",
        "amount": {"value": row["amount"] / MICRO_USD, "currency": "usd"},
        "amount_micro_usd": row["amount"],
        "line_item": row.get("line_item"),
        "project_id": row.get("project_id"),
        "api_key_id": row.get("key_id") or None,
        "quantity": row["quantity"],
        "quantity_unit": "tokens",
    }


def as_page(buckets: list[Bucket], render: Any, query: dict[str, Any]) -> dict[str, Any]:
    """OpenAI's page of buckets; `next_page` is the first second of the next bucket."""
    _, end, _ = period(query)
    has_more = bool(buckets) and buckets[-1].end < end
    group_by = query.get("group_by", [])
    return {
        "object": "page",
        "data": [
            {
                "object": "bucket",
                "start_time": int(bucket.start.timestamp()),
                "end_time": int(bucket.end.timestamp()),
                "results": [render(row, group_by) for row in bucket.results],
            }
            for bucket in buckets
        ],
        "has_more": has_more,
        "next_page": str(int(buckets[-1].end.timestamp())) if has_more else None,
    }


class EmbeddingsResultOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    input_tokens = serializers.IntegerField()
    num_model_requests = serializers.IntegerField()
    project_id = serializers.CharField(allow_null=True)
    user_id = serializers.CharField(allow_null=True)
    api_key_id = serializers.CharField(allow_null=True)
    model = serializers.CharField(allow_null=True)


class EmbeddingsBucketOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    start_time = serializers.IntegerField()
    end_time = serializers.IntegerField()
    results = EmbeddingsResultOutput(many=True)


class EmbeddingsPageOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    data = EmbeddingsBucketOutput(many=True)
    has_more = serializers.BooleanField()
    next_page = serializers.CharField(allow_null=True)


class UsageResultOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    input_tokens = serializers.IntegerField()
    input_cached_tokens = serializers.IntegerField()
    input_uncached_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    num_model_requests = serializers.IntegerField()
    project_id = serializers.CharField(allow_null=True)
    user_id = serializers.CharField(allow_null=True)
    api_key_id = serializers.CharField(allow_null=True)
    model = serializers.CharField(allow_null=True)
    batch = serializers.BooleanField(allow_null=True)
    service_tier = serializers.CharField(allow_null=True)


class UsageBucketOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    start_time = serializers.IntegerField()
    end_time = serializers.IntegerField()
    results = UsageResultOutput(many=True)


class UsagePageOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    data = UsageBucketOutput(many=True)
    has_more = serializers.BooleanField()
    next_page = serializers.CharField(allow_null=True)


class AmountOutput(serializers.Serializer[Any]):
    value = serializers.FloatField()
    currency = serializers.CharField()


class CostsResultOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    amount = AmountOutput()
    amount_micro_usd = serializers.IntegerField()
    line_item = serializers.CharField(allow_null=True)
    project_id = serializers.CharField(allow_null=True)
    api_key_id = serializers.CharField(allow_null=True)
    quantity = serializers.IntegerField()
    quantity_unit = serializers.CharField()


class CostsBucketOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    start_time = serializers.IntegerField()
    end_time = serializers.IntegerField()
    results = CostsResultOutput(many=True)


class CostsPageOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    data = CostsBucketOutput(many=True)
    has_more = serializers.BooleanField()
    next_page = serializers.CharField(allow_null=True)


class BalanceOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    balance_micro_usd = serializers.IntegerField()
    held_micro_usd = serializers.IntegerField()
    available_micro_usd = serializers.IntegerField()
    currency = serializers.CharField()
