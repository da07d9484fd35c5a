"""Everything that a request may say is declared, takes nothing else, and is bounded."""

from collections.abc import Iterator
from typing import Any

import pytest
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from apps.core.inputs import CheckedView, PairsField, StrictSerializer
from apps.datasets.serializers.operations import OPERATION
from apps.finetuning.serializers.jobs import AutoOrNumber
from tests.resolver import routed_views

VIEWS = [(path, view.view_class) for path, view in routed_views() if hasattr(view, "view_class")]
PUBLIC = [(path, view) for path, view in VIEWS if path.startswith(("/v1/", "/api/"))]
SHAPES: dict[str, type[StrictSerializer]] = {
    f"{path} {method}": shape
    for path, view in PUBLIC
    if issubclass(view, CheckedView)
    for method, shape in [*view.queries.items(), *view.inputs.items()]
} | {f"operation {name}": shape for name, shape in OPERATION.serializers.items()}
# Checked by code of their own, see each.
CHECKED_BY_HAND = {"CreateVersionsInput.operation", "CreateJobInput.integrations"}


def test_every_public_view_declares_its_inputs():
    others = {path for path, view in PUBLIC if not issubclass(view, CheckedView)}

    assert others == {"/api/schema"}


def fields_of(shape: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every field with its place, those of lists and nested shapes too."""
    yield name, shape
    if isinstance(shape, serializers.ListSerializer | serializers.ListField | serializers.DictField):
        yield from fields_of(shape.child, f"{name}[]")
    elif isinstance(shape, serializers.Serializer):
        for inner, field in shape.fields.items():
            yield from fields_of(field, f"{name}.{inner}")


def is_bounded(field: Any) -> bool:
    if isinstance(field, serializers.ChoiceField | serializers.BooleanField | serializers.FileField):
        return True
    if isinstance(field, serializers.Serializer):
        return isinstance(field, StrictSerializer)
    if isinstance(field, serializers.CharField | serializers.ListField):
        return field.max_length is not None
    if isinstance(field, serializers.IntegerField | serializers.FloatField):
        return field.min_value is not None and field.max_value is not None
    return isinstance(field, PairsField | AutoOrNumber)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_inputs_are_strict_and_bounded(name):
    shape = SHAPES[name]
    assert not isinstance(shape, PolymorphicProxySerializer)
    assert issubclass(shape, StrictSerializer)

    loose = [place for place, field in fields_of(shape(), shape.__name__) if not is_bounded(field)]

    assert [place for place in loose if place.replace("[]", "") not in CHECKED_BY_HAND] == []
