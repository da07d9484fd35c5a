"""Files, datasets and uploads, as customers know them."""

from functools import partial

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.core.models import TenantModel
from kernel.ids import new_id
from kernel.rows import RowFormat

_FORMATS = [(each.value, each.value) for each in RowFormat]


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


class Dataset(TenantModel):
    """A name over files: its versions."""

    id = models.CharField(
        primary_key=True, max_length=40, default=partial(new_id, "dataset_"), editable=False
    )
    project_id = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    latest_version = models.PositiveIntegerField(default=0)  # counts up, also past deleted ones
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "project_id", "-id"], name="dataset_newest_of_project"),
        ]


class File(TenantModel):
    """Bytes in the object store, immutable, and what reading them found. A fine-tune file is a version.

    A version that a task has yet to make has no bytes: `bytes` is 0 and `sha256` empty.
    """

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "file-"), editable=False)
    project_id = models.CharField(max_length=40)
    filename = models.CharField(max_length=255)
    purpose = models.CharField(max_length=24, choices=Purpose)
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=12, choices=FileStatus, default=FileStatus.UPLOADED)
    status_details = models.TextField(null=True)
    dataset = models.ForeignKey(Dataset, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(null=True)  # within the dataset, from 1
    operation = models.JSONField(default=dict)  # what made this version; an upload is {"type": "upload"}
    parents = ArrayField(models.CharField(max_length=40), default=list)  # the files that it was made of
    mapping = models.JSONField(null=True)  # kernel.rows.Mapping, when a person chose it
    format = models.CharField(max_length=16, choices=_FORMATS, null=True)
    rows = models.PositiveIntegerField(null=True)
    report = models.JSONField(default=dict)  # docs/contracts.md, "Report"
    token_counts = models.JSONField(default=dict)  # TokenCounter.key -> TokenCount
    expires_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    is_stored = models.BooleanField(default=True)  # False once the bytes are gone
    attempts = models.PositiveSmallIntegerField(default=0)  # at making and reading it
    leased_until = models.DateTimeField(null=True)  # a task is at it until then

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "project_id", "-id"], name="file_newest_of_project"),
            GinIndex(fields=["parents"], name="file_children"),
            models.Index(
                fields=["created_at"], name="file_awaits_validation", condition=Q(status="uploaded")
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=FileStatus.values), name="file_status_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="file_purpose_known"),
            models.CheckConstraint(
                condition=Q(bytes__gt=0) | ~Q(operation__type="upload"), name="file_upload_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(dataset__isnull=True, version__isnull=True)
                | Q(dataset__isnull=False, version__gte=1),
                name="file_version_of_dataset",
            ),
            models.UniqueConstraint(fields=["dataset", "version"], name="file_version_once"),
            models.CheckConstraint(
                condition=Q(is_stored=True) | Q(deleted_at__isnull=False),
                name="file_bytes_kept_until_deleted",
            ),
        ]

    @property
    def object_key(self) -> str:
        return object_key(self.tenant_id, self.id)

    @property
    def is_made(self) -> bool:
        """True of a version that an operation made of others: its rows are in their format's own spelling."""
        return bool(self.parents)

    @property
    def training_key(self) -> str:
        """Where the plain form is that trainers read; there once the file is processed."""
        return training_key(self.tenant_id, self.id)


class FileRow(TenantModel):
    """One sound row of a file, by content: what lineage, differences and cached counts go by."""

    id = models.BigAutoField(primary_key=True)
    # The indexes below begin with these two, and one composite key guards both: there may be a million rows.
    tenant = models.ForeignKey(
        "tenants.Organization", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    file = models.ForeignKey(File, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    number = models.PositiveIntegerField()  # from 0, as rows are shown
    line = models.PositiveIntegerField()
    offset = models.BigIntegerField()  # where it starts in the plain form
    hash = models.BinaryField(max_length=16)
    input_hash = models.BinaryField(max_length=16)
    source_hash = models.BinaryField(max_length=16, null=True)  # the row that an operation made it from

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "hash"], name="row_by_content"),
            models.Index(
                fields=["tenant", "source_hash"],
                name="row_by_source",
                condition=Q(source_hash__isnull=False),
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="row_once")]


class UploadStatus(models.TextChoices):
    PENDING = "pending"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Upload(TenantModel):
    """A file that comes in parts. OpenAI's Upload."""

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "upload_"), editable=False)
    project_id = models.CharField(max_length=40)
    filename = models.CharField(max_length=255)
    purpose = models.CharField(max_length=24, choices=Purpose)
    bytes = models.BigIntegerField()  # promised
    mime_type = models.CharField(max_length=255)
    status = models.CharField(max_length=12, choices=UploadStatus, default=UploadStatus.PENDING)
    expires_at = models.DateTimeField()
    file_expires_after_seconds = models.PositiveIntegerField(null=True)
    dataset_id = models.CharField(max_length=40, null=True)
    file_id = models.CharField(max_length=40, null=True)  # once completed
    is_swept = models.BooleanField(default=False)  # True once the parts' bytes are gone

    @property
    def has_expired(self) -> bool:
        """True also for a while before the sweeper says so in `status`."""
        return self.status == UploadStatus.PENDING and self.expires_at <= timezone.now()

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "project_id", "-id"], name="upload_newest_of_project"),
            models.Index(fields=["expires_at"], name="upload_to_sweep", condition=Q(is_swept=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=UploadStatus.values), name="upload_status_known"),
            models.CheckConstraint(condition=Q(bytes__gt=0), name="upload_not_empty"),
        ]


class UploadPart(TenantModel):
    """One part of an upload; its bytes are an object of their own until the upload is completed."""

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "part_"), editable=False)
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(null=True)  # a browser's, so that it can go on
    bytes = models.BigIntegerField()
    md5 = models.CharField(max_length=32)
    is_stored = models.BooleanField(default=True)  # False: a link was given for it, and nothing seen yet

    @property
    def object_key(self) -> str:
        return f"{uploads_folder(self.tenant_id, self.upload_id)}/{self.id}"


def uploads_folder(tenant_id: str, upload_id: str) -> str:
    """Where the parts of an upload are, each by its id."""
    return f"uploads/{tenant_id}/{upload_id}"


def object_key(tenant_id: str, file_id: str) -> str:
    """Where a file's bytes are in the object store."""
    return f"files/{tenant_id}/{file_id}"


def training_key(tenant_id: str, file_id: str) -> str:
    """Where the plain form of a file's sound rows is: JSON Lines, line for line."""
    return f"{object_key(tenant_id, file_id)}.jsonl"


def derived_folder(tenant_id: str, file_id: str) -> str:
    """Where whatever else was found out about a file is; it goes with the file."""
    return f"{object_key(tenant_id, file_id)}.derived"


def bad_rows_key(tenant_id: str, file_id: str) -> str:
    """The first rows with errors, as the doctor left them."""
    return f"{derived_folder(tenant_id, file_id)}/bad.jsonl"


def sources_key(tenant_id: str, file_id: str) -> str:
    """Which rows an operation made this version's rows from."""
    return f"{derived_folder(tenant_id, file_id)}/sources.index"


def row_counts_key(tenant_id: str, file_id: str, counter_key: str) -> str:
    """Tokens of each row under one base's tokenizer and template."""
    return f"{derived_folder(tenant_id, file_id)}/tokens-{counter_key}"


def hashes_key(tenant_id: str, file_id: str) -> str:
    """The hash of each row, in order, 16 bytes each."""
    return f"{derived_folder(tenant_id, file_id)}/hashes"


def diff_key(tenant_id: str, file_id: str, old_id: str) -> str:
    """What changed from another file to this one: apps.datasets.selectors.diffs."""
    return f"{derived_folder(tenant_id, file_id)}/diff-{old_id}"


def overlap_key(tenant_id: str, file_id: str, other_id: str) -> str:
    """What a comparison with another file found."""
    return f"{derived_folder(tenant_id, file_id)}/overlap-{other_id}.json"
