"""Shapes of keys: OpenAI's, and the bounds that ours have beside them."""

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from apps.core.inputs import StrictSerializer
from apps.core.pagination import IdListOutput, PageQuery, limit_field
from apps.tenants.services import KeyBounds
from kernel.policy import KEY_SCOPES

_DAY = 86_400


def _seconds(given: int | None) -> timedelta | None:
    return timedelta(seconds=given) if given else None


class ScopesField(serializers.ListField):
    """What a key may do, of what keys may do at all. Null is all; an empty list is refused."""

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.ChoiceField(choices=sorted(KEY_SCOPES))
        super().__init__(child=child, allow_null=True, min_length=1, max_length=len(KEY_SCOPES), **kwargs)


class ListKeysQuery(PageQuery):
    owner_project_access = serializers.ChoiceField(choices=["active", "inactive", "any"], default="active")


class ListOwnKeysQuery(PageQuery):
    limit = limit_field(100, 200)


class NamesField(serializers.ListField):
    """A limit by names. Null is no limit; an empty list says neither all nor nothing, and is refused."""

    def __init__(self, *, max_name: int, **kwargs: Any) -> None:
        child = serializers.CharField(max_length=max_name)
        super().__init__(child=child, allow_null=True, min_length=1, max_length=100, **kwargs)


class KeyBoundsInput(StrictSerializer):
    name = serializers.CharField(max_length=100, required=False)
    scopes = ScopesField(required=False)
    models = NamesField(max_name=200, required=False)
    networks = NamesField(max_name=50, required=False)

    def changes(self) -> dict[str, tuple[str, ...] | None]:
        """The bounds that the body names; those that it does not stay as they are."""
        return {
            name: None if self.validated_data[name] is None else tuple(self.validated_data[name])
            for name in ("scopes", "models", "networks")
            if name in self.validated_data
        }


class CreateApiKeyInput(KeyBoundsInput):
    name = serializers.CharField(max_length=100)
    expires_in_seconds = serializers.IntegerField(
        required=False, allow_null=True, min_value=60, max_value=366 * _DAY
    )

    def bounds(self) -> KeyBounds:
        return KeyBounds(**self.changes())

    def expires_in(self) -> timedelta | None:
        return _seconds(self.validated_data.get("expires_in_seconds"))


class CreateAdminKeyInput(StrictSerializer):
    name = serializers.CharField(max_length=100)
    expires_in_seconds = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=365 * _DAY
    )

    def expires_in(self) -> timedelta | None:
        return _seconds(self.validated_data.get("expires_in_seconds"))


class CreateServiceAccountKeyInput(StrictSerializer):
    name = serializers.CharField(max_length=100, required=False, default="Secret Key")
    scopes = ScopesField(required=False, default=None)


class RotateApiKeyInput(StrictSerializer):
    overlap_seconds = serializers.IntegerField(min_value=0, max_value=7 * _DAY, default=0)


class KeyOwnerUserOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    email = serializers.EmailField()
    name = serializers.CharField()
    created_at = serializers.IntegerField()
    role = serializers.CharField()


class KeyOwnerServiceAccountOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    created_at = serializers.IntegerField()
    role = serializers.CharField()


class KeyOwnerOutput(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["user", "service_account"])
    user = KeyOwnerUserOutput(required=False)
    service_account = KeyOwnerServiceAccountOutput(required=False)


class KeyDetailsOutput(serializers.Serializer[Any]):
    """Null is no limit."""

    scopes = serializers.ListField(child=serializers.CharField(), allow_null=True)
    models = serializers.ListField(child=serializers.CharField(), allow_null=True)
    networks = serializers.ListField(child=serializers.CharField(), allow_null=True)
    expires_at = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(choices=["active", "inactive", "expired"])


class ApiKeyOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    id = serializers.CharField()
    name = serializers.CharField()
    redacted_value = serializers.CharField()
    created_at = serializers.IntegerField()
    last_used_at = serializers.IntegerField(allow_null=True)
    owner_project_access = serializers.ChoiceField(choices=["active", "inactive"])
    owner = KeyOwnerOutput()
    finery = KeyDetailsOutput()


class NewApiKeyOutput(ApiKeyOutput):
    value = serializers.CharField()


class ApiKeyListOutput(IdListOutput):
    data = ApiKeyOutput(many=True)


class SessionKeyOutput(serializers.Serializer[Any]):
    value = serializers.CharField()
    expires_at = serializers.IntegerField()


class AdminKeyOwnerOutput(serializers.Serializer[Any]):
    type = serializers.CharField()
    object = serializers.CharField()
    id = serializers.CharField()
    name = serializers.CharField()
    created_at = serializers.IntegerField()
    role = serializers.CharField()


class AdminKeyOutput(serializers.Serializer[Any]):
    object = serializers.CharField()
    id = serializers.CharField()
    name = serializers.CharField()
    redacted_value = serializers.CharField()
    created_at = serializers.IntegerField()
    expires_at = serializers.IntegerField(allow_null=True)
    last_used_at = serializers.IntegerField(allow_null=True)
    owner = AdminKeyOwnerOutput()


class NewAdminKeyOutput(AdminKeyOutput):
    value = serializers.CharField()


class AdminKeyListOutput(IdListOutput):
    data = AdminKeyOutput(many=True)
