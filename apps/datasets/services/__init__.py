"""Writes on files and datasets, one use case a file."""

from apps.datasets.services.count import (
    RowCounter,
    RowCounts,
    TokenCount,
    count_file_rows,
    count_file_tokens,
    find_row_counts,
    require_countable,
)
from apps.datasets.services.datasets import create_dataset, delete_dataset, rename_dataset
from apps.datasets.services.delete import delete_file
from apps.datasets.services.diff import diff_files
from apps.datasets.services.exports import export_rows
from apps.datasets.services.overlap import compare_files, find_overlap
from apps.datasets.services.preview import preview_mapping
from apps.datasets.services.progress import find_progress
from apps.datasets.services.sweep import sweep_files
from apps.datasets.services.trainable import (
    FORMATS,
    MIN_EXAMPLES,
    TrainableFile,
    require_known_labels,
    require_trainable,
)
from apps.datasets.services.upload import save_result_file, upload_file
from apps.datasets.services.validate import validate_file
from apps.datasets.services.versions import attach_version, create_versions

__all__ = [
    "FORMATS",
    "MIN_EXAMPLES",
    "RowCounter",
    "RowCounts",
    "TokenCount",
    "TrainableFile",
    "attach_version",
    "compare_files",
    "count_file_rows",
    "count_file_tokens",
    "create_dataset",
    "create_versions",
    "delete_dataset",
    "delete_file",
    "diff_files",
    "export_rows",
    "find_overlap",
    "find_progress",
    "find_row_counts",
    "preview_mapping",
    "rename_dataset",
    "require_countable",
    "require_known_labels",
    "require_trainable",
    "save_result_file",
    "sweep_files",
    "upload_file",
    "validate_file",
]
