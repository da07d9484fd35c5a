"""Sessions in the database that end after some idle days, and in any case after some more."""

import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

_SIGNED_IN_AT = "signed_in_at"  # seconds


class SessionStore(DatabaseStore):
    """The row's expiry, moved on by each save, never passes the sign-in's absolute end.

    So cookies and session tokens are held to it alike, by the database's own look-up.
    """

    def save(self, must_create: bool = False) -> None:
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # untyped, in Django's base
        if SESSION_KEY in data:
            data.setdefault(_SIGNED_IN_AT, int(time.time()))
        super().save(must_create)

    def cycle_key(self) -> None:
        """A new key at each sign-in, and a new time with it."""
        self.pop(_SIGNED_IN_AT, None)
        super().cycle_key()

    def get_expiry_age(self, **kwargs: Any) -> int:
        idle = super().get_expiry_age(**kwargs)
        started = self.get(_SIGNED_IN_AT)
        if started is None:
            return idle
        return min(idle, max(0, int(started + settings.SESSION_ABSOLUTE_SECONDS - time.time())))

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        return timezone.now() + timedelta(seconds=self.get_expiry_age(**kwargs))
