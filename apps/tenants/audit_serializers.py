"""Which rows of the audit log are wanted, in OpenAI's words."""

from datetime import UTC, datetime
from typing import Any

from rest_framework import serializers

from apps.audit.selectors import AuditFilters
from apps.core.inputs import IdListField, QueryInput, StrictSerializer, UnixSecondsField
from apps.core.pagination import PageQuery


class EffectiveAtInput(StrictSerializer):
    gt = UnixSecondsField(required=False)
    gte = UnixSecondsField(required=False)
    lt = UnixSecondsField(required=False)
    lte = UnixSecondsField(required=False)


class _Filters(QueryInput):
    effective_at = EffectiveAtInput(required=False)
    project_ids = IdListField()
    event_types = IdListField()
    actor_ids = IdListField()
    actor_emails = IdListField(child=serializers.CharField(max_length=254))
    resource_ids = IdListField()


class ListAuditLogsQuery(_Filters, PageQuery):
    pass


class ExportAuditLogsQuery(_Filters):
    format = serializers.ChoiceField(choices=["jsonl", "csv"], default="jsonl")


def audit_filters(query: dict[str, Any]) -> AuditFilters:
    times = {
        lookup: datetime.fromtimestamp(seconds, UTC)
        for lookup, seconds in query.get("effective_at", {}).items()
    }
    names = ("project_ids", "event_types", "actor_ids", "actor_emails", "resource_ids")
    return AuditFilters(effective_at=times, **{name: tuple(query.get(name, ())) for name in names})
