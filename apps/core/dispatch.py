"""Messages to other processes: by name, as JSON, on commit."""

from enum import StrEnum

from celery import current_app

from apps.core.commit import after_commit
from apps.core.redis import client
from kernel import redis_names


class TaskName(StrEnum):
    """Every task there is. tests/architecture checks that each has a consumer."""

    VALIDATE_FILE = "datasets.validate_file"
    COMPARE_FILES = "datasets.compare_files"
    SWEEP_FILES = "datasets.sweep_files"
    SWEEP_OBJECTS = "datasets.sweep_objects"
    ADMIT_JOB = "finetuning.admit_job"
    COUNT_TOKENS = "finetuning.count_tokens"
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


def send_once(name: TaskName, *, seconds: int, **kwargs: str) -> None:
    """Ring for a task unless the same was rung for within `seconds`: for those who ask again and again."""
    if client().set(redis_names.rung(name, *kwargs.values()), 1, nx=True, ex=seconds):
        send_on_commit(name, **kwargs)


def _queue(name: TaskName) -> str:
    return "training.cpu" if name is TaskName.RUN_TRAINING else "control"
