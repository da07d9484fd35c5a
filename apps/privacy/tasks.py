"""Work on the control queue: load, call one service."""

from celery import shared_task

from apps.core.dispatch import TaskName
from apps.privacy import services


@shared_task(name=TaskName.BUILD_EXPORT)
def build_export(tenant_id: str, export_id: str) -> None:
    services.build_export(tenant_id, export_id)


@shared_task(name=TaskName.ERASE_ORGANIZATION)
def erase_organization(tenant_id: str) -> None:
    services.erase_organization(tenant_id)


@shared_task(name=TaskName.SWEEP_PRIVACY)
def sweep_privacy() -> None:
    """Lost bells, archives whose time is over, weights of deleted models, answers of engines' hosts."""
    services.sweep_exports()
    services.sweep_erasures()
    services.sweep_withdrawn_models()
    services.sweep_answers()


@shared_task(name=TaskName.REMOVE_ORPHANS)
def remove_orphans() -> None:
    services.remove_orphans()
