"""Uploads in OpenAI's shape, with what a client needs to go on in ours."""

from typing import Any

from rest_framework import serializers

from apps.core.inputs import StrictSerializer
from apps.core.objects import DirectStore, store
from apps.core.pagination import IdListOutput, ListOutput
from apps.datasets.models import UploadPart, UploadStatus
from apps.datasets.selectors.uploads import UploadView
from apps.datasets.serializers.files import ExpiresAfterInput, FileOutput, PurposeField, render_file
from apps.datasets.services.uploads import MAX_PARTS, PART_BYTES, PartLink

_MD5 = r"^[0-9a-fA-F]{32}$"
_MAX_LINKS = 100  # in one call


class CreateUploadInput(StrictSerializer):
    filename = serializers.CharField(max_length=4096)
    purpose = PurposeField()
    bytes = serializers.IntegerField(min_value=1, max_value=2**53)
    mime_type = serializers.CharField(max_length=255)
    expires_after = ExpiresAfterInput(required=False)
    dataset_id = serializers.CharField(max_length=40, required=False)


class AddPartInput(StrictSerializer):
    data = serializers.FileField(allow_empty_file=True)
    part_number = serializers.IntegerField(min_value=1, max_value=MAX_PARTS, required=False)


class PartPlanInput(StrictSerializer):
    number = serializers.IntegerField(min_value=1, max_value=MAX_PARTS)
    bytes = serializers.IntegerField(min_value=1, max_value=2**53)
    md5 = serializers.RegexField(_MD5, max_length=32, required=False, default="")


class PartLinksInput(StrictSerializer):
    parts = serializers.ListField(child=PartPlanInput(), min_length=1, max_length=_MAX_LINKS)


class CompleteUploadInput(StrictSerializer):
    part_ids = serializers.ListField(
        child=serializers.CharField(max_length=40), min_length=1, max_length=MAX_PARTS
    )
    md5 = serializers.RegexField(_MD5, max_length=32, required=False, allow_null=True)


class StoredPartOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    number = serializers.IntegerField(allow_null=True)
    bytes = serializers.IntegerField()
    md5 = serializers.CharField(allow_null=True)


class UploadExtrasOutput(serializers.Serializer[Any]):
    """`parts` are here already; `is_direct`: part_links works; `part_bytes`: how much to send at once."""

    parts = StoredPartOutput(many=True)
    is_direct = serializers.BooleanField()
    part_bytes = serializers.IntegerField()
    dataset_id = serializers.CharField(allow_null=True)


class UploadOutput(serializers.Serializer[Any]):
    """OpenAI's Upload object."""

    id = serializers.CharField()
    object = serializers.CharField()
    bytes = serializers.IntegerField()
    created_at = serializers.IntegerField()
    expires_at = serializers.IntegerField()
    filename = serializers.CharField()
    purpose = serializers.CharField()
    status = serializers.ChoiceField(choices=UploadStatus.choices)
    file = FileOutput(allow_null=True)
    finery = UploadExtrasOutput()


class UploadListOutput(IdListOutput):
    data = UploadOutput(many=True)


class UploadPartOutput(serializers.Serializer[Any]):
    """OpenAI's UploadPart object."""

    id = serializers.CharField()
    object = serializers.CharField()
    created_at = serializers.IntegerField()
    upload_id = serializers.CharField()


class PartLinkOutput(serializers.Serializer[Any]):
    """Put exactly the promised bytes to `url`, with `headers`."""

    number = serializers.IntegerField()
    part_id = serializers.CharField()
    url = serializers.CharField()
    headers = serializers.DictField(child=serializers.CharField())


class PartLinksOutput(ListOutput):
    data = PartLinkOutput(many=True)


def render_upload(view: UploadView) -> dict[str, Any]:
    upload = view.upload
    return {
        "id": upload.id,
        "object": "upload",
        "bytes": upload.bytes,
        "created_at": int(upload.created_at.timestamp()),
        "expires_at": int(upload.expires_at.timestamp()),
        "filename": upload.filename,
        "purpose": upload.purpose,
        "status": UploadStatus.EXPIRED if upload.has_expired else upload.status,
        "file": render_file(view.file) if view.file else None,
        "finery": {
            "parts": [
                {"id": part.id, "number": part.number, "bytes": part.bytes, "md5": part.md5 or None}
                for part in view.parts
            ],
            "is_direct": isinstance(store, DirectStore),
            "part_bytes": PART_BYTES,
            "dataset_id": upload.dataset_id,
        },
    }


def render_part(part: UploadPart) -> dict[str, Any]:
    return {
        "id": part.id,
        "object": "upload.part",
        "created_at": int(part.created_at.timestamp()),
        "upload_id": part.upload_id,
    }


def render_links(links: list[PartLink]) -> dict[str, Any]:
    data = [
        {"number": part.number, "part_id": part.id, "url": link.url, "headers": link.headers}
        for part, link in links
    ]
    return {"object": "list", "data": data, "has_more": False}
