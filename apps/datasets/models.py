"""Files, as customers know them."""

from functools import partial

from django.db import models
from django.db.models import Q

from apps.core.models import TenantModel
from kernel.ids import new_id


class Purpose(models.TextChoices):
    """OpenAI's; only fine-tune files are validated."""

    ASSISTANTS = "assistants"
    BATCH = "batch"
    FINE_TUNE = "fine-tune"
    VISION = "vision"
    USER_DATA = "user_data"
    EVALS = "evals"
    FINE_TUNE_RESULTS = "fine-tune-results"  # written by us, never uploaded


class FileStatus(models.TextChoices):
    UPLOADED = "uploaded"  # waits for validation
    PROCESSED = "processed"
    ERROR = "error"


class FileFormat(models.TextChoices):
    CHAT = "chat"
    CLASSIFICATION = "classification"


class File(TenantModel):
    """An upload and what its validation found. The bytes are in the object store, immutable."""

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "file-"), editable=False)
    project_id = models.CharField(max_length=40)
    filename = models.CharField(max_length=255)
    purpose = models.CharField(max_length=24, choices=Purpose)
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=12, choices=FileStatus, default=FileStatus.UPLOADED)
    status_details = models.TextField(null=True)
    format = models.CharField(max_length=16, choices=FileFormat, null=True)
    rows = models.PositiveIntegerField(null=True)
    report = models.JSONField(default=dict)  # errors, errors_truncated, warnings, labels, sample
    token_counts = models.JSONField(default=dict)  # TokenCounter.key -> TokenCount
    expires_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    is_stored = models.BooleanField(default=True)  # False once the bytes are gone

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "project_id", "-id"], name="file_newest_of_project"),
            models.Index(
                fields=["created_at"], name="file_awaits_validation", condition=Q(status="uploaded")
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=FileStatus.values), name="file_status_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="file_purpose_known"),
            models.CheckConstraint(condition=Q(bytes__gt=0), name="file_not_empty"),
            models.CheckConstraint(
                condition=Q(is_stored=True) | Q(deleted_at__isnull=False),
                name="file_bytes_kept_until_deleted",
            ),
        ]

    @property
    def object_key(self) -> str:
        return object_key(self.tenant_id, self.id)

    @property
    def training_key(self) -> str:
        """Where the plain form is that trainers read; there once the file is processed."""
        return training_key(self.tenant_id, self.id)


def object_key(tenant_id: str, file_id: str) -> str:
    """Where a file's bytes are in the object store."""
    return f"files/{tenant_id}/{file_id}"


def training_key(tenant_id: str, file_id: str) -> str:
    """Where a valid file's plain form is: JSON Lines, line for line."""
    return f"{object_key(tenant_id, file_id)}.jsonl"
