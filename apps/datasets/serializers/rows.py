"""Rows of a file, as they are shown."""

from collections import defaultdict
from typing import Any

from rest_framework import serializers

from apps.core.inputs import IdField, QueryInput
from apps.core.pagination import ListOutput
from apps.datasets.models import File
from apps.datasets.selectors import RowPage
from apps.datasets.serializers.reports import FindingOutput

_MAX_LIMIT = 100
EXPORT_FORMATS = ("jsonl", "csv", "parquet")


class ListRowsQuery(QueryInput):
    """The query of a page of rows."""

    after = serializers.IntegerField(min_value=-1, max_value=2**31 - 1, default=-1)
    limit = serializers.IntegerField(min_value=1, max_value=_MAX_LIMIT, default=50)
    line = serializers.IntegerField(min_value=0, max_value=2**31 - 1, default=0)
    search = serializers.CharField(max_length=1000, trim_whitespace=False, allow_blank=True, default="")
    label = serializers.CharField(max_length=1000, trim_whitespace=False, required=False)
    only = serializers.ChoiceField(choices=["bad"], required=False)


class OverlapQuery(QueryInput):
    def get_fields(self) -> dict[str, Any]:
        return {"with": IdField(help_text="The other file's id.")}  # a word of Python's


class ExportQuery(QueryInput):
    format = serializers.ChoiceField(choices=EXPORT_FORMATS, default="jsonl")


class DiffQuery(QueryInput):
    to = serializers.CharField(max_length=40)
    after = serializers.IntegerField(min_value=-1, max_value=2**31 - 1, default=-1)
    limit = serializers.IntegerField(min_value=1, max_value=_MAX_LIMIT, default=50)

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.CharField(max_length=40), **super().get_fields()}  # a word of Python's


class RowOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    number = serializers.IntegerField()
    line = serializers.IntegerField()
    hash = serializers.CharField(allow_null=True)
    row = serializers.DictField()
    findings = FindingOutput(many=True)


class RowListOutput(ListOutput):
    data = RowOutput(many=True)
    last_number = serializers.IntegerField(allow_null=True)


def render_rows(file: File, page: RowPage) -> dict[str, Any]:
    findings: dict[int | None, list[Any]] = defaultdict(list)
    for finding in [*file.report.get("errors", []), *file.report.get("warnings", [])]:
        findings[finding["line"]].append(finding)
    return {
        "object": "list",
        "data": [
            {"object": "file.row", **row._asdict(), "findings": findings.get(row.line, [])}
            for row in page.rows
        ],
        "has_more": page.has_more,
        "last_number": page.last_number,
    }
