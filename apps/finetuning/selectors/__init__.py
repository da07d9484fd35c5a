"""Reads, one module for each noun."""

from apps.finetuning.selectors.jobs import (
    checkpoints_of_job,
    count_active_jobs,
    events_of_job,
    find_tenant_of_job,
    get_job,
    get_model,
    jobs_of_project,
    list_all_routes,
    list_metrics,
    list_models,
    queue_position,
    route_entry,
    with_metadata,
)
from apps.finetuning.selectors.lineage import (
    find_active_job,
    get_file_lineage,
    get_model_lineage,
    get_row_lineage,
)
from apps.finetuning.selectors.pace import estimate_finish, estimate_seconds

__all__ = [
    "checkpoints_of_job",
    "count_active_jobs",
    "estimate_finish",
    "estimate_seconds",
    "events_of_job",
    "find_active_job",
    "find_tenant_of_job",
    "get_file_lineage",
    "get_job",
    "get_model",
    "get_model_lineage",
    "get_row_lineage",
    "jobs_of_project",
    "list_all_routes",
    "list_metrics",
    "list_models",
    "queue_position",
    "route_entry",
    "with_metadata",
]
