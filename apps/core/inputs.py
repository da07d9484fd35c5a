"""Inputs that take no unknown field, and lists in a query."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know, by name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            message = f"Unrecognized request argument supplied: {unknown[0]}"
            raise serializers.ValidationError({unknown[0]: [message]})
        return super().to_internal_value(data)


def listed(request: Request, name: str) -> list[str]:
    """A list parameter in either spelling: `name[]=a&name[]=b` or `name=a&name=b`."""
    return request.query_params.getlist(f"{name}[]") + request.query_params.getlist(name)
