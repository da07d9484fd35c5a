"""What reading a file found: docs/contracts.md, "Report"."""

from typing import Any

import msgspec
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.datasets.models import File, FileStatus
from apps.datasets.services import FORMATS, find_progress
from kernel.rows import RowFormat

ROW_FORMATS = [each.value for each in RowFormat]
# What a report has before the file is read, and what one leaves out that says little.
_NOTHING: dict[str, Any] = {
    "syntax": None,
    "encoding": None,
    "spelling": None,
    "mapping": None,
    "columns": [],
    "advice": [],
    "errors": [],
    "error_count": 0,
    "errors_truncated": False,
    "warnings": [],
    "warning_count": 0,
    "fixes": [],
    "labels": [],
    "sample": [],
    "lengths": None,
    "duplicates": {"exact": 0, "near": 0, "groups": []},
    "languages": [],
    "sensitive": [],
    "label_suspects": [],
    "examined": {"rows": 0, "of": 0},
}


def _lines() -> Any:
    return serializers.ListField(child=serializers.IntegerField())


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer"}]})
class ValueField(serializers.JSONField):
    """What a finding names."""


class FindingOutput(serializers.Serializer[Any]):
    line = serializers.IntegerField(allow_null=True)
    param = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    message = serializers.CharField()
    values = serializers.DictField(child=ValueField(), required=False)  # older reports have none
    fix = serializers.CharField(allow_null=True)


class MappingOutput(serializers.Serializer[Any]):
    format = serializers.ChoiceField(choices=ROW_FORMATS)
    columns = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class ColumnOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["text", "number", "boolean", "list", "object"])
    distinct = serializers.IntegerField()
    examples = serializers.ListField(child=serializers.CharField())


class AdviceOutput(serializers.Serializer[Any]):
    severity = serializers.ChoiceField(choices=["error", "warning", "info"])
    code = serializers.CharField()
    rows = serializers.IntegerField()
    lines = _lines()
    param = serializers.CharField(allow_null=True)
    fix = serializers.CharField(allow_null=True)


class FixOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    rows = serializers.IntegerField()
    loses_rows = serializers.BooleanField()


class LabelOutput(serializers.Serializer[Any]):
    label = serializers.CharField()
    rows = serializers.IntegerField()


class BinOutput(serializers.Serializer[Any]):
    to = serializers.IntegerField()
    rows = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.IntegerField(), **super().get_fields()}  # a word of Python's


class LengthsOutput(serializers.Serializer[Any]):
    unit = serializers.CharField()
    min = serializers.IntegerField()
    median = serializers.IntegerField()
    p95 = serializers.IntegerField()
    max = serializers.IntegerField()
    histogram = BinOutput(many=True)


class DuplicateGroupOutput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["exact", "near"])
    lines = _lines()


class DuplicatesOutput(serializers.Serializer[Any]):
    exact = serializers.IntegerField()
    near = serializers.IntegerField()
    groups = DuplicateGroupOutput(many=True)


class LanguageOutput(serializers.Serializer[Any]):
    language = serializers.CharField()
    rows = serializers.IntegerField()


class SensitiveOutput(serializers.Serializer[Any]):
    kind = serializers.CharField()
    rows = serializers.IntegerField()
    lines = _lines()
    example = serializers.CharField()


class LabelSuspectOutput(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    label = serializers.CharField()
    suggested = serializers.CharField()
    confidence = serializers.FloatField()


class ReadingProgressOutput(serializers.Serializer[Any]):
    bytes = serializers.IntegerField()
    total_bytes = serializers.IntegerField()
    rows = serializers.IntegerField()


class ExaminedOutput(serializers.Serializer[Any]):
    rows = serializers.IntegerField()
    of = serializers.IntegerField()


class FileReportOutput(serializers.Serializer[Any]):
    """What validation found. Before it ran, `format` and `rows` are null and the lists are empty."""

    object = serializers.CharField()
    file_id = serializers.CharField()
    status = serializers.ChoiceField(choices=FileStatus.choices)
    format = serializers.ChoiceField(choices=ROW_FORMATS, allow_null=True)
    rows = serializers.IntegerField(allow_null=True)
    syntax = serializers.ChoiceField(
        choices=["jsonl", "json", "csv", "tsv", "parquet", "xlsx", "zip", "text"], allow_null=True
    )
    encoding = serializers.CharField(allow_null=True)
    spelling = serializers.CharField(allow_null=True)
    mapping = MappingOutput(allow_null=True)
    columns = ColumnOutput(many=True)
    advice = AdviceOutput(many=True)
    errors = FindingOutput(many=True)
    error_count = serializers.IntegerField()
    errors_truncated = serializers.BooleanField()
    warnings = FindingOutput(many=True)
    warning_count = serializers.IntegerField()
    fixes = FixOutput(many=True)
    labels = LabelOutput(many=True)
    sample = serializers.ListField(child=serializers.DictField())
    lengths = LengthsOutput(allow_null=True)
    duplicates = DuplicatesOutput()
    languages = LanguageOutput(many=True)
    sensitive = SensitiveOutput(many=True)
    label_suspects = LabelSuspectOutput(many=True)
    progress = ReadingProgressOutput(allow_null=True)
    examined = ExaminedOutput()
    methods = serializers.ListField(
        child=serializers.CharField(), help_text="The fine-tuning methods that train on rows of this format."
    )
    trainable_formats = serializers.ListField(
        child=serializers.ChoiceField(choices=ROW_FORMATS), help_text="The formats that any method trains on."
    )


def render_report(file: File) -> dict[str, Any]:
    progress = find_progress(file.id) if file.status == FileStatus.UPLOADED else None
    return {
        "object": "file.report",
        "file_id": file.id,
        "status": file.status,
        "format": file.format,
        "rows": file.rows,
        "progress": None if progress is None else msgspec.structs.asdict(progress),
        **{name: file.report.get(name, nothing) for name, nothing in _NOTHING.items()},
        "methods": [method for method, row_format in FORMATS.items() if row_format == file.format],
        "trainable_formats": [row_format.value for row_format in FORMATS.values()],
    }


class PreviewRowOutput(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    row = serializers.DictField(allow_null=True)
    findings = FindingOutput(many=True)


class MappingPreviewOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    rows = PreviewRowOutput(many=True)
    error_count = serializers.IntegerField()


class OverlapRowOutput(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    with_line = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=["exact", "near"])


class OverlapOutput(serializers.Serializer[Any]):
    """Which rows of `with_file_id` are in this file. The other way round the counts differ."""

    object = serializers.CharField()
    file_id = serializers.CharField()
    with_file_id = serializers.CharField()
    status = serializers.ChoiceField(choices=["comparing", "ready"])
    exact = serializers.IntegerField(help_text="Rows of `with_file_id` that are in `file_id`.")
    near = serializers.IntegerField(help_text="Rows of `with_file_id` that are nearly in `file_id`.")
    rows = OverlapRowOutput(many=True)


def render_overlap(file_id: str, other_id: str, found: dict[str, Any] | None) -> dict[str, Any]:
    rows = found["rows"] if found else []
    return {
        "object": "file.overlap",
        "file_id": file_id,
        "with_file_id": other_id,
        "status": "ready" if found else "comparing",
        "exact": found["exact"] if found else 0,
        "near": found["near"] if found else 0,
        "rows": [
            {"line": each["line"], "with_line": each["other_line"], "kind": each["kind"]} for each in rows
        ],
    }
