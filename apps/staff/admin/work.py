"""Jobs and files: states, sizes and costs. Nothing that a customer wrote is listed.

A job's suffix, metadata, model name and error message stay away (a message may quote a row of the training
file), as do a file's rows, report and labels. Who must see them looks on as a member, and says why.
"""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from apps.datasets.models import File
from apps.finetuning.models import FineTuneJob
from apps.staff.admin.base import TenantAdmin
from apps.staff.display import dollars, link_to
from apps.staff.site import site


@admin.register(FineTuneJob, site=site)
class FineTuneJobAdmin(TenantAdmin):
    list_display = ("id", "organization", "status", "base_model", "method", "cost", "error_code", "attempts")
    list_filter = ("status",)
    filters = frozenset({"tenant", "project_id", "status__exact"})
    ordering = ("-id",)
    search_help_text = "Id of a job or an organization"
    fields = (
        "id",
        ("organization", "project_id", "started_by"),
        ("status", "error_code", "error_param"),
        ("base_model", "method"),
        ("training_file_id", "validation_file_id", "result_file_id"),
        ("quote", "cost", "quoted_tokens", "trained_tokens", "price_version"),
        ("attempts", "runner", "fencing_token", "lease_expires_at", "resume_step"),
        ("step", "total_steps"),
        ("created_at", "started_at", "finished_at", "cancel_requested_at"),
    )
    readonly_fields = ("organization", "started_by", "quote", "cost", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[FineTuneJob]:
        said = ("suffix", "metadata", "requested", "settings", "error_message")
        found = ("metrics", "result", "warnings", "detail_files", "parity")
        return super().get_queryset(request).defer(*said, *found)

    @admin.display(description="started by")
    def started_by(self, row: FineTuneJob) -> SafeString | str:
        person = get_user_model().objects.filter(id=row.user_id).only("id", "email").first()
        return link_to(person, person.email) if person else row.key_id or "-"

    @admin.display(description="quote")
    def quote(self, row: FineTuneJob) -> str:
        return dollars(row.quote_micro_usd)

    @admin.display(description="cost")
    def cost(self, row: FineTuneJob) -> str:
        return dollars(row.cost_micro_usd)


@admin.register(File, site=site)
class FileAdmin(TenantAdmin):
    """A file's name is on its own page only."""

    list_display = ("id", "organization", "purpose", "format", "bytes", "rows", "status", "created_at")
    list_filter = ("status", "purpose")
    filters = frozenset({"tenant", "project_id", "status__exact", "purpose__exact"})
    ordering = ("-id",)
    search_help_text = "Id of a file or an organization"
    fields = (
        "id",
        ("organization", "project_id"),
        ("filename", "purpose", "format"),
        ("bytes", "rows", "sha256"),
        ("status", "is_stored"),
        ("created_at", "expires_at", "deleted_at"),
    )
    readonly_fields = ("organization", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[File]:
        return super().get_queryset(request).defer("report", "token_counts", "status_details")
