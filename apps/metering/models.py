"""The ledger: double entry, append-only. Totals are computed; nothing is edited.

Amounts are micro-dollars. Within a transaction the lines sum to zero (a deferred database constraint).
"""

from functools import partial

from django.db import models
from django.db.models import Q

from apps.core.models import AppendOnly, TenantModel
from kernel.ids import new_id


class Wallet(models.Model):
    """The lock that puts a tenant's postings in one order. Holds no balance, only what is below one."""

    tenant = models.OneToOneField(
        "tenants.Organization", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    sequence = models.BigIntegerField(default=0)  # postings so far
    carry = models.IntegerField(default=0)  # millionths of a micro-dollar, see kernel.money.booked_cost

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(carry__gte=0, carry__lt=1_000_000), name="carry_is_below_a_micro_usd"
            )
        ]


class TransactionKind(models.TextChoices):
    CREDIT = "credit"
    USAGE = "usage"
    TRAINING_HOLD = "training_hold"
    TRAINING_SETTLEMENT = "training_settlement"


class Account(models.TextChoices):
    WALLET = "wallet"  # what the tenant may spend
    HELD = "held"  # set aside for jobs that have not ended
    REVENUE = "revenue"
    PROMOTION = "promotion"  # credit given away


class LedgerTransaction(AppendOnly, TenantModel):
    """One event that moved money, once per idempotency key."""

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "txn_"), editable=False)
    kind = models.CharField(max_length=24, choices=TransactionKind)
    idempotency_key = models.CharField(max_length=120)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "idempotency_key"], name="posted_once_per_key"),
            models.CheckConstraint(
                condition=Q(kind__in=TransactionKind.values), name="transaction_kind_known"
            ),
        ]


class LedgerLine(AppendOnly, TenantModel):
    """One amount on one account. Wallet lines carry the balance after them."""

    id = models.BigAutoField(primary_key=True)
    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="lines")
    account = models.CharField(max_length=12, choices=Account)
    amount_micro_usd = models.BigIntegerField()
    balance_micro_usd = models.BigIntegerField()  # of this tenant's account, after this line
    line_item = models.CharField(max_length=120, blank=True)  # "finery-nano, output": for revenue lines
    quantity = models.BigIntegerField(default=0)
    price_version = models.BigIntegerField(null=True)
    project_id = models.CharField(max_length=40, blank=True)
    key_id = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(account__in=Account.values), name="ledger_account_known"),
            models.CheckConstraint(
                condition=~Q(account__in=[Account.HELD]) | Q(balance_micro_usd__gte=0),
                name="held_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "account", "-id"], name="ledger_account_latest"),
            models.Index(fields=["tenant", "created_at"], name="ledger_by_time"),
        ]


class UsageRecord(AppendOnly, TenantModel):
    """One finished call, as the gateway counted it."""

    id = models.CharField(primary_key=True, max_length=60)  # the request id
    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="+", null=True)
    project_id = models.CharField(max_length=40)
    key_id = models.CharField(max_length=40)
    user_id = models.CharField(max_length=40, blank=True)
    operation = models.CharField(max_length=24)
    model = models.CharField(max_length=200)
    base_model = models.CharField(max_length=120)
    price_version = models.BigIntegerField()
    input_tokens = models.PositiveBigIntegerField()
    cached_tokens = models.PositiveBigIntegerField()
    output_tokens = models.PositiveBigIntegerField()
    cost_micro_usd = models.BigIntegerField()
    status = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "ended_at"], name="usage_by_time")]
