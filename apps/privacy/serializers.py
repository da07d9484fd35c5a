"""Shapes of exports, and the confirmation of a deletion."""

from typing import Any

from rest_framework import serializers

from apps.core.inputs import StrictSerializer
from apps.core.pagination import IdListOutput
from apps.privacy.models import ExportStatus
from apps.tenants.serializers import UnixTimeField


class DeleteOrganizationInput(StrictSerializer):
    slug = serializers.CharField(max_length=40)


class ExportOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.SerializerMethodField()
    status = serializers.ChoiceField(choices=ExportStatus.choices)
    bytes = serializers.IntegerField(allow_null=True)
    created_at = UnixTimeField()
    finished_at = UnixTimeField(allow_null=True)
    expires_at = UnixTimeField(allow_null=True)

    def get_object(self, row: Any) -> str:
        return "organization.export"


class ExportListOutput(IdListOutput):
    data = ExportOutput(many=True)
