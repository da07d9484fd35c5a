"""Writes on files, one use case a file."""

from apps.datasets.services.count import RowCounter, TokenCount, count_file_tokens
from apps.datasets.services.delete import delete_file
from apps.datasets.services.sweep import sweep_files
from apps.datasets.services.trainable import TrainableFile, require_known_labels, require_trainable
from apps.datasets.services.upload import save_result_file, upload_file
from apps.datasets.services.validate import validate_file
from apps.datasets.services.versions import attach_version

__all__ = [
    "RowCounter",
    "TokenCount",
    "TrainableFile",
    "attach_version",
    "count_file_tokens",
    "delete_file",
    "require_known_labels",
    "require_trainable",
    "save_result_file",
    "sweep_files",
    "upload_file",
    "validate_file",
]
