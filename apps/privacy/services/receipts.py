"""What an erasure notes: its plan, and numbers without personal content."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from apps.core.tenancy import system_scope
from apps.privacy.models import Erasure

LEASE = timedelta(minutes=15)  # longer than any one step; each write to the receipt renews it


def count(tenant_id: str, found: Mapping[str, int]) -> None:
    """Add to the receipt's numbers; in a transaction that is open already, together with it."""
    with system_scope():
        erasure = Erasure.objects.select_for_update().get(organization_id=tenant_id)
        for name, number in found.items():
            if number:
                erasure.counts[name] = erasure.counts.get(name, 0) + number
        erasure.leased_until = timezone.now() + LEASE
        erasure.save(update_fields=["counts", "leased_until"])


def remember(tenant_id: str, things: Mapping[str, list[str]]) -> None:
    """Add to the plan, which outlives the rows that it was read from."""
    with system_scope():
        erasure = Erasure.objects.select_for_update().get(organization_id=tenant_id)
        for name, values in things.items():
            erasure.plan[name] = sorted({*erasure.plan.get(name, []), *values})
        erasure.save(update_fields=["plan"])


def get_plan(tenant_id: str) -> dict[str, list[str]]:
    """What was remembered; empty once the erasure is finished."""
    with system_scope():
        plan: dict[str, list[str]] = Erasure.objects.get(organization_id=tenant_id).plan
    return plan
