"""A member of staff looks at an organization as one of its people: read-only, for an hour, on the record."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from apps.audit.services import record
from apps.tenants.access import find_organization_access
from apps.tenants.models import User

LIFETIME = timedelta(hours=1)
END_PATH = "/api/impersonation/end"  # the one write that is let through
_SESSION_KEY = "impersonation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Impersonation:
    person: User
    tenant_id: str  # the one organization that is looked at, of those that the person is in
    staff_email: str
    expires_at: datetime


def find_impersonation(staff: User, session: Any) -> Impersonation | None:
    """Whom this session of a member of staff looks on as, while it may: an hour at most, and no longer than
    staff are staff, the person is a member, and the organization is open."""
    stored = session.get(_SESSION_KEY)
    if not stored or not staff.is_staff:
        return None
    expires_at = datetime.fromtimestamp(stored["expires_at"], UTC)
    person = User.objects.filter(id=stored["user_id"], is_active=True, is_staff=False).first()
    if person is None or expires_at <= timezone.now():
        return None
    if find_organization_access(person.id, stored["tenant_id"]) is None:
        return None
    return Impersonation(
        person=person, tenant_id=stored["tenant_id"], staff_email=staff.email, expires_at=expires_at
    )


def start_impersonation(session: Any, user_id: str, *, tenant_id: str) -> None:
    """Begin; the caller has checked that this is staff, and recorded why."""
    session[_SESSION_KEY] = {
        "user_id": user_id,
        "tenant_id": tenant_id,
        "expires_at": (timezone.now() + LIFETIME).timestamp(),
    }


def end_impersonation(session: Any) -> None:
    """Stop, on the record. Nothing happens where nobody is looked on as."""
    stored = session.pop(_SESSION_KEY, None)
    if stored:
        record(
            stored["tenant_id"],
            "staff.impersonation_ended",
            resource_id=stored["user_id"],
            after={"as": stored["user_id"]},
        )
