"""Signed, short-lived links to single objects, for processes that hold no other right to the store."""

from datetime import timedelta
from typing import Literal

from django.conf import settings
from django.core import signing

from kernel.errors import NotFound

Verb = Literal["GET", "PUT"]
_SALT = "finery.objects"


def signed_link(key: str, verb: Verb, lifetime: timedelta) -> str:
    """A link that allows one verb on one object until it expires."""
    seconds = int(lifetime.total_seconds())
    token = signing.dumps({"key": key, "verb": verb, "seconds": seconds}, salt=_SALT)
    return f"{settings.WEB_URL}/internal/objects/{token}"


def key_of_link(token: str, verb: str) -> str:
    """The object that a link allows this verb on.

    Raises:
        NotFound: forged, expired, or made for another verb.
    """
    try:
        link = signing.loads(token, salt=_SALT)
        signing.loads(token, salt=_SALT, max_age=link["seconds"])
    except signing.BadSignature as error:
        raise NotFound("No such object.") from error
    if link["verb"] != verb:
        raise NotFound("No such object.")
    return str(link["key"])
