"""Requests that no view can keep: text that PostgreSQL refuses, JSON that is nested without end."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponseBase, JsonResponse

from apps.core.exceptions import unknown_url
from kernel.errors import InvalidRequest

_MOST_LEVELS = 100


def refusal(request: HttpRequest) -> HttpResponseBase | None:
    """404 for a path with such text, which names nothing; 400 for a query or a JSON body."""
    if "\0" in request.path:
        return unknown_url(request)
    try:
        _check_query(request.META.get("QUERY_STRING", ""))
        if request.content_type == "application/json":
            _check_json(request.body)
    except InvalidRequest as error:
        return JsonResponse(error.body(), status=400)
    return None


def _check_query(query: str) -> None:
    if "%00" in query:
        for name, value in parse_qsl(query, keep_blank_values=True):
            if "\0" in name + value:
                raise _unkeepable(name.replace("\0", ""))


def _check_json(body: bytes) -> None:
    has_escapes = rb"\u0000" in body or rb"\ud" in body.lower()  # only an escape can make such text
    if not has_escapes and body.count(b"[") + body.count(b"{") <= _MOST_LEVELS:
        return
    try:
        parsed = json.loads(body)
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError:  # the view says what is wrong with it
        return
    for path, text in _texts(parsed, "", 0):
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise _unkeepable(path)


def _texts(value: Any, path: str, level: int) -> Iterator[tuple[str, str]]:
    if level > _MOST_LEVELS:
        raise _too_deep()
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _texts(entry, f"{path}[{index}]", level + 1)
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield path or "body", name
            yield from _texts(entry, f"{path}.{name}".removeprefix("."), level + 1)


def _unkeepable(param: str) -> InvalidRequest:
    return InvalidRequest(
        f"Invalid text in '{param}': it has a null character, or half of a surrogate pair.", param=param
    )


def _too_deep() -> InvalidRequest:
    return InvalidRequest(f"The body is nested more than {_MOST_LEVELS} levels deep.")
