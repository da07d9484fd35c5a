"""The test suite: as production, on scratch stores, with a quick password hash and without throttles."""

from finery.settings.base import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # type: ignore[assignment]  # allauth: none. Tests of the limits switch them on
