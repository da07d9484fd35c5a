"""Files in OpenAI's shape, and the report in ours."""

from typing import Any

from rest_framework import serializers

from apps.core.inputs import StrictSerializer
from apps.core.pagination import IdListOutput, PageQuery, limit_field
from apps.datasets.models import File, FileStatus, Purpose

MAX_FILES = 10_000  # on one page
UPLOAD_PURPOSES = [purpose.value for purpose in Purpose if purpose is not Purpose.FINE_TUNE_RESULTS]
_NOT_ONE_OF = f"'{{input}}' is not one of {UPLOAD_PURPOSES} - 'purpose'"


class ExpiresAfterInput(StrictSerializer):
    anchor = serializers.ChoiceField(choices=["created_at"])
    seconds = serializers.IntegerField(min_value=3600, max_value=2_592_000)


class PurposeField(serializers.ChoiceField):
    """What customers may say that a file is for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"choices": UPLOAD_PURPOSES, "error_messages": {"invalid_choice": _NOT_ONE_OF}, **options}
        )


class CreateFileInput(StrictSerializer):
    file = serializers.FileField(allow_empty_file=True)
    purpose = PurposeField()
    expires_after = ExpiresAfterInput(required=False)
    dataset_id = serializers.CharField(max_length=40, required=False)


class ListFilesQuery(PageQuery):
    limit = limit_field(MAX_FILES, MAX_FILES)
    purpose = serializers.ChoiceField(choices=Purpose.choices, required=False)


class FileOutput(serializers.Serializer[File]):
    """OpenAI's File object."""

    id = serializers.CharField()
    object = serializers.CharField()
    bytes = serializers.IntegerField()
    created_at = serializers.IntegerField()
    expires_at = serializers.IntegerField(allow_null=True)
    filename = serializers.CharField()
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    status = serializers.ChoiceField(choices=FileStatus.choices)
    status_details = serializers.CharField(allow_null=True)


class FileListOutput(IdListOutput):
    data = FileOutput(many=True)


class FileDeletedOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.CharField()
    deleted = serializers.BooleanField()


def render_file(file: File) -> dict[str, Any]:
    return {
        "id": file.id,
        "object": "file",
        "bytes": file.bytes,
        "created_at": int(file.created_at.timestamp()),
        "expires_at": int(file.expires_at.timestamp()) if file.expires_at else None,
        "filename": file.filename,
        "purpose": file.purpose,
        "status": file.status,
        "status_details": file.status_details,
    }
