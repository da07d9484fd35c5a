"""Archives that organizations asked for, and receipts of those that are gone."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.utils.safestring import SafeString

from apps.privacy.models import Erasure, Export
from apps.staff import services
from apps.staff.admin.base import ReadOnlyAdmin, TenantAdmin
from apps.staff.display import link_to
from apps.staff.site import site


@admin.register(Export, site=site)
class ExportAdmin(TenantAdmin):
    list_display = ("id", "organization", "status", "bytes", "created_at", "finished_at", "expires_at")
    list_filter = ("status",)
    filters = frozenset({"tenant", "status__exact"})
    ordering = ("-id",)
    search_help_text = "Id of an export or an organization"
    fields = (
        "id",
        ("organization", "asked_by"),
        ("status", "bytes"),
        ("attempts", "leased_until"),
        ("created_at", "finished_at", "expires_at"),
    )
    readonly_fields = ("organization", "asked_by", "created_at")

    @admin.display(description="asked for by")
    def asked_by(self, row: Export) -> SafeString | str:
        person = get_user_model().objects.filter(id=row.requested_by).only("id", "email").first()
        return link_to(person, person.email) if person else row.requested_by


@admin.register(Erasure, site=site)
class ErasureAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization_id", "requested_at", "finished_at", "checked_at")
    ordering = ("-id",)
    search_fields = ("id", "organization_id")
    search_help_text = "Id of an erasure or of the organization that is gone"
    fields = (
        ("id", "organization_id"),
        ("requested_at", "leased_until", "finished_at", "checked_at"),
        "counts",
    )
    readonly_fields = ("requested_at",)

    def record_read(self, row: Any) -> None:
        services.record_read(None, row.id)  # it owns nothing any more, a log neither
