"""A member of staff looks at an organization as one of its people: read-only, for an hour, on the record."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from apps.tenants.models import User

LIFETIME = timedelta(hours=1)
_SESSION_KEY = "impersonation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Impersonation:
    person: User
    staff_email: str
    expires_at: datetime


def find_impersonation(staff: User, session: Any) -> Impersonation | None:
    """Whom this session of a member of staff looks on as, while it may."""
    stored = session.get(_SESSION_KEY)
    if not stored or not staff.is_staff:
        return None
    expires_at = datetime.fromtimestamp(stored["expires_at"], UTC)
    person = User.objects.filter(id=stored["user_id"], is_active=True).first()
    if person is None or expires_at <= timezone.now():
        return None
    return Impersonation(person=person, staff_email=staff.email, expires_at=expires_at)


def start_impersonation(session: Any, user_id: str) -> None:
    """Begin; the caller has checked that this is staff, and recorded why."""
    session[_SESSION_KEY] = {
        "user_id": user_id,
        "expires_at": (timezone.now() + LIFETIME).timestamp(),
    }


def end_impersonation(session: Any) -> None:
    session.pop(_SESSION_KEY, None)
