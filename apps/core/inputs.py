"""Inputs that take no unknown field."""

from typing import Any

from rest_framework import serializers


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know, by name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            message = f"Unrecognized request argument supplied: {unknown[0]}"
            raise serializers.ValidationError({unknown[0]: [message]})
        return super().to_internal_value(data)
