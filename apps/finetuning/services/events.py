"""A job's log, in the literal words that tools look for."""

from collections.abc import Sequence
from typing import Any

from apps.finetuning.models import FineTuneJob, JobEvent
from kernel import wire
from kernel.contracts import JobWarning


def add_event(
    job: FineTuneJob,
    message: str,
    *,
    code: str = "",
    values: dict[str, str | int | float] | None = None,
    level: str = "info",
    data: dict[str, Any] | None = None,
) -> None:
    """Append one event; with `data` it is a metrics event. Runs within the tenant's transaction.

    Args:
        code: what happened, for readers of other languages.
        values: what a translation of the message needs.
    """
    JobEvent.objects.for_tenant(job.tenant_id).create(
        tenant_id=job.tenant_id,
        job=job,
        level=level,
        type="metrics" if data else "message",
        message=message,
        code=code,
        values=values or {},
        data=data,
    )


def warn(job: FineTuneJob, warnings: Sequence[JobWarning]) -> None:
    """Add to a job what its owner should know; a later word on the same replaces an earlier one."""
    for warning in warnings:
        add_event(job, warning.message, code=warning.code, values=warning.values, level="warn")
    said = {each["code"]: each for each in job.warnings}
    job.warnings = list((said | {each.code: wire.fields_of(each) for each in warnings}).values())
    job.save(update_fields=["warnings"])
