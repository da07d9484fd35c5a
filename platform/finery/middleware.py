"""What holds for every answer: headers, content policy, sizes, languages, and whose credential counts."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseMiddleware

from finery import request_text
from finery.errors import bad_request, error_response, is_json, payload_too_large

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_API = ("/v1/", "/api/", "/_allauth/", "/internal/")
_SPEAKS_TO_PEOPLE = ("/_allauth/", "/accounts/", "/staff/")
_RENEW_SECONDS = 3600
_RENEWED_AT = "renewed_at"


class BrowserSafetyMiddleware:
    """What is decided here holds for the answers of every layer below, errors included."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "HTTP_AUTHORIZATION" in request.META:
            request.META.pop("HTTP_COOKIE", None)  # a credential of its own stands alone, and needs no CSRF
        request.after_response = []  # type: ignore[attr-defined]
        response = _refuse(request) or self._get_response(request)
        if request.path.startswith(_API) and response.status_code >= 400 and not is_json(response):
            response = _as_json(response)
        for name, value in settings.SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        # What must not show in an answer's time is done when the answer is out.
        response._resource_closers.extend(request.after_response)  # type: ignore[attr-defined]
        return response


def _refuse(request: HttpRequest) -> HttpResponseBase | None:
    """The answer to a request that no layer below should see."""
    try:
        request.get_host()
    except DisallowedHost as error:
        return bad_request(request, error)
    if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
        return error_response(HTTPStatus.LENGTH_REQUIRED)  # Django would read nothing; the gateway sets it
    if _has_too_large_a_body(request):
        return payload_too_large(request)
    return request_text.refusal(request)


def _has_too_large_a_body(request: HttpRequest) -> bool:
    """Django checks forms only. What is streamed, files and objects, is limited where it is read."""
    if request.content_type == "multipart/form-data" or request.path.startswith("/internal/objects/"):
        return False
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _as_json(response: HttpResponseBase) -> HttpResponse:
    """A library's page or empty body as an API's error, with the headers that say more."""
    found = error_response(HTTPStatus(response.status_code))
    for name in ("Allow", "Retry-After", "WWW-Authenticate", "Vary"):
        if name in response.headers:
            found[name] = response[name]
    found.cookies = response.cookies
    return found


class ContentPolicyMiddleware(CSPMiddleware):
    """Pages get the page policy with their nonce, everything else the closed one."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if not report_only and not is_page:
            parts.config = settings.CLOSED_CONTENT_POLICY
        return parts


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise is untyped
    """The dashboard's assets and the libraries' own. Its page is no asset: each answer has its own nonce."""

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        if url != "/index.html":
            super().add_file_to_dictionary(url, path, stat_cache)

    def candidate_paths_for_url(self, url: str) -> Any:
        return () if url == "/index.html" else super().candidate_paths_for_url(url)


class LanguageMiddleware:
    """Accounts and their mails speak the browser's language; the API speaks English to programs."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(_SPEAKS_TO_PEOPLE):
            with translation.override(settings.LANGUAGE_CODE):
                return self._get_response(request)
        with translation.override(translation.get_language_from_request(request)):
            response = self._get_response(request)
        patch_vary_headers(response, ("Accept-Language",))
        return response


class SessionRenewalMiddleware:
    """A session that is used is not idle: its end moves on, at most once an hour."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        session = request.session
        if session.session_key and SESSION_KEY in session:
            now = int(time.time())
            if now - session.get(_RENEWED_AT, 0) > _RENEW_SECONDS:
                session[_RENEWED_AT] = now
        return self._get_response(request)
