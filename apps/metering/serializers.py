"""OpenAI's usage and costs pages, and the queries for them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from apps.metering.selectors import COST_GROUPS, USAGE_GROUPS, Bucket
from kernel.money import MICRO_USD

_WIDTHS = {
    "1m": (timedelta(minutes=1), 60, 1440),
    "1h": (timedelta(hours=1), 24, 168),
    "1d": (timedelta(days=1), 7, 31),
}  # width -> (span, default number of buckets, most)


class _PageQuery(serializers.Serializer[Any]):
    start_time = serializers.IntegerField(min_value=0)
    end_time = serializers.IntegerField(min_value=0, required=False)
    limit = serializers.IntegerField(min_value=1, required=False)
    page = serializers.IntegerField(min_value=0, required=False)
    project_ids = serializers.ListField(child=serializers.CharField(), required=False)

    def period(self, width: timedelta) -> tuple[datetime, datetime]:
        """From (or from the page's first bucket on) until `end_time`, else now."""
        data = self.validated_data
        start = datetime.fromtimestamp(data.get("page") or data["start_time"], UTC)
        end = datetime.fromtimestamp(data["end_time"], UTC) if data.get("end_time") else timezone.now()
        return start, end


class UsageQuery(_PageQuery):
    bucket_width = serializers.ChoiceField(choices=list(_WIDTHS), default="1d")
    models = serializers.ListField(child=serializers.CharField(), required=False)
    user_ids = serializers.ListField(child=serializers.CharField(), required=False)
    api_key_ids = serializers.ListField(child=serializers.CharField(), required=False)
    group_by = serializers.ListField(
        child=serializers.ChoiceField(choices=list(USAGE_GROUPS)), required=False
    )

    def width_and_limit(self) -> tuple[timedelta, int]:
        width, default, most = _WIDTHS[self.validated_data["bucket_width"]]
        limit = self.validated_data.get("limit", default)
        if limit > most:
            raise serializers.ValidationError({"limit": [f"must be at most {most} for this bucket_width"]})
        return width, limit

    def filters(self) -> dict[str, list[str]]:
        given = {
            "model": "models",
            "project_id": "project_ids",
            "user_id": "user_ids",
            "api_key_id": "api_key_ids",
        }
        return {
            name: self.validated_data[field]
            for name, field in given.items()
            if self.validated_data.get(field)
        }


class CostsQuery(_PageQuery):
    bucket_width = serializers.ChoiceField(choices=["1d"], default="1d")
    limit = serializers.IntegerField(min_value=1, max_value=180, default=7)
    group_by = serializers.ListField(child=serializers.ChoiceField(choices=list(COST_GROUPS)), required=False)


def query_data(params: Any) -> dict[str, Any]:
    """Query parameters as plain data: `x[]=a&x[]=b` (as OpenAI's clients send) and `x=a&x=b` are lists."""
    lists = {"project_ids", "models", "user_ids", "api_key_ids", "group_by"}
    data: dict[str, Any] = {}
    for raw, values in params.lists():
        name = raw.removesuffix("[]")
        if name in lists:
            data[name] = [part for value in values for part in value.split(",")]
        else:
            data[name] = values[-1]
    return data


def usage_result(row: dict[str, Any]) -> dict[str, Any]:
    """One row of OpenAI's usage/completions; what was not grouped by is null."""
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
        "batch": None,
        "service_tier": None,
    }


def costs_result(row: dict[str, Any]) -> dict[str, Any]:
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


def as_page(buckets: list[Bucket], results: Any, end: datetime) -> dict[str, Any]:
    """OpenAI's page of buckets; `next_page` is the first second of the next bucket."""
    has_more = bool(buckets) and buckets[-1].end < end
    return {
        "object": "page",
        "data": [
            {
                "object": "bucket",
                "start_time": int(bucket.start.timestamp()),
                "end_time": int(bucket.end.timestamp()),
                "results": [results(row) for row in bucket.results],
            }
            for bucket in buckets
        ],
        "has_more": has_more,
        "next_page": str(int(buckets[-1].end.timestamp())) if has_more else None,
    }


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
