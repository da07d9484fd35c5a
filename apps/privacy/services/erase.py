"""The end of an organization: closed at once, then erased everywhere, and a receipt kept.

Every step can be repeated, and a later run does all of them again: a crash anywhere costs a few seconds.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.audit.services import record_platform
from apps.core.dispatch import TaskName, send_on_commit
from apps.core.tenancy import system_scope
from apps.privacy.models import Erasure
from apps.privacy.selectors import is_free
from apps.privacy.services.engines import collect_answers
from apps.privacy.services.receipts import LEASE, count, get_plan
from apps.privacy.services.steps import STEPS
from apps.tenants.services import close_organization

_LATE = timedelta(days=7)  # how long what a gateway or a runner still sent is looked for
_LATE_EVERY = timedelta(minutes=10)


@transaction.atomic
def delete_organization(tenant_id: str, *, slug: str) -> None:
    """Close the organization and have everything of it erased.

    Raises:
        InvalidRequest: the slug, typed as a confirmation, is not this organization's.
    """
    close_organization(tenant_id, slug=slug)
    with system_scope():
        Erasure.objects.get_or_create(organization_id=tenant_id)
    send_on_commit(TaskName.ERASE_ORGANIZATION, tenant_id=tenant_id)


def erase_organization(tenant_id: str) -> bool:
    """Erase what is there of a closed organization. Returns whether nothing is left.

    False: somebody else is at it, or a host has not answered yet that its engines forgot; the sweeper
    comes back.
    """
    if not _claim(tenant_id):
        return False
    try:
        for step in STEPS:
            step(tenant_id)
        return _finish(tenant_id)
    finally:
        _release(tenant_id)


def _claim(tenant_id: str) -> bool:
    now = timezone.now()
    with system_scope():
        found = Erasure.objects.filter(is_free(now), organization_id=tenant_id)
        return bool(found.update(leased_until=now + LEASE))


def _release(tenant_id: str) -> None:
    with system_scope():
        Erasure.objects.filter(organization_id=tenant_id).update(leased_until=None)


def _finish(tenant_id: str) -> bool:
    """Close the receipt once every host has answered."""
    answers = collect_answers(get_plan(tenant_id).get("adapters", []))
    if answers is None:
        return False
    with system_scope():
        count(tenant_id, {f"hosts.{host}": number for host, number in answers.items()})
        erasure = Erasure.objects.select_for_update().get(organization_id=tenant_id)
        is_first = erasure.finished_at is None
        erasure.plan, erasure.checked_at = {}, timezone.now()
        erasure.finished_at = erasure.finished_at or erasure.checked_at
        erasure.save(update_fields=["plan", "checked_at", "finished_at"])
        if is_first:
            record_platform("organization.erased", resource_id=tenant_id, after=erasure.counts)
    return True


def sweep_erasures() -> None:
    """Ring again for what is unfinished, and now and then for what may have come after the end."""
    now = timezone.now()
    with system_scope():
        is_late = Q(finished_at__gte=now - _LATE, checked_at__lt=now - _LATE_EVERY)
        due = Erasure.objects.filter(is_free(now)).filter(Q(finished_at__isnull=True) | is_late)
        for tenant_id in due.values_list("organization_id", flat=True):
            send_on_commit(TaskName.ERASE_ORGANIZATION, tenant_id=tenant_id)
