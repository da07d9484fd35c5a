"""Every table of the console: read-only, bounded, on the record."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.safestring import SafeString

from apps.staff import services
from apps.staff.display import link_to
from apps.staff.selectors import LIST_LIMIT, bounded_count
from apps.staff.site import rendered

if TYPE_CHECKING:
    Rows = admin.ModelAdmin[Any]
else:
    Rows = admin.ModelAdmin


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than a person turns pages."""

    @cached_property
    def count(self) -> int:
        return bounded_count(self.object_list)  # type: ignore[arg-type]


class ReadOnlyAdmin(Rows):
    """Pages to look at. `fields` names all that is shown: what is not named there is not shown.

    `search_fields` are compared whole, so that each search is one look into an index.
    """

    actions = None
    list_per_page = LIST_LIMIT
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator
    view_on_site = False
    change_list_template = "staff/change_list.html"
    change_form_template = "staff/change_form.html"
    search_fields: ClassVar[tuple[str, ...]] = ("id",)
    filters: ClassVar[frozenset[str]] = frozenset()  # by what a list may be narrowed in its address

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # the site's door decided

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Closed by default: a filter on a hidden column would spell it out, letter by letter."""
        return lookup in self.filters

    def get_urls(self) -> list[URLPattern]:
        kept = ("_changelist", "_change")
        return [found for found in super().get_urls() if (found.name or "").endswith(kept)]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        return (queryset.filter(self.search_for(term)) if term else queryset), False

    def search_for(self, term: str) -> Q:
        found = Q()
        for column in self.search_fields:
            found |= Q(**{str(column): term})
        return found

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        response = rendered(super().changelist_view(request, extra_context))
        asked = request.GET
        services.record_listing(
            str(self.opts.model_name), search=asked.get("q", ""), tenant_id=asked.get("tenant", "")[:40]
        )
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        response = rendered(super().change_view(request, object_id, form_url, extra_context))
        found = self.get_object(request, unquote(object_id))
        if found is None:
            services.record_read(None, unquote(object_id)[:200])
        else:
            self.record_read(found)
        return response

    def record_read(self, row: Any) -> None:
        services.record_read(row.tenant_id, str(row.pk))


class TenantAdmin(ReadOnlyAdmin):
    """A table of rows that belong to organizations."""

    list_select_related = ("tenant",)
    search_fields: ClassVar[tuple[str, ...]] = ("id", "tenant_id")
    filters = frozenset({"tenant"})

    @admin.display(description="organization")
    def organization(self, row: Any) -> SafeString | str:
        return link_to(row.tenant) if row.tenant else "-"
