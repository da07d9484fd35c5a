"""What may be asked to be made of files: docs/contracts.md, "Operations"."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.serializers import ValidationError

from apps.core.inputs import PairsField, StrictSerializer
from kernel.rows import RowFormat

FIXES = (
    "drop_rows",
    "drop_duplicates",
    "drop_near_duplicates",
    "rename_roles",
    "trim_after_answer",
    "weights_to_integers",
    "functions_to_tools",
    "contents_to_text",
    "arguments_to_json",
    "add_call_ids",
    "strip_labels",
    "unify_labels",
    "numbers_from_text",
    "redact_sensitive",
)
AUGMENTATIONS = ("synonyms", "characters")
_LABELS = 1000
_MOST_ROWS = 1_000_000
_FORMATS = [each.value for each in RowFormat]


class _Seeded(StrictSerializer):
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class MappingInput(StrictSerializer):
    """kernel.rows.Mapping: role -> the file's columns."""

    format = serializers.ChoiceField(choices=_FORMATS)
    columns = PairsField(
        max_pairs=20,
        max_name=40,
        child=serializers.ListField(
            child=serializers.CharField(max_length=200, trim_whitespace=False), min_length=1, max_length=20
        ),
        allow_empty=False,
    )


class FixInput(StrictSerializer):
    type = serializers.ChoiceField(choices=["fix"])
    file_id = serializers.CharField(max_length=40)
    fixes = serializers.ListField(child=serializers.ChoiceField(choices=FIXES), min_length=1, max_length=14)


class MapInput(StrictSerializer):
    type = serializers.ChoiceField(choices=["map"])
    file_id = serializers.CharField(max_length=40)
    mapping = MappingInput()


class WhereInput(StrictSerializer):
    labels = serializers.ListField(
        child=serializers.CharField(max_length=1000), min_length=1, max_length=_LABELS, required=False
    )
    without_labels = serializers.ListField(
        child=serializers.CharField(max_length=1000), min_length=1, max_length=_LABELS, required=False
    )
    contains = serializers.CharField(max_length=1000, trim_whitespace=False, required=False)
    languages = serializers.ListField(
        child=serializers.RegexField(r"^[a-z]{2,3}$", max_length=3),
        min_length=1,
        max_length=50,
        required=False,
    )
    min_characters = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    max_characters = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise ValidationError("Say which rows to keep.")
        return attrs


class FilterInput(StrictSerializer):
    type = serializers.ChoiceField(choices=["filter"])
    file_id = serializers.CharField(max_length=40)
    where = WhereInput()


class SampleInput(_Seeded):
    type = serializers.ChoiceField(choices=["sample"])
    file_id = serializers.CharField(max_length=40)
    rows = serializers.IntegerField(min_value=1, max_value=_MOST_ROWS)
    is_stratified = serializers.BooleanField(default=False)


class PartInput(StrictSerializer):
    name = serializers.RegexField(r"^[\w-]+$", max_length=40)  # part of a file's name
    percent = serializers.FloatField(min_value=0.01, max_value=99.99)


class SplitInput(_Seeded):
    type = serializers.ChoiceField(choices=["split"])
    file_id = serializers.CharField(max_length=40)
    parts = serializers.ListField(child=PartInput(), min_length=2, max_length=10)
    is_stratified = serializers.BooleanField(default=False)

    def validate_parts(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({part["name"] for part in value}) < len(value):
            raise ValidationError("each part needs a name of its own.")
        if abs(sum(part["percent"] for part in value) - 100) > 0.01:
            raise ValidationError("the percentages must add up to 100.")
        return value


class MergeInput(StrictSerializer):
    type = serializers.ChoiceField(choices=["merge"])
    file_ids = serializers.ListField(child=serializers.CharField(max_length=40), min_length=2, max_length=20)
    drop_duplicates = serializers.BooleanField(default=False)

    def validate_file_ids(self, value: list[str]) -> list[str]:
        if len(set(value)) < len(value):
            raise ValidationError("each file once.")
        return value


class AugmentInput(_Seeded):
    type = serializers.ChoiceField(choices=["augment"])
    file_id = serializers.CharField(max_length=40)
    methods = serializers.ListField(
        child=serializers.ChoiceField(choices=AUGMENTATIONS), min_length=1, max_length=2
    )
    rows_per_label = serializers.IntegerField(min_value=1, max_value=100_000, required=False)
    percent = serializers.FloatField(min_value=0.01, max_value=1000, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("rows_per_label" in attrs) == ("percent" in attrs):
            raise ValidationError("Give either rows_per_label or percent.")
        return attrs


class _RowLabelInput(StrictSerializer):
    line = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    label = serializers.CharField(max_length=1000)


class _LabelChangeInput(StrictSerializer):
    label = serializers.CharField(max_length=1000)
    to = serializers.CharField(max_length=1000)


class RelabelInput(StrictSerializer):
    type = serializers.ChoiceField(choices=["relabel"])
    file_id = serializers.CharField(max_length=40)
    rows = serializers.ListField(child=_RowLabelInput(), max_length=_LABELS, default=list)
    labels = serializers.ListField(child=_LabelChangeInput(), max_length=_LABELS, default=list)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["rows"] and not attrs["labels"]:
            raise ValidationError("Say which rows or labels to change.")
        return attrs


_OPERATIONS: dict[str, type[serializers.Serializer[Any]]] = {
    "fix": FixInput,
    "map": MapInput,
    "filter": FilterInput,
    "sample": SampleInput,
    "split": SplitInput,
    "merge": MergeInput,
    "augment": AugmentInput,
    "relabel": RelabelInput,
}
OPERATION = PolymorphicProxySerializer(
    component_name="OperationInput", serializers={**_OPERATIONS}, resource_type_field_name="type"
)


class CreateVersionsInput(StrictSerializer):
    operation = serializers.DictField()

    def validate_operation(self, value: dict[str, Any]) -> dict[str, Any]:
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in _OPERATIONS:
            raise ValidationError({"type": [f"must be one of {', '.join(_OPERATIONS)}."]})
        checked = _OPERATIONS[kind](data=value)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)


class PreviewMappingInput(StrictSerializer):
    mapping = MappingInput()
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)
