"""A name for every request, where it came from, and how long it took."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.core import actor
from kernel.ids import new_id


class RequestMiddleware:
    """Sets `x-request-id` and `openai-processing-ms`, and tells the audit log where a request came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started, request_id = time.monotonic(), new_id("req_")
        with actor.request_from(
            ip_address=client_address(request),
            user_agent=request.headers.get("User-Agent", ""),
            request_id=request_id,
        ):
            response = self._get_response(request)
        response["x-request-id"] = request_id
        response["openai-processing-ms"] = str(round((time.monotonic() - started) * 1000))
        return response


def client_address(request: HttpRequest) -> str:
    """The caller's address. The gateway, the only way in, replaces this header by what it saw itself."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
