"""Archives that tenants ask for, and receipts of tenants that are gone."""

from functools import partial

from django.db import models
from django.db.models import Q

from apps.core.models import TenantModel
from kernel.ids import new_id


class ExportStatus(models.TextChoices):
    QUEUED = "queued"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class Export(TenantModel):
    """One archive of everything that an organization owns. `attempts` fences its builder."""

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "export-"), editable=False)
    requested_by = models.CharField(max_length=40)  # the person's id
    status = models.CharField(max_length=8, choices=ExportStatus, default=ExportStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)  # who builds it has it until then
    bytes = models.BigIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ExportStatus.values), name="export_status_known"),
            models.CheckConstraint(
                condition=~Q(status=ExportStatus.READY) | Q(bytes__isnull=False, expires_at__isnull=False),
                name="ready_export_has_bytes_and_an_end",
            ),
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(status=ExportStatus.QUEUED), name="one_export_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["status", "expires_at"], name="export_by_status")]

    @property
    def object_key(self) -> str:
        return f"exports/{self.tenant_id}/{self.id}.zip"


class Erasure(models.Model):
    """The receipt of an erasure: numbers only. Only the system role sees it."""

    id = models.CharField(
        primary_key=True, max_length=40, default=partial(new_id, "erasure-"), editable=False
    )
    organization_id = models.CharField(max_length=40, unique=True)  # plain text: it owns nothing any more
    requested_at = models.DateTimeField(auto_now_add=True)
    leased_until = models.DateTimeField(null=True)  # who erases has it until then
    plan = models.JSONField(default=dict)  # folders, adapters and projects to forget; empty once finished
    counts = models.JSONField(default=dict)  # what went, by kind and table
    finished_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)  # last look for what came late

    class Meta:
        indexes = [models.Index(fields=["finished_at"], name="erasure_unfinished")]
