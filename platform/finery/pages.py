"""Addresses that are no API: the dashboard's pages, and whatever nobody knows."""

import json
import re
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie

from apps.core.exceptions import unknown_url

# Also read by the dashboard's own test, which compares it with its router.
_LIST = settings.ROOT / "frontend" / "pages.json"
_PARAMETER = re.compile(r"\\\$\w+")


def page_pattern() -> str:
    """The regular expression that the dashboard's addresses match, and nothing else does."""
    pages = json.loads(_LIST.read_text(encoding="utf-8"))
    found = (_PARAMETER.sub("[^/]+", re.escape(page.strip("/"))) for page in pages)
    return rf"^(?:{'|'.join(found)}|index\.html)/?$"


@csrf_exempt  # only reads, and programs have no token
def page(request: HttpRequest) -> HttpResponseBase:
    """One of the dashboard's pages. To a program its address is unknown: it lacks the API's /v1."""
    if _is_of_program(request) or not _accepts(request, "text/html", "text/*", "*/*"):
        return unknown_url(request)
    return _app(request, HTTPStatus.OK)


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponseBase:
    """To a person the app, which says that there is no such page; to everybody else the API's error."""
    if _is_of_program(request) or not _accepts(request, "text/html"):
        return unknown_url(request)
    return _app(request, HTTPStatus.NOT_FOUND)


def _is_of_program(request: HttpRequest) -> bool:
    return request.method not in ("GET", "HEAD") or "Authorization" in request.headers


def _accepts(request: HttpRequest, *types: str) -> bool:
    """True for one of these media types by name; no list at all is `*/*`."""
    listed = request.headers.get("Accept", "*/*").split(",")
    return any(entry.partition(";")[0].strip().lower() in types for entry in listed)


@ensure_csrf_cookie
def _app(request: HttpRequest, status: HTTPStatus) -> HttpResponseBase:
    index = settings.DASHBOARD_FOLDER / "index.html"
    if not index.is_file():
        return HttpResponse("The dashboard is not built: run `make frontend`.", status=503)
    nonce = str(request.csp_nonce)  # type: ignore[attr-defined]  # set by django-csp
    text = index.read_text(encoding="utf-8").replace(settings.NONCE_PLACEHOLDER, nonce)
    return HttpResponse(text, status=status)
