"""Who enters the console: staff, signed in with a second factor not long ago. To others it does not exist."""

import time
from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from apps.core.exceptions import unknown_url

LIFETIME = timedelta(hours=12)
SIGN_IN = "/login?next=/staff/"


def refusal(request: HttpRequest) -> HttpResponse | None:
    """What somebody who may not enter is answered; None lets them in."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(SIGN_IN)
    if not (request.user.is_active and request.user.is_staff):
        return unknown_url(request)
    if not has_recent_second_factor(request):
        return render(request, "staff/second_factor.html", {"sign_in": SIGN_IN}, status=403)
    return None


def has_recent_second_factor(request: HttpRequest) -> bool:
    """Whether this session, of this person, proved a second factor within LIFETIME.

    allauth records TOTP codes, recovery codes and WebAuthn as `mfa`. A sign-in by passkey is one too, and
    rightly so: allauth then requires that the authenticator verified its user (begin_authentication).
    """
    records = get_authentication_records(request, request.user)  # none when they are another user's
    newest = max((record["at"] for record in records if record["method"] == "mfa"), default=0.0)
    return time.time() - newest < LIFETIME.total_seconds()
