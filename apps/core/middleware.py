"""A name for every request, and how long it took, as OpenAI's headers."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kernel.ids import new_id


class RequestIdMiddleware:
    """Sets `x-request-id` and `openai-processing-ms`; nothing private is cached on the way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        response = self._get_response(request)
        response["x-request-id"] = new_id("req_")
        response["openai-processing-ms"] = str(round((time.monotonic() - started) * 1000))
        if request.path.startswith(("/v1/", "/api/", "/_allauth/")) and not response.has_header(
            "Cache-Control"
        ):
            response["Cache-Control"] = "no-store"
        return response
