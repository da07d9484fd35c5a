"""Reads, one module for each noun. Deleted and expired ones, and other tenants', are not found."""

from apps.datasets.selectors.datasets import (
    Summary,
    get_dataset,
    live_datasets,
    lock_dataset,
    summarize,
    versions_of,
)
from apps.datasets.selectors.diffs import Diff, list_changes
from apps.datasets.selectors.files import get_file, list_files, live_files, open_content
from apps.datasets.selectors.lineage import family_of, files_behind, versions_with_row
from apps.datasets.selectors.rows import (
    RowPage,
    find_repeated_rows,
    lines_of,
    list_bad_rows,
    list_rows,
    plain_rows,
    rows_of,
    search_rows,
)

__all__ = [
    "Diff",
    "RowPage",
    "Summary",
    "family_of",
    "files_behind",
    "find_repeated_rows",
    "get_dataset",
    "get_file",
    "lines_of",
    "list_bad_rows",
    "list_changes",
    "list_files",
    "list_rows",
    "live_datasets",
    "live_files",
    "lock_dataset",
    "open_content",
    "plain_rows",
    "rows_of",
    "search_rows",
    "summarize",
    "versions_of",
    "versions_with_row",
]
