"""The console itself: Django's admin behind our own door, for reading. No view of it is reached otherwise."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from apps.core import actor
from apps.core.tenancy import system_scope
from apps.staff import access, services
from apps.tenants.impersonation import find_impersonation

View = Callable[..., HttpResponseBase]

_READS = ("GET", "HEAD")
_KEPT = {
    "index",
    "app_list",
}  # of the admin's own pages; the rest signs in, changes passwords or completes forms


def rendered(response: HttpResponseBase) -> HttpResponseBase:
    """A template answer is lazy and would query after the scope is closed."""
    return response.render() if isinstance(response, TemplateResponse) else response


class StaffSite(admin.AdminSite):
    site_title = site_header = "Finery staff"
    index_title = "Console"
    index_template = "staff/index.html"
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        return access.refusal(request) is None

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            found for found in super().get_urls() if isinstance(found, URLResolver) or found.name in _KEPT
        ]

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override]
        """For looking: nothing but reads comes through."""
        return _enter(view, _READS)

    def act_view(self, view: View) -> View:
        """For the few acts."""
        return _enter(view, (*_READS, "POST"))

    def each_context(self, request: Any) -> dict[str, Any]:
        return super().each_context(request) | {
            "impersonation": find_impersonation(request.user, request.session)
        }

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        response = rendered(super().index(request, extra_context))
        services.record_listing("index")
        return response

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        response = rendered(super().app_index(request, app_label, extra_context))
        services.record_listing(app_label)
        return response


def _enter(view: View, methods: tuple[str, ...]) -> View:
    """The door: who, how, on whose behalf, and the scope in which all tenants' rows are seen."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if (refused := access.refusal(request)) is not None:
            return refused
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        user = cast(Any, request.user)
        actor.identify("staff", user_id=user.id, email=user.email, staff_email=user.email)
        with system_scope():
            return rendered(view(request, *args, **kwargs))

    return csrf_protect(never_cache(entered))


site = StaffSite(name="staff")
