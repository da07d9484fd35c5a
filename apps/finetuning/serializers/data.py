"""What only jobs and models know of the data."""

from typing import Any

from rest_framework import serializers

from apps.core.inputs import IdField, QueryInput
from apps.datasets.serializers.datasets import render_version
from apps.finetuning.models import FineTuneJob
from apps.finetuning.serializers.lengths import LongRowOutput
from apps.finetuning.services.tokens import FileTokens
from kernel.lengths import LEAST_LENGTH, MOST_LENGTH


class TokensQuery(QueryInput):
    model = IdField(help_text="A base's id.")
    max_length = serializers.IntegerField(
        min_value=LEAST_LENGTH,
        max_value=MOST_LENGTH,
        required=False,
        help_text="Which rows are over it; by default, what a job trains on.",
    )


class TokenBinOutput(serializers.Serializer[Any]):
    to = serializers.IntegerField()
    rows = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.IntegerField(), **super().get_fields()}  # a word of Python's


class MaskedTokenOutput(serializers.Serializer[Any]):
    text = serializers.CharField()
    is_trained = serializers.BooleanField()


class MaskedRowOutput(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    tokens = MaskedTokenOutput(many=True)


class FileTokensOutput(serializers.Serializer[Any]):
    """While a task counts, everything is 0 and empty."""

    object = serializers.CharField()
    file_id = serializers.CharField()
    model = serializers.CharField()
    status = serializers.ChoiceField(choices=["counting", "ready"])
    rows = serializers.IntegerField()
    tokens = serializers.IntegerField()
    context_length = serializers.IntegerField()
    max_length = serializers.IntegerField()
    longest_row_tokens = serializers.IntegerField()
    over_length_rows = serializers.IntegerField()
    over_length = LongRowOutput(many=True)
    over_context_rows = serializers.IntegerField()
    histogram = TokenBinOutput(many=True)
    preview = MaskedRowOutput(many=True)


def tokens_body(file_id: str, model: str, found: FileTokens | None) -> dict[str, Any]:
    return {
        "object": "file.tokens",
        "file_id": file_id,
        "model": model,
        "status": "ready" if found else "counting",
        "rows": len(found.counts) if found else 0,
        "tokens": sum(found.counts) if found else 0,
        "context_length": found.context_length if found else 0,
        "max_length": found.max_length if found else 0,
        "longest_row_tokens": max(found.counts) if found else 0,
        "over_length_rows": found.over_length_rows if found else 0,
        "over_length": [{"line": line, "tokens": count} for line, count in found.over_length]
        if found
        else [],
        "over_context_rows": found.over_context_rows if found else 0,
        "histogram": found.histogram() if found else [],
        "preview": [_masked_row(*row) for row in found.preview] if found else [],
    }


def _masked_row(line: int, tokens: list[tuple[str, bool]]) -> dict[str, Any]:
    return {"line": line, "tokens": [{"text": text, "is_trained": is_trained} for text, is_trained in tokens]}


class LineageJobOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    model = serializers.CharField()
    status = serializers.CharField()
    fine_tuned_model = serializers.CharField(allow_null=True)


class MadeOfOutput(serializers.Serializer[Any]):
    operation = serializers.DictField()
    parents = serializers.ListField(child=serializers.CharField())


class KinOutput(serializers.Serializer[Any]):
    """A dataset.version, as `GET /v1/datasets/{id}/versions` has it."""

    object = serializers.CharField()
    dataset_id = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    file_id = serializers.CharField()
    filename = serializers.CharField()
    status = serializers.CharField()
    status_details = serializers.CharField(allow_null=True)
    format = serializers.CharField(allow_null=True)
    rows = serializers.IntegerField(allow_null=True)
    bytes = serializers.IntegerField()
    created_at = serializers.IntegerField()
    made_by = MadeOfOutput()


class FileLineageOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    file_id = serializers.CharField()
    dataset_id = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    made_by = MadeOfOutput()
    parents = KinOutput(many=True)
    children = KinOutput(many=True)
    jobs = LineageJobOutput(many=True)


def file_lineage_body(kin: list[Any]) -> dict[str, Any]:
    """`kin`: the file, then its parents and children."""
    file, *others = kin
    return {
        "object": "lineage",
        "file_id": file.id,
        "dataset_id": file.dataset_id,
        "version": file.version,
        "made_by": {"operation": file.operation, "parents": file.parents},
        "parents": [render_version(each) for each in others if each.id in file.parents],
        "children": [render_version(each) for each in others if file.id in each.parents],
        "jobs": [_job(job) for job in file.jobs],
    }


def _job(job: dict[str, Any]) -> dict[str, Any]:
    return {**job, "fine_tuned_model": job["fine_tuned_model"] or None}


class RowVersionOutput(serializers.Serializer[Any]):
    file_id = serializers.CharField()
    dataset_id = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    line = serializers.IntegerField()


class RowLineageOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    hash = serializers.CharField()
    versions = RowVersionOutput(many=True)
    jobs = LineageJobOutput(many=True)
    models = serializers.ListField(child=serializers.CharField())


def row_lineage_body(row_hash: str, files: list[Any]) -> dict[str, Any]:
    jobs = {job["id"]: _job(job) for file in files for job in file.jobs}
    return {
        "object": "lineage",
        "hash": row_hash,
        "versions": [
            {"file_id": file.id, "dataset_id": file.dataset_id, "version": file.version, "line": file.line}
            for file in files
        ],
        "jobs": [jobs[job_id] for job_id in sorted(jobs)],
        "models": sorted({job["fine_tuned_model"] for job in jobs.values() if job["fine_tuned_model"]}),
    }


class LineageFileOutput(serializers.Serializer[Any]):
    file_id = serializers.CharField()
    filename = serializers.CharField()
    dataset_id = serializers.CharField(allow_null=True)
    dataset_name = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    operation = serializers.DictField()
    parents = serializers.ListField(child=serializers.CharField())


class ModelLineageOutput(serializers.Serializer[Any]):
    """`files`: what the job read, and what that was made of. Deleted ones are left out."""

    object = serializers.CharField()
    model = serializers.CharField()
    job = LineageJobOutput()
    training_file = serializers.CharField()
    validation_file = serializers.CharField(allow_null=True)
    files = LineageFileOutput(many=True)


def model_lineage_body(model: str, job: FineTuneJob, files: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "object": "lineage",
        "model": model,
        "job": {
            "id": job.id,
            "model": job.base_model,
            "status": job.status,
            "fine_tuned_model": job.fine_tuned_model or None,
        },
        "training_file": job.training_file_id,
        "validation_file": job.validation_file_id,
        "files": files,
    }


class DatasetDeletedOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.CharField()
    deleted = serializers.BooleanField()
