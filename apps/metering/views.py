"""Usage, costs and balance, read from the ledger."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import OrganizationView
from apps.metering import selectors, serializers
from kernel.policy import Action

_COMPLETIONS = ("chat.completions", "completions", "classify")


class _UsageView(OrganizationView):
    """Tokens and calls of some operations per span of time; of none: pages of empty buckets."""

    actions = {"GET": Action.USAGE_READ}
    operations: tuple[str, ...] = ()
    render: Callable[[dict[str, Any], list[str]], dict[str, Any]] = staticmethod(
        serializers.completions_result
    )

    def get(self, request: Request) -> Response:
        start, end, width = serializers.period(self.query)
        group_by = [name for name in self.query.get("group_by", []) if name in selectors.USAGE_GROUPS]
        buckets = selectors.usage_buckets(
            self.caller.tenant_id,
            spans=selectors.spans_between(start, end, width, self.query["limit"]),
            operations=() if self.query.get("batch") else self.operations,
            filters=serializers.chosen(self.query),
            group_by=group_by,
        )
        return Response(serializers.as_page(buckets, self.render, self.query))


@extend_schema(responses=serializers.UsagePageOutput)
class UsageCompletionsView(_UsageView):
    """GET /v1/organization/usage/completions."""

    operation_id = "usageCompletions"
    queries = {"GET": serializers.CompletionsQuery}
    operations = _COMPLETIONS


@extend_schema(responses=serializers.EmbeddingsPageOutput)
class UsageEmbeddingsView(_UsageView):
    """GET /v1/organization/usage/embeddings."""

    operation_id = "usageEmbeddings"
    queries = {"GET": serializers.ModelUsageQuery}
    operations = ("embeddings",)
    render = staticmethod(serializers.embeddings_result)


# Kinds of use that there are none of here: pages of empty buckets, so that whoever exports them all goes on.
_NONE = serializers.UsagePageOutput


@extend_schema(responses=_NONE)
class UsageModerationsView(_UsageView):
    operation_id = "usageModerations"
    queries = {"GET": serializers.ModelUsageQuery}


@extend_schema(responses=_NONE)
class UsageImagesView(_UsageView):
    operation_id = "usageImages"
    queries = {"GET": serializers.ImagesQuery}


@extend_schema(responses=_NONE)
class UsageAudioSpeechesView(_UsageView):
    operation_id = "usageAudioSpeeches"
    queries = {"GET": serializers.ModelUsageQuery}


@extend_schema(responses=_NONE)
class UsageAudioTranscriptionsView(_UsageView):
    operation_id = "usageAudioTranscriptions"
    queries = {"GET": serializers.ModelUsageQuery}


@extend_schema(responses=_NONE)
class UsageVectorStoresView(_UsageView):
    operation_id = "usageVectorStores"
    queries = {"GET": serializers.ProjectUsageQuery}


@extend_schema(responses=_NONE)
class UsageCodeInterpreterSessionsView(_UsageView):
    operation_id = "usageCodeInterpreterSessions"
    queries = {"GET": serializers.ProjectUsageQuery}


@extend_schema(responses=_NONE)
class UsageFileSearchCallsView(_UsageView):
    operation_id = "usageFileSearchCalls"
    queries = {"GET": serializers.FileSearchQuery}


@extend_schema(responses=_NONE)
class UsageWebSearchCallsView(_UsageView):
    operation_id = "usageWebSearchCalls"
    queries = {"GET": serializers.WebSearchQuery}


class CostsView(OrganizationView):
    """GET /v1/organization/costs: money per day, from the ledger's revenue lines."""

    actions = {"GET": Action.USAGE_READ}
    queries = {"GET": serializers.CostsQuery}

    @extend_schema(operation_id="usageCosts", responses=serializers.CostsPageOutput)
    def get(self, request: Request) -> Response:
        start, end, width = serializers.period(self.query)
        buckets = selectors.cost_buckets(
            self.caller.tenant_id,
            spans=selectors.spans_between(start, end, width, self.query["limit"]),
            filters=serializers.chosen(self.query),
            group_by=self.query.get("group_by", []),
        )
        return Response(serializers.as_page(buckets, serializers.costs_result, self.query))


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
