"""Work on the control queue: load, call one service."""

from celery import shared_task

from apps.core.dispatch import TaskName
from apps.serving import services


@shared_task(name=TaskName.INGEST_USAGE)
def ingest_usage() -> None:
    services.post_usage_from_stream()


@shared_task(name=TaskName.RECONCILE_SNAPSHOT)
def reconcile_snapshot() -> None:
    services.reconcile_snapshot()
