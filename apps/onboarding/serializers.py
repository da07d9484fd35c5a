from typing import Any

from rest_framework import serializers


class CreateOrganizationInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
