"""Organizations and their projects."""

from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from apps.metering.selectors import get_balance
from apps.staff import selectors, services
from apps.staff.admin.base import ReadOnlyAdmin, TenantAdmin
from apps.staff.display import counted, dollars, link_to, link_to_list
from apps.staff.site import site
from apps.tenants.models import Organization, Project

_LISTS = {
    "Projects": "tenants_project",
    "Jobs": "finetuning_finetunejob",
    "Files": "datasets_file",
    "Usage": "metering_usagerecord",
    "Ledger": "metering_ledgertransaction",
    "Exports": "privacy_export",
    "Audit log": "audit_auditevent",
}


@admin.register(Organization, site=site)
class OrganizationAdmin(ReadOnlyAdmin):
    """Found by id, short name, part of the name, or the beginning of a member's address."""

    change_form_template = "staff/organization.html"
    list_display = ("name", "slug", "id", "created_at", "deleted_at")
    ordering = ("-id",)
    search_help_text = "Id, short name, part of the name, or the beginning of a member's e-mail address"
    fields = (
        ("id", "slug", "name"),
        ("created_at", "deleted_at"),
        ("requests_per_minute", "tokens_per_minute", "max_active_jobs"),
        ("balance", "held"),
        "belongings",
        "lists",
        "members",
    )
    readonly_fields = ("balance", "held", "belongings", "lists", "members")

    def search_for(self, term: str) -> Q:
        seats = selectors.organizations_of_email(term).values("tenant_id")
        return Q(id=term) | Q(slug=term) | Q(name__icontains=term) | Q(id__in=seats)

    def record_read(self, row: Organization) -> None:
        services.record_read(row.id, row.id)

    @admin.display(description="balance")
    def balance(self, row: Organization) -> str:
        return dollars(get_balance(row.id).available_micro_usd)

    @admin.display(description="held for jobs")
    def held(self, row: Organization) -> str:
        return dollars(get_balance(row.id).held_micro_usd)

    @admin.display(description="has")
    def belongings(self, row: Organization) -> str:
        found = selectors.count_belongings(row.id)
        return ", ".join(f"{counted(number)} {noun}" for noun, number in found.items())

    @admin.display(description="look at")
    def lists(self, row: Organization) -> SafeString:
        links = ((link_to_list(model, text, tenant=row.id),) for text, model in _LISTS.items())
        return format_html_join(" · ", "{}", links)

    @admin.display(description=f"first {selectors.LIST_LIMIT} members")
    def members(self, row: Organization) -> SafeString:
        look_on = reverse("staff_impersonate", args=[row.id])
        seats = (
            (link_to(seat.user, seat.user.email), seat.role, look_on, urlencode({"email": seat.user.email}))
            for seat in selectors.list_first_members(row.id)
        )
        items = format_html_join("", '<li>{} ({}) · <a href="{}?{}">look on</a></li>', seats)
        return format_html('<ul class="plain">{}</ul>', items)


@admin.register(Project, site=site)
class ProjectAdmin(TenantAdmin):
    list_display = ("name", "id", "organization", "is_default", "created_at", "archived_at")
    ordering = ("-id",)
    search_help_text = "Id of a project or an organization"
    fields = ("id", "name", "organization", "is_default", "created_at", "archived_at", "lists")
    readonly_fields = ("organization", "created_at", "lists")

    @admin.display(description="look at")
    def lists(self, row: Project) -> SafeString:
        models = {"Jobs": "finetuning_finetunejob", "Files": "datasets_file"}
        found = ((link_to_list(model, text, project_id=row.id),) for text, model in models.items())
        return format_html_join(" · ", "{}", found)
