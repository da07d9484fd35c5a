"""What a request may say: queries and bodies that take nothing they do not know.

A view declares them by method (`queries`, `inputs`); the published schema is made from the same declaration.
"""

import re
from typing import Any, ClassVar

from django.http import QueryDict
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

LATEST_SECONDS = 253_370_764_800  # 9999-01-01: a period that begins before it can still be counted on from
_SEVERAL = "given more than once."
_PART = re.compile(r"(?P<name>[^\[\]]+)\[(?P<key>[^\[\]]*)\]")


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know, by name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, QueryDict):
            data = plain(data, self.fields)
        if isinstance(data, dict) and (unknown := sorted(str(name) for name in set(data) - set(self.fields))):
            message = f"Unrecognized request argument supplied: {unknown[0]}"
            raise serializers.ValidationError({unknown[0]: [message]})
        return super().to_internal_value(data)


def plain(form: QueryDict, fields: Any) -> dict[str, Any]:
    """A query or a form as plain data: `x[]=a&x[]=b` or `x=a,b` is a list, `x[key]=a` a part of x.

    What belongs to no field keeps its name, for the serializer to refuse.
    """
    data: dict[str, Any] = {}
    for raw, values in form.lists():
        part = _PART.fullmatch(raw)
        name, key = (part["name"], part["key"]) if part else (raw, "")
        field = fields.get(name)
        if isinstance(field, serializers.ListField) and key == "":
            data.setdefault(name, []).extend(each for value in values for each in value.split(","))
        elif len(values) > 1:
            raise serializers.ValidationError({raw: [_SEVERAL]})
        elif key and isinstance(field, serializers.DictField | serializers.Serializer):
            if not isinstance(data.setdefault(name, {}), dict):
                raise serializers.ValidationError({raw: [_SEVERAL]})
            data[name][key] = values[0]
        elif part is None and values[0] == "" and not isinstance(field, serializers.CharField | None):
            continue  # `limit=` says nothing
        else:
            data[raw] = values[0]
    return data


class QueryInput(StrictSerializer):
    """The parameters of a call. This one takes none."""


class UnixSecondsField(serializers.IntegerField):
    """A time in Unix seconds."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": LATEST_SECONDS, **kwargs})


class IdField(serializers.CharField):
    """The id of something, as the API gives it out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 200, **kwargs})


class IdListField(serializers.ListField):
    """Ids to choose by; none: all."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"child": IdField(), "required": False, "max_length": 1000, **kwargs})


class PairsField(serializers.DictField):
    """Names and values, of bounded number and length."""

    def __init__(self, *, max_pairs: int, max_name: int, **kwargs: Any) -> None:
        self._max_pairs = max_pairs
        self._name = serializers.CharField(max_length=max_name, allow_blank=True, trim_whitespace=False)
        self._refusal = f"at most {max_pairs} pairs, with names of at most {max_name} characters."
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            if len(data) > self._max_pairs:
                raise serializers.ValidationError(self._refusal)
            for name in data:
                try:
                    self._name.run_validation(name)
                except serializers.ValidationError as error:
                    raise serializers.ValidationError(self._refusal) from error
        return super().to_internal_value(data)


class CheckedView(APIView):
    """A view whose parameters and bodies are declared; all else in a request is refused by its name."""

    queries: ClassVar[dict[str, type[QueryInput]]] = {}
    inputs: ClassVar[dict[str, type[StrictSerializer]]] = {}
    query: dict[str, Any]

    def check_inputs(self, request: Request) -> None:
        """Once the caller is known to be allowed. A declared body is checked when the view asks for it."""
        method = "GET" if request.method == "HEAD" else str(request.method)
        self.query = _valid(self.queries.get(method, QueryInput)(data=request.query_params)).validated_data
        if method not in self.inputs and method != "GET" and request.data:
            _valid(StrictSerializer(data=request.data))

    def body(self) -> Any:
        """The request's body as the checked serializer that `inputs` names. Raises ValidationError."""
        return _valid(self.inputs[str(self.request.method)](data=self.request.data))

    def fields(self) -> dict[str, Any]:
        """The checked fields of the body."""
        found: dict[str, Any] = self.body().validated_data
        return found


def _valid(serializer: StrictSerializer) -> StrictSerializer:
    serializer.is_valid(raise_exception=True)
    return serializer


class DeclaredSchema(AutoSchema):
    """The schema of a route from what its view declares."""

    def get_operation_id(self) -> str:
        return getattr(self.view, "operation_id", None) or super().get_operation_id()

    def get_override_parameters(self) -> list[Any]:
        query = getattr(self.view, "queries", {}).get(self.method)
        return [query] if query else []

    def get_request_serializer(self) -> Any:
        return getattr(self.view, "inputs", {}).get(self.method)
