"""Errors that no view answers, in the API's shape: they echo nothing of the request and show no trace."""

from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase, JsonResponse

from kernel.errors import InvalidRequest, PayloadTooLarge, PermissionDenied, Unavailable


def is_json(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type", "").startswith("application/json")


def error_response(status: HTTPStatus) -> JsonResponse:
    """A status and its plain words."""
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    error = Unavailable(status.phrase) if is_ours else InvalidRequest(status.phrase)
    return JsonResponse(error.body(), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    """What Django refuses before any view: a host that is not ours, a body that is too large."""
    if isinstance(exception, RequestDataTooBig):
        return payload_too_large(request)
    return JsonResponse(InvalidRequest("Bad request.").body(), status=400)


def payload_too_large(request: HttpRequest) -> JsonResponse:
    return JsonResponse(PayloadTooLarge("The request's body is too large.").body(), status=413)


def forbidden(request: HttpRequest, exception: Exception) -> JsonResponse:
    return JsonResponse(PermissionDenied("This is not allowed.").body(), status=403)


class CsrfFailed(PermissionDenied):
    code = "csrf_failed"


def csrf_failure(request: HttpRequest, reason: str = "") -> JsonResponse:
    """A browser's request without our token: made by another site, or by a page older than its cookie."""
    error = CsrfFailed("CSRF verification failed. Reload the page and try again.")
    return JsonResponse(error.body(), status=403)
