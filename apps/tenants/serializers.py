"""Shapes of the dashboard's account calls."""

from typing import Any

from rest_framework import serializers


class ProjectOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    is_default = serializers.BooleanField()


class OrganizationOutput(serializers.Serializer[Any]):
    id = serializers.CharField(source="organization.id")
    name = serializers.CharField(source="organization.name")
    slug = serializers.CharField(source="organization.slug")
    role = serializers.CharField()
    projects = ProjectOutput(many=True)


class UserOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    email = serializers.EmailField()
    name = serializers.CharField()


class MeOutput(serializers.Serializer[Any]):
    user = UserOutput()
    organizations = OrganizationOutput(many=True)


class CreateApiKeyInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)


class ApiKeyOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.CharField(default="organization.project.api_key")
    name = serializers.CharField()
    redacted_value = serializers.CharField()
    created_at = serializers.SerializerMethodField()
    last_used_at = serializers.SerializerMethodField()

    def get_created_at(self, row: Any) -> int:
        return int(row.created_at.timestamp())

    def get_last_used_at(self, row: Any) -> int | None:
        return int(row.last_used_at.timestamp()) if row.last_used_at else None


class NewApiKeyOutput(ApiKeyOutput):
    value = serializers.CharField()


class ApiKeyListOutput(serializers.Serializer[Any]):
    object = serializers.CharField(default="list")
    data = ApiKeyOutput(many=True)


class DeletedOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.CharField()
    deleted = serializers.BooleanField()


class SessionKeyOutput(serializers.Serializer[Any]):
    value = serializers.CharField()
    expires_at = serializers.IntegerField()
