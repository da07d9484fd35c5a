"""The audit log: of each organization, and the platform's own (rows without an organization)."""

from django.contrib import admin
from django.utils.safestring import SafeString

from apps.audit.models import AuditEvent
from apps.staff.admin.base import TenantAdmin
from apps.staff.display import link_to
from apps.staff.site import site


@admin.register(AuditEvent, site=site)
class AuditEventAdmin(TenantAdmin):
    list_display = ("id", "created_at", "chain", "type", "actor_kind", "actor_email", "staff_email")
    list_display_links = ("id",)
    filters = frozenset({"tenant", "tenant__isnull"})
    ordering = ("-id",)
    search_help_text = "Id of an event or an organization"
    fields = (
        ("id", "type", "created_at"),
        ("chain", "project_id", "resource_id"),
        ("actor_kind", "actor_id", "actor_email"),
        ("key_id", "service_account_id", "staff_email"),
        ("ip_address", "user_agent", "request_id"),
        "before",
        "after",
        ("sequence", "previous_hash", "hash"),
    )
    readonly_fields = ("chain",)

    @admin.display(description="log of")
    def chain(self, row: AuditEvent) -> SafeString | str:
        return link_to(row.tenant) if row.tenant else "platform"
