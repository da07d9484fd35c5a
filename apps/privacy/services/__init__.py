"""Exports and erasures: one file per use case."""

from apps.privacy.services.engines import remove_orphans, sweep_answers, sweep_withdrawn_models
from apps.privacy.services.erase import delete_organization, erase_organization, sweep_erasures
from apps.privacy.services.exports import build_export, open_export, request_export, sweep_exports

__all__ = [
    "build_export",
    "delete_organization",
    "erase_organization",
    "open_export",
    "remove_orphans",
    "request_export",
    "sweep_answers",
    "sweep_erasures",
    "sweep_exports",
    "sweep_withdrawn_models",
]
