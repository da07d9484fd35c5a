"""Every error as OpenAI's JSON. A stack trace never leaves."""

import sys
from typing import Any

import redis
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import OperationalError as BrokerError
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from kernel.errors import (
    FineryError,
    InvalidApiKey,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    RateLimited,
    Unavailable,
)

MISSING_KEY = (
    "You didn't provide an API key. You need to provide your API key in an Authorization header "
    "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
)
_OWN_PATHS = ("/v1/", "/api/", "/internal/", "/_allauth/", "/accounts/", "/staff/", "/assets/", "/static/")
_USE_CHAT = "; use POST /v1/chat/completions"
_OTHER_PARTS = (
    "audio",
    "batches",
    "containers",
    "evals",
    "images",
    "moderations",
    "realtime",
    "vector_stores",
)
_NOT_SERVED = dict.fromkeys(("assistants", "conversations", "responses", "threads"), _USE_CHAT)
_NOT_SERVED |= dict.fromkeys(_OTHER_PARTS, "")


def render_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None lets Django answer 500 and log the bug."""
    known = error if isinstance(error, FineryError) else _translate(error)
    if known is None:
        return None
    set_rollback()
    said = known.body()["error"]
    body = {"error": {name: _printable(text) for name, text in said.items()}}
    return Response(body, status=known.http_status, headers=_headers(known))


def _printable(text: str | None) -> str | None:
    """What a request said may be repeated in an error; half of a surrogate pair is no text."""
    return text if text is None else text.encode("utf-8", "replace").decode()


def _headers(error: FineryError) -> dict[str, str]:
    if not error.retryable:
        return {"x-should-retry": "false"}
    wait_seconds = error.context.get("retry_after")
    return {} if wait_seconds is None else {"Retry-After": str(max(1, wait_seconds))}


def _translate(error: Exception) -> FineryError | None:
    if isinstance(error, exceptions.ValidationError):
        param, message = _first_problem(error.detail)
        return InvalidRequest(message, param=param)
    if isinstance(error, exceptions.NotAuthenticated):
        return InvalidApiKey(MISSING_KEY)
    if isinstance(error, exceptions.AuthenticationFailed):
        return InvalidApiKey(str(error.detail))
    if isinstance(error, exceptions.PermissionDenied):
        return PermissionDenied(str(error.detail))
    if isinstance(error, exceptions.Throttled):
        return RateLimited(str(error.detail))
    if (
        isinstance(error, exceptions.APIException)
        and error.status_code < status.HTTP_500_INTERNAL_SERVER_ERROR
    ):
        translated = InvalidRequest(str(error.detail))
        translated.http_status = error.status_code  # type: ignore[misc]
        return translated
    return None


def _first_problem(detail: Any, path: str = "") -> tuple[str | None, str]:
    """The first message of DRF's nested errors, with its field as `a.b[0].c`."""
    if isinstance(detail, dict):
        field, inner = next(iter(detail.items()))
        if field == "non_field_errors":
            return _first_problem(inner, path)
        step = f"[{field}]" if isinstance(field, int) else f".{field}"
        return _first_problem(inner, f"{path}{step}".removeprefix("."))
    if isinstance(detail, list):
        for index, inner in enumerate(detail):
            if isinstance(inner, dict | list) and inner:
                return _first_problem(inner, f"{path}[{index}]")
        return path or None, f"Invalid '{path}': {detail[0]}" if path else str(detail[0])
    return path or None, str(detail)


def unknown_url(request: HttpRequest) -> HttpResponse:
    """What no route takes, in the API's error shape."""
    message = f"Invalid URL ({request.method} {request.path})"
    if not request.path.startswith(_OWN_PATHS):
        message += f". The base URL of the API is {settings.PUBLIC_URL}/v1."
    elif (part := request.path.removeprefix("/v1/").partition("/")[0]) in _NOT_SERVED:
        message += f". This part of OpenAI's API is not served{_NOT_SERVED[part]}."
    return JsonResponse(NotFound(message).body(), status=404)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return unknown_url(request)


# A store that does not answer, or not in time: PostgreSQL, Redis, and Redis as Celery's broker.
_STORE_FAILURES = (OperationalError, InterfaceError, redis.ConnectionError, redis.TimeoutError, BrokerError)


def server_error(request: HttpRequest) -> HttpResponse:
    """A bug of ours, or a store that is being restarted. The request id finds it in the logs."""
    if isinstance(sys.exc_info()[1], _STORE_FAILURES):  # Django asks while it handles the exception
        error = Unavailable("The service is temporarily unavailable. Please try again.", retry_after=5)
        return JsonResponse(error.body(), status=error.http_status, headers=_headers(error))
    body = {
        "error": {
            "message": "The server had an error while processing your request. Sorry about that!",
            "type": "server_error",
            "param": None,
            "code": None,
        }
    }
    return JsonResponse(body, status=500)
