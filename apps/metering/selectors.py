"""Reads on the ledger: balances, usage and costs."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet, Sum

from apps.core.tenancy import system_scope, tenant_transaction
from apps.metering import wallets
from apps.metering.models import Account, LedgerLine, UsageRecord, Wallet


class Balance(NamedTuple):
    """Micro-dollars. `available` may be spent; `held` is set aside for jobs."""

    available_micro_usd: int
    held_micro_usd: int


class Bucket(NamedTuple):
    """A span of time and what fell into it."""

    start: datetime
    end: datetime
    results: list[dict[str, Any]]


@tenant_transaction
def account_balance(tenant_id: str, account: Account) -> int:
    """A tenant's account in micro-dollars: the balance after its latest line."""
    line = LedgerLine.objects.for_tenant(tenant_id).filter(account=account).order_by("-id").first()
    return line.balance_micro_usd if line else 0


@tenant_transaction
def get_balance(tenant_id: str) -> Balance:
    return Balance(account_balance(tenant_id, Account.WALLET), account_balance(tenant_id, Account.HELD))


def get_spendable(tenant_id: str) -> int:
    """Micro-dollars that a job could take now: the balance less what calls have used and hold."""
    return get_balance(tenant_id).available_micro_usd - wallets.in_flight(tenant_id)


@tenant_transaction
def wallet_position(tenant_id: str) -> tuple[int, int]:
    """(balance in micro-dollars, number of postings), as one posting left them."""
    wallet = Wallet.objects.filter(tenant_id=tenant_id).select_for_update().first()
    return account_balance(tenant_id, Account.WALLET), wallet.sequence if wallet else 0


def list_tenants_with_wallet() -> list[str]:
    """Every tenant that ever had money, for the reconciler."""
    with system_scope():
        return list(Wallet.objects.values_list("tenant_id", flat=True))


USAGE_GROUPS = {"model": "model", "project_id": "project_id", "api_key_id": "key_id", "user_id": "user_id"}
COST_GROUPS = {"line_item": "line_item", "project_id": "project_id", "api_key_id": "key_id"}


@tenant_transaction
def usage_buckets(
    tenant_id: str,
    *,
    spans: list[tuple[datetime, datetime]],
    operations: Iterable[str],
    filters: dict[str, list[str]],
    group_by: list[str],
) -> list[Bucket]:
    """Tokens and calls per span, grouped by names of USAGE_GROUPS."""
    rows = UsageRecord.objects.for_tenant(tenant_id).filter(operation__in=list(operations))
    for name, values in filters.items():
        rows = rows.filter(**{f"{USAGE_GROUPS[name]}__in": values})
    columns = [USAGE_GROUPS[name] for name in group_by]
    return [
        Bucket(start, end, _usage(rows.filter(ended_at__gte=start, ended_at__lt=end), columns))
        for start, end in spans
    ]


def _usage(rows: QuerySet[UsageRecord], columns: list[str]) -> list[dict[str, Any]]:
    grouped = rows.values(*columns) if columns else rows.values("tenant_id")
    return list(
        grouped.annotate(
            input=Sum("input_tokens"),
            cached=Sum("cached_tokens"),
            output=Sum("output_tokens"),
            calls=Count("id"),
        ).order_by(*columns)
    )


@tenant_transaction
def cost_buckets(
    tenant_id: str,
    *,
    spans: list[tuple[datetime, datetime]],
    filters: dict[str, list[str]],
    group_by: list[str],
) -> list[Bucket]:
    """Revenue lines per span, grouped by names of COST_GROUPS."""
    rows = LedgerLine.objects.for_tenant(tenant_id).filter(account=Account.REVENUE)
    for name, values in filters.items():
        rows = rows.filter(**{f"{COST_GROUPS[name]}__in": values})
    columns = [COST_GROUPS[name] for name in group_by]
    return [
        Bucket(start, end, _costs(rows.filter(created_at__gte=start, created_at__lt=end), columns))
        for start, end in spans
    ]


def _costs(rows: QuerySet[LedgerLine], columns: list[str]) -> list[dict[str, Any]]:
    grouped = rows.values(*columns) if columns else rows.values("tenant_id")
    return list(grouped.annotate(amount=Sum("amount_micro_usd"), quantity=Sum("quantity")).order_by(*columns))


def spans_between(
    start: datetime, end: datetime, width: timedelta, limit: int
) -> list[tuple[datetime, datetime]]:
    """Up to `limit` spans of `width`, the first beginning at a whole multiple of it since 1970 in UTC."""
    seconds = int(width.total_seconds())
    at = datetime.fromtimestamp(int(start.timestamp()) // seconds * seconds, UTC)
    spans: list[tuple[datetime, datetime]] = []
    while at < end and len(spans) < limit:
        spans.append((at, at + width))
        at += width
    return spans
