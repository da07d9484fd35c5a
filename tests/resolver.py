"""Every route of the control plane, from its own URL resolver."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLResolver, get_resolver
from django.urls.resolvers import RoutePattern


def routed_views() -> Iterator[tuple[str, Any]]:
    """Each path's template (`/v1/files/<str:file_id>`) and its view; regular expressions left out."""
    yield from _below(get_resolver(), "/")


def _below(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, Any]]:
    for found in resolver.url_patterns:
        if not isinstance(found.pattern, RoutePattern):
            continue
        template = f"{prefix}{found.pattern}"
        if isinstance(found, URLResolver):
            yield from _below(found, template)
        else:
            yield template, found.callback
