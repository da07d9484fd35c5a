"""People: what support asks about an account. Never a password, a second factor's secret or a session."""

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from apps.staff import selectors, services
from apps.staff.admin.base import ReadOnlyAdmin
from apps.staff.display import link_to
from apps.staff.site import site
from apps.tenants.models import User


@admin.register(User, site=site)
class UserAdmin(ReadOnlyAdmin):
    """Found by id or part of the address."""

    list_display = ("email", "id", "name", "is_active", "is_staff", "date_joined")
    list_filter = ("is_active", "is_staff")
    filters = frozenset({"is_active__exact", "is_staff__exact"})
    ordering = ("-id",)
    search_help_text = "Id, or part of the e-mail address"
    fields = (
        ("id", "email", "name"),
        ("is_active", "is_staff"),
        ("date_joined", "last_login"),
        "verified_addresses",
        "second_factors",
        "organizations",
    )
    readonly_fields = ("verified_addresses", "second_factors", "organizations")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).defer("password")

    def search_for(self, term: str) -> Q:
        return Q(id=term) | Q(email__icontains=term)

    def record_read(self, row: User) -> None:
        services.record_person_read(row.id)

    @admin.display(description="verified addresses")
    def verified_addresses(self, row: User) -> str:
        found = EmailAddress.objects.filter(user_id=row.id, verified=True)
        return ", ".join(found.values_list("email", flat=True)) or "none"

    @admin.display(description="second factors")
    def second_factors(self, row: User) -> str:
        return ", ".join(selectors.second_factors_of(row.id)) or "none"

    @admin.display(description="organizations")
    def organizations(self, row: User) -> SafeString | str:
        seats = [(link_to(seat.tenant), seat.role) for seat in selectors.memberships_of(row.id)]
        return format_html_join(", ", "{} ({})", seats) or "none"
