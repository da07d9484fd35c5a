"""Usage and the ledger."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.metering.models import LedgerTransaction, UsageRecord
from apps.staff.admin.base import TenantAdmin
from apps.staff.display import dollars, link_to
from apps.staff.selectors import lines_of
from apps.staff.site import site

_LINE = "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>"
_TABLE = (
    "<table><thead><tr><th>Account</th><th>Amount</th><th>Balance after</th><th>Sold</th><th>Quantity</th>"
    "</tr></thead><tbody>{}</tbody></table>"
)


@admin.register(UsageRecord, site=site)
class UsageRecordAdmin(TenantAdmin):
    """Calls by their base: a tuned model's public name holds the customer's own words."""

    list_display = (
        "id",
        "organization",
        "operation",
        "base_model",
        "input_tokens",
        "output_tokens",
        "cost",
        "status",
        "ended_at",
    )
    search_fields = ("id",)
    search_help_text = "Request id"
    fields = (
        "id",
        ("organization", "project_id", "key_id", "user_id"),
        ("operation", "base_model", "status"),
        ("input_tokens", "cached_tokens", "output_tokens"),
        ("cost", "price_version", "posting"),
        ("started_at", "ended_at"),
    )
    readonly_fields = ("organization", "cost", "posting")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-ended_at",) if request.GET.get("tenant") else ("-id",)  # each has its index

    @admin.display(description="cost")
    def cost(self, row: UsageRecord) -> str:
        return dollars(row.cost_micro_usd)

    @admin.display(description="posting")
    def posting(self, row: UsageRecord) -> SafeString | str:
        return link_to(row.transaction, row.transaction.id) if row.transaction else "-"


@admin.register(LedgerTransaction, site=site)
class LedgerTransactionAdmin(TenantAdmin):
    list_display = ("id", "organization", "kind", "idempotency_key", "reason", "created_at")
    list_filter = ("kind",)
    filters = frozenset({"tenant", "kind__exact"})
    ordering = ("-id",)
    search_help_text = "Id of a transaction or an organization"
    fields = ("id", ("organization", "kind"), "idempotency_key", "reason", "created_at", "lines")
    readonly_fields = ("organization", "created_at", "lines")

    @admin.display(description="lines")
    def lines(self, row: Any) -> SafeString:
        found = (
            (
                line.account,
                dollars(line.amount_micro_usd),
                dollars(line.balance_micro_usd),
                line.line_item,
                line.quantity,
            )
            for line in lines_of(row)
        )
        return format_html(_TABLE, format_html_join("", _LINE, found))
