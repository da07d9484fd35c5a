"""Work on files that no request waits for."""

from celery import shared_task

from apps.core.dispatch import TaskName
from apps.datasets import services
from apps.datasets.services import sweep_uploads


@shared_task(name=TaskName.VALIDATE_FILE)
def validate_file(tenant_id: str, file_id: str) -> None:
    services.validate_file(tenant_id, file_id)


@shared_task(name=TaskName.COMPARE_FILES)
def compare_files(tenant_id: str, file_id: str, other_id: str) -> None:
    services.compare_files(tenant_id, file_id, other_id)


@shared_task(name=TaskName.SWEEP_FILES)
def sweep_files() -> None:
    services.sweep_files()
    sweep_uploads.sweep_uploads()


@shared_task(name=TaskName.SWEEP_OBJECTS)
def sweep_objects() -> None:
    sweep_uploads.sweep_objects()
