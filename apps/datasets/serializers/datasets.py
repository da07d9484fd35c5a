"""Datasets and their versions, in and out."""

from typing import Any

from rest_framework import serializers

from apps.core.inputs import StrictSerializer
from apps.core.pagination import IdListOutput, ListOutput
from apps.datasets.models import Dataset, File, FileStatus
from apps.datasets.selectors import Diff, Summary
from apps.datasets.serializers.reports import ROW_FORMATS


class DatasetInput(StrictSerializer):
    name = serializers.CharField(max_length=255)


class MadeByOutput(serializers.Serializer[Any]):
    operation = serializers.DictField()
    parents = serializers.ListField(child=serializers.CharField())


class VersionOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    dataset_id = serializers.CharField()
    version = serializers.IntegerField()
    file_id = serializers.CharField()
    filename = serializers.CharField()
    status = serializers.ChoiceField(choices=FileStatus.choices)
    status_details = serializers.CharField(allow_null=True)
    format = serializers.ChoiceField(choices=ROW_FORMATS, allow_null=True)
    rows = serializers.IntegerField(allow_null=True)
    bytes = serializers.IntegerField()
    created_at = serializers.IntegerField()
    made_by = MadeByOutput()


class VersionListOutput(ListOutput):
    data = VersionOutput(many=True)


class DatasetOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.CharField()
    name = serializers.CharField()
    created_at = serializers.IntegerField()
    latest = VersionOutput(allow_null=True)
    versions = serializers.IntegerField()


class DatasetListOutput(IdListOutput):
    data = DatasetOutput(many=True)


class DiffRowOutput(serializers.Serializer[Any]):
    change = serializers.ChoiceField(choices=["added", "removed"])
    number = serializers.IntegerField()
    line = serializers.IntegerField()
    hash = serializers.CharField()
    row = serializers.DictField()


class DiffOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    to = serializers.CharField()
    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    kept = serializers.IntegerField()
    rows = DiffRowOutput(many=True)
    has_more = serializers.BooleanField()
    last_number = serializers.IntegerField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": serializers.CharField()}  # a word of Python's


def render_version(file: File) -> dict[str, Any]:
    return {
        "object": "dataset.version",
        "dataset_id": file.dataset_id,
        "version": file.version,
        "file_id": file.id,
        "filename": file.filename,
        "status": file.status,
        "status_details": file.status_details,
        "format": file.format,
        "rows": file.rows,
        "bytes": file.bytes,
        "created_at": int(file.created_at.timestamp()),
        "made_by": {"operation": file.operation, "parents": file.parents},
    }


def render_dataset(dataset: Dataset, summary: Summary) -> dict[str, Any]:
    return {
        "id": dataset.id,
        "object": "dataset",
        "name": dataset.name,
        "created_at": int(dataset.created_at.timestamp()),
        "latest": render_version(summary.latest) if summary.latest else None,
        "versions": summary.versions,
    }


def render_diff(diff: Diff, *, from_id: str, to_id: str) -> dict[str, Any]:
    return {
        "object": "dataset.diff",
        "from": from_id,
        "to": to_id,
        "added": diff.added,
        "removed": diff.removed,
        "kept": diff.kept,
        "rows": [row._asdict() for row in diff.rows],
        "has_more": diff.has_more,
        "last_number": diff.last_number,
    }
