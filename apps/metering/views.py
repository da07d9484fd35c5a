"""Usage, costs and balance, read from the ledger."""

from datetime import timedelta

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import OrganizationView
from apps.metering import selectors, serializers
from kernel.policy import Action

_COMPLETIONS = ("chat.completions", "completions", "classify")


class UsageCompletionsView(OrganizationView):
    """GET /v1/organization/usage/completions: tokens and calls per span of time."""

    actions = {"GET": Action.USAGE_READ}

    operations: tuple[str, ...] = _COMPLETIONS

    @extend_schema(
        operation_id="usageCompletions",
        parameters=[serializers.UsageQuery],
        responses=serializers.UsagePageOutput,
    )
    def get(self, request: Request) -> Response:
        query = serializers.UsageQuery(data=serializers.query_data(request.query_params))
        query.is_valid(raise_exception=True)
        width, limit = query.width_and_limit()
        start, end = query.period(width)
        buckets = selectors.usage_buckets(
            self.caller.tenant_id,
            spans=selectors.spans_between(start, end, width, limit),
            operations=self.operations,
            filters=query.filters(),
            group_by=query.validated_data.get("group_by", []),
        )
        return Response(serializers.as_page(buckets, serializers.usage_result, end))


class UsageEmbeddingsView(UsageCompletionsView):
    """GET /v1/organization/usage/embeddings."""

    operations = ("embeddings",)

    @extend_schema(
        operation_id="usageEmbeddings",
        parameters=[serializers.UsageQuery],
        responses=serializers.UsagePageOutput,
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class CostsView(OrganizationView):
    """GET /v1/organization/costs: money per day, from the ledger's revenue lines."""

    actions = {"GET": Action.USAGE_READ}

    @extend_schema(
        operation_id="usageCosts", parameters=[serializers.CostsQuery], responses=serializers.CostsPageOutput
    )
    def get(self, request: Request) -> Response:
        query = serializers.CostsQuery(data=serializers.query_data(request.query_params))
        query.is_valid(raise_exception=True)
        day = timedelta(days=1)
        start, end = query.period(day)
        buckets = selectors.cost_buckets(
            self.caller.tenant_id,
            spans=selectors.spans_between(start, end, day, query.validated_data["limit"]),
            project_ids=query.validated_data.get("project_ids", []),
            group_by=query.validated_data.get("group_by", []),
        )
        return Response(serializers.as_page(buckets, serializers.costs_result, end))


class BalanceView(OrganizationView):
    """GET /v1/organization/balance: what is left, and what jobs hold."""

    actions = {"GET": Action.BALANCE_READ}

    @extend_schema(operation_id="getBalance", responses=serializers.BalanceOutput)
    def get(self, request: Request) -> Response:
        balance = selectors.get_balance(self.caller.tenant_id)
        return Response(
            {
                "object": "organization.balance",
                "balance_micro_usd": balance.available_micro_usd + balance.held_micro_usd,
                "held_micro_usd": balance.held_micro_usd,
                "available_micro_usd": balance.available_micro_usd,
                "currency": "usd",
            }
        )
