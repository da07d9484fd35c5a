"""Fine-tuning jobs, what they report, and the adapters they leave."""

from functools import partial

from django.db import models
from django.db.models import Q

from apps.core.models import TenantModel
from kernel.ids import new_id


class JobStatus(models.TextChoices):
    VALIDATING_FILES = "validating_files"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE = (JobStatus.VALIDATING_FILES, JobStatus.QUEUED, JobStatus.RUNNING)


class FineTuneJob(TenantModel):
    """One training run. This table is the queue of record: a lease and a fencing token guard every write."""

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "ftjob-"), editable=False)
    project_id = models.CharField(max_length=40)
    user_id = models.CharField(max_length=40, blank=True)
    key_id = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=20, choices=JobStatus, default=JobStatus.VALIDATING_FILES)

    base_model = models.CharField(max_length=64)
    method = models.CharField(max_length=20)
    training_file_id = models.CharField(max_length=40)
    validation_file_id = models.CharField(max_length=40, null=True)
    suffix = models.CharField(max_length=64, blank=True)
    seed = models.BigIntegerField()
    metadata = models.JSONField(null=True)
    requested = models.JSONField(default=dict)  # hyper-parameters as asked for: numbers or "auto"
    settings = models.JSONField(default=dict)  # as resolved, for the recipe
    request_hash = models.CharField(max_length=64)  # an SDK's retry of a create finds its job by this

    quoted_tokens = models.BigIntegerField(null=True)
    quote_micro_usd = models.BigIntegerField(null=True)  # held until the job ends; the most it can cost
    price_version = models.BigIntegerField(null=True)
    cost_micro_usd = models.BigIntegerField(null=True)
    trained_tokens = models.BigIntegerField(default=0)

    attempts = models.PositiveSmallIntegerField(default=0)
    fencing_token = models.BigIntegerField(default=0)
    lease_expires_at = models.DateTimeField(null=True)
    runner = models.CharField(max_length=100, blank=True)
    resume_step = models.PositiveIntegerField(null=True)  # of the last complete checkpoint
    cancel_requested_at = models.DateTimeField(null=True)
    step = models.PositiveIntegerField(default=0)
    total_steps = models.PositiveIntegerField(default=0)
    # What the estimate of the end goes by: how fast this attempt is, on the machine that it has.
    claimed_at = models.DateTimeField(null=True)
    first_step = models.PositiveIntegerField(null=True)
    first_step_at = models.DateTimeField(null=True)
    last_step_at = models.DateTimeField(null=True)

    metrics = models.JSONField(default=dict)
    result = models.JSONField(null=True)  # kernel.contracts.TrainResult
    warnings = models.JSONField(default=list)  # kernel.contracts.JobWarning
    parity = models.JSONField(null=True)
    fine_tuned_model = models.CharField(max_length=200, blank=True)
    result_file_id = models.CharField(max_length=40, null=True)  # the loss curve
    detail_files = models.JSONField(default=list)  # what else came out: {id, filename}
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    error_param = models.CharField(max_length=100, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=JobStatus.values), name="job_status_known"),
            models.CheckConstraint(
                condition=~Q(status=JobStatus.RUNNING) | Q(lease_expires_at__isnull=False),
                name="running_job_has_a_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "created_at"], name="job_queue"),
            models.Index(fields=["tenant", "-id"], name="job_by_tenant"),
        ]

    @property
    def is_finished(self) -> bool:
        return self.status not in ACTIVE


class JobEvent(TenantModel):
    """What happened to a job, in OpenAI's words."""

    id = models.CharField(
        primary_key=True, max_length=40, default=partial(new_id, "ftevent-"), editable=False
    )
    job = models.ForeignKey(FineTuneJob, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=5, default="info")
    type = models.CharField(max_length=10, default="message")
    message = models.TextField()
    code = models.CharField(
        max_length=60, blank=True, default=""
    )  # what happened; `values`: of whom, how many
    values = models.JSONField(default=dict)
    data = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["tenant", "job", "-id"], name="event_by_job")]


class JobMetric(TenantModel):
    """The loss curve: one row a step. A repeated step (after a resume) replaces the old one."""

    job = models.ForeignKey(FineTuneJob, on_delete=models.CASCADE, related_name="+")
    step = models.PositiveIntegerField()
    values = models.JSONField()  # kernel.contracts.Progress

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "step"], name="metric_once_per_step")]


class Adapter(TenantModel):
    """Trained weights. Immutable: its engine name holds the digest of its manifest."""

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "adp_"), editable=False)
    job = models.ForeignKey(FineTuneJob, on_delete=models.CASCADE, related_name="+")
    step = models.PositiveIntegerField()
    lora_int_id = models.BigIntegerField(unique=True)  # from a sequence, never reused
    engine_name = models.CharField(max_length=60, blank=True)  # set once the upload is complete
    base_model = models.CharField(max_length=64)
    kind = models.CharField(max_length=20, blank=True)
    labels = models.JSONField(default=list)
    public_name = models.CharField(max_length=200, blank=True)  # set once published
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "step"], name="adapter_once_per_step"),
            models.UniqueConstraint(
                fields=["public_name"], condition=~Q(public_name=""), name="model_name_never_reused"
            ),
        ]


class Checkpoint(TenantModel):
    """A point from which a job can go on, and whose adapter can be called once the job succeeded."""

    id = models.CharField(primary_key=True, max_length=40, default=partial(new_id, "ftckpt_"), editable=False)
    job = models.ForeignKey(FineTuneJob, on_delete=models.CASCADE, related_name="+")
    adapter = models.ForeignKey(Adapter, on_delete=models.CASCADE, related_name="+")
    step = models.PositiveIntegerField()
    progress = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "step"], name="checkpoint_once_per_step")]
