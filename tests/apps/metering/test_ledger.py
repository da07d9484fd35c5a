"""The ledger: balanced, append-only, once per key."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.core.tenancy import tenant_scope
from apps.metering.models import Account, LedgerLine, TransactionKind
from apps.metering.selectors import get_balance
from apps.metering.services import Line, Sale, grant_credit, hold_credit, post, settle_hold
from kernel.errors import InsufficientQuota


def lines_of(tenant_id):
    with tenant_scope(tenant_id):
        return list(LedgerLine.objects.for_tenant(tenant_id).order_by("id"))


def test_same_key_posts_once(owner):
    for _ in range(3):
        grant_credit(owner.tenant_id, amount_micro_usd=7, idempotency_key="gift", reason="test")

    assert get_balance(owner.tenant_id).available_micro_usd == 5_000_007


def test_unbalanced_lines_are_refused(owner):
    before = lines_of(owner.tenant_id)

    with pytest.raises(IntegrityError), transaction.atomic():
        post(
            owner.tenant_id,
            kind=TransactionKind.CREDIT,
            idempotency_key="wrong",
            lines=[Line(account=Account.WALLET, amount_micro_usd=1)],
        )

    assert lines_of(owner.tenant_id) == before


@pytest.mark.parametrize(
    "statement", ["UPDATE metering_ledgerline SET quantity = 1", "DELETE FROM metering_ledgerline"]
)
def test_lines_cannot_be_changed(owner, statement):
    with pytest.raises(DatabaseError), tenant_scope(owner.tenant_id), connection.cursor() as cursor:
        cursor.execute(statement)


def test_hold_and_settlement_return_the_rest(owner):
    hold_credit(owner.tenant_id, job_id="ftjob-1", amount_micro_usd=1000)
    assert get_balance(owner.tenant_id) == (4_999_000, 1000)

    sale = Sale(amount_micro_usd=400, line_item="base, training", quantity=4, price_version=1)
    for _ in range(2):
        settle_hold(owner.tenant_id, job_id="ftjob-1", held_micro_usd=1000, sale=sale)

    assert get_balance(owner.tenant_id) == (4_999_600, 0)
    assert sum(line.amount_micro_usd for line in lines_of(owner.tenant_id)) == 0


def test_hold_beyond_the_balance_is_refused(owner):
    with pytest.raises(InsufficientQuota):
        hold_credit(owner.tenant_id, job_id="ftjob-1", amount_micro_usd=5_000_001)

    assert get_balance(owner.tenant_id) == (5_000_000, 0)
