"""Work on files that no request waits for."""

from celery import shared_task

from apps.core.dispatch import TaskName
from apps.datasets import services


@shared_task(name=TaskName.VALIDATE_FILE)
def validate_file(tenant_id: str, file_id: str) -> None:
    services.validate_file(tenant_id, file_id)


@shared_task(name=TaskName.SWEEP_FILES)
def sweep_files() -> None:
    services.sweep_files()
