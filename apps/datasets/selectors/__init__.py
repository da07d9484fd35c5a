"""Reads, one module for each noun. Deleted and expired ones, and other tenants', are not found."""

from apps.datasets.selectors.datasets import (
    Summary,
    get_dataset,
    live_datasets,
    lock_dataset,
    summarize,
    versions_of,
)
from apps.datasets.selectors.files import get_file, list_files, live_files, open_content

__all__ = [
    "Summary",
    "get_dataset",
    "get_file",
    "list_files",
    "live_datasets",
    "live_files",
    "lock_dataset",
    "open_content",
    "summarize",
    "versions_of",
]
