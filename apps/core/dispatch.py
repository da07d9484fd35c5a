"""Messages to other processes: by name, as JSON, on commit."""

from enum import StrEnum

from celery import current_app

from apps.core.commit import after_commit


class TaskName(StrEnum):
    """Every task there is. tests/architecture checks that each has a consumer."""

    VALIDATE_FILE = "datasets.validate_file"
    SWEEP_FILES = "datasets.sweep_files"
    ADMIT_JOB = "finetuning.admit_job"
    SWEEP_JOBS = "finetuning.sweep_jobs"
    INGEST_USAGE = "serving.ingest_usage"
    RECONCILE_SNAPSHOT = "serving.reconcile_snapshot"
    BUILD_EXPORT = "privacy.build_export"
    ERASE_ORGANIZATION = "privacy.erase_organization"
    SWEEP_PRIVACY = "privacy.sweep_privacy"
    REMOVE_ORPHANS = "privacy.remove_orphans"
    RUN_TRAINING = "runner.run_training"


def send_on_commit(name: TaskName, **kwargs: str) -> None:
    """Ring for a task after the commit. A lost bell is rung again by a sweeper, so it may fail quietly."""
    after_commit(current_app.send_task, name, kwargs=kwargs, queue=_queue(name))


def _queue(name: TaskName) -> str:
    return "training.cpu" if name is TaskName.RUN_TRAINING else "control"
