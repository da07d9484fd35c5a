"""Signed, short-lived links to single objects, for processes that hold no other right to the store."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from apps.core.objects.interface import CHUNK_BYTES
from kernel.errors import NotFound

Verb = Literal["GET", "PUT"]
_SALT = "finery.objects"


def signed_link(key: str, verb: Verb, lifetime: timedelta) -> str:
    """A link that allows one verb on one object until it expires."""
    seconds = int(lifetime.total_seconds())
    token = signing.dumps({"key": key, "verb": verb, "seconds": seconds}, salt=_SALT)
    return f"{settings.INTERNAL_URL}/internal/objects/{token}"


def received(request: HttpRequest) -> Iterator[bytes]:
    """The body that came for an object. Raises ConnectionError when it ends early: half of one is none."""
    size = 0
    while chunk := request.read(CHUNK_BYTES):
        size += len(chunk)
        yield chunk
    if size < int(request.headers.get("Content-Length") or 0):
        raise ConnectionError(f"{size} of {request.headers['Content-Length']} bytes came")


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
