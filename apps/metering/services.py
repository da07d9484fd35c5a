"""Postings. Each takes the tenant's wallet lock, so that balances follow one order."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from apps.core.commit import after_commit
from apps.core.tenancy import tenant_transaction
from apps.metering import selectors, wallets
from apps.metering.models import Account, LedgerLine, LedgerTransaction, TransactionKind, Wallet


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One amount to post; revenue lines say what was sold."""

    account: Account
    amount_micro_usd: int
    line_item: str = ""
    quantity: int = 0
    price_version: int | None = None
    project_id: str = ""
    key_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What a job sold."""

    amount_micro_usd: int
    line_item: str
    quantity: int
    price_version: int
    project_id: str = ""
    key_id: str = ""


@tenant_transaction
def post(
    tenant_id: str, *, kind: TransactionKind, idempotency_key: str, lines: Sequence[Line], reason: str = ""
) -> LedgerTransaction:
    """Write one balanced transaction, or return the one already written under this key.

    Raises:
        django.db.IntegrityError: the lines do not sum to zero.
    """
    wallet = lock_wallet(tenant_id)
    transactions = LedgerTransaction.objects.for_tenant(tenant_id)
    if existing := transactions.filter(idempotency_key=idempotency_key).first():
        return existing
    posted = transactions.create(
        tenant_id=tenant_id, kind=kind, idempotency_key=idempotency_key, reason=reason
    )
    balances = {
        account: selectors.account_balance(tenant_id, account) for account in {x.account for x in lines}
    }
    for line in lines:
        balances[line.account] += line.amount_micro_usd
        LedgerLine.objects.for_tenant(tenant_id).create(
            tenant_id=tenant_id,
            transaction=posted,
            account=line.account,
            amount_micro_usd=line.amount_micro_usd,
            balance_micro_usd=balances[line.account],
            line_item=line.line_item,
            quantity=line.quantity,
            price_version=line.price_version,
            project_id=line.project_id,
            key_id=line.key_id,
        )
    with connection.cursor() as cursor:  # check the sum now, while this tenant's rows are visible
        cursor.execute(
            "SET CONSTRAINTS ledger_sums_to_zero IMMEDIATE; SET CONSTRAINTS ledger_sums_to_zero DEFERRED"
        )
    wallet.sequence += 1
    wallet.save(update_fields=["sequence"])
    _publish_on_commit(tenant_id, wallet.sequence)
    return posted


def lock_wallet(tenant_id: str) -> Wallet:
    """The wallet's row, locked until the caller's transaction ends."""
    Wallet.objects.bulk_create([Wallet(tenant_id=tenant_id)], ignore_conflicts=True)
    return Wallet.objects.select_for_update().get(tenant_id=tenant_id)


def _publish_on_commit(tenant_id: str, sequence: int) -> None:
    balance = selectors.account_balance(tenant_id, Account.WALLET)
    after_commit(wallets.publish_balance, tenant_id, balance, sequence)


@tenant_transaction
def grant_credit(tenant_id: str, *, amount_micro_usd: int, idempotency_key: str, reason: str) -> None:
    """Give a tenant money to spend, once per key."""
    post(
        tenant_id,
        kind=TransactionKind.CREDIT,
        idempotency_key=idempotency_key,
        reason=reason,
        lines=[
            Line(account=Account.WALLET, amount_micro_usd=amount_micro_usd),
            Line(account=Account.PROMOTION, amount_micro_usd=-amount_micro_usd),
        ],
    )


@tenant_transaction
def hold_credit(tenant_id: str, *, job_id: str, amount_micro_usd: int) -> None:
    """Set the highest cost of a job aside, once.

    Raises:
        InsufficientQuota: the balance, less what calls have used and hold, does not cover it.
        Unavailable: what calls hold is not known now. Nothing was written in either case.
    """
    wallet, key = lock_wallet(tenant_id), f"{job_id}:hold"
    if LedgerTransaction.objects.for_tenant(tenant_id).filter(idempotency_key=key).exists():
        return
    balance = selectors.account_balance(tenant_id, Account.WALLET)
    hold = wallets.JobHold(tenant_id=tenant_id, job_id=job_id, amount_micro_usd=amount_micro_usd)
    hold.take(balance_micro_usd=balance, sequence=wallet.sequence)
    post(
        tenant_id,
        kind=TransactionKind.TRAINING_HOLD,
        idempotency_key=key,
        lines=[
            Line(account=Account.WALLET, amount_micro_usd=-amount_micro_usd),
            Line(account=Account.HELD, amount_micro_usd=amount_micro_usd),
        ],
    )
    after_commit(hold.hand_over, balance_micro_usd=balance - amount_micro_usd, sequence=wallet.sequence + 1)


@tenant_transaction
def settle_hold(tenant_id: str, *, job_id: str, held_micro_usd: int, sale: Sale | None) -> None:
    """End a job's hold: what was sold is revenue, the rest goes back. A sale never exceeds its hold."""
    cost = min(sale.amount_micro_usd, held_micro_usd) if sale else 0
    lines = [Line(account=Account.HELD, amount_micro_usd=-held_micro_usd)]
    if held_micro_usd - cost:
        lines.append(Line(account=Account.WALLET, amount_micro_usd=held_micro_usd - cost))
    if sale and cost:
        lines.append(
            Line(
                account=Account.REVENUE,
                amount_micro_usd=cost,
                line_item=sale.line_item,
                quantity=sale.quantity,
                price_version=sale.price_version,
                project_id=sale.project_id,
                key_id=sale.key_id,
            )
        )
    post(tenant_id, kind=TransactionKind.TRAINING_SETTLEMENT, idempotency_key=f"{job_id}:settle", lines=lines)
