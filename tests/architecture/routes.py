"""Every path that the control plane answers, from its own URL resolver."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

_PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
_SAMPLES = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000000"}


def all_paths() -> list[str]:
    """One path for each route; a parameter is filled with a value that names nothing."""
    return sorted(
        {*_walk(get_resolver().url_patterns, "/"), "/", "/jobs/one", "/v1/nothing", "/staff/nothing"}
    )


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for found in patterns:
        if not isinstance(found.pattern, RoutePattern):
            continue  # the catch-alls, which all_paths names by hand
        route = _PARAMETER.sub(lambda part: _SAMPLES.get(part[1] or "str", "x1"), str(found.pattern))
        if isinstance(found, URLResolver):
            yield from _walk(found.url_patterns, prefix + route)
        else:
            yield prefix + route
