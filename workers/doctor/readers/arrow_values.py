"""Arrow's values as JSON has them, so that a value is the same text whatever file it comes in."""

import base64
import datetime
import decimal
import math
from typing import Any

import msgspec
import pyarrow as pa

ClassNames = dict[str, list[str]]  # column -> what its numbers stand for
_LISTS = ("Sequence", "List", "LargeList")


def class_names(schema: pa.Schema) -> ClassNames:
    """What Hugging Face's `datasets` notes of columns of classes.

    Source: https://huggingface.co/docs/datasets/package_reference/main_classes#datasets.ClassLabel
    """
    try:
        noted = msgspec.json.decode((schema.metadata or {}).get(b"huggingface", b"{}"))
        features = noted["info"]["features"]
        found = {name: _names_of(feature) for name, feature in features.items() if name in schema.names}
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return {}
    return {name: names for name, names in found.items() if names}


def _names_of(feature: Any) -> list[str]:
    if isinstance(feature, list) and len(feature) == 1:
        return _names_of(feature[0])
    if not isinstance(feature, dict):
        return []
    if feature.get("_type") in _LISTS:
        return _names_of(feature.get("feature"))
    names = feature.get("names") if feature.get("_type") == "ClassLabel" else None
    return names if isinstance(names, list) and all(isinstance(name, str) for name in names) else []


def named(value: Any, names: list[str]) -> Any:
    """A class by its name; below zero stands a row without one."""
    if isinstance(value, list):
        return [named(one, names) for one in value]
    if not isinstance(value, int) or isinstance(value, bool) or value >= len(names):
        return value
    return names[value] if value >= 0 else None


def exact(column: pa.Array) -> pa.Array:
    """A column whose values Python has: times to the microsecond, 32 bits with their own digits only."""
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return column.cast(pa.timestamp("us", kind.tz), safe=False)
    if pa.types.is_time64(kind) and kind.unit == "ns":
        return column.cast(pa.time64("us"), safe=False)
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return column.cast(pa.duration("us"), safe=False)
    if pa.types.is_float32(kind):
        return column.cast(pa.string()).cast(pa.float64())
    return column


def plain(value: Any) -> Any:
    """Times as ISO text, bytes as text or base64, maps as objects."""
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, decimal.Decimal):
        return _number(value)
    if isinstance(value, bytes):
        return _text_of(value)
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        if value and all(isinstance(pair, tuple) and len(pair) == 2 for pair in value):
            return {str(plain(key)): plain(inner) for key, inner in value}
        return [plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _number(value: decimal.Decimal) -> int | float | str:
    """As a number where that has all its digits."""
    if not value.is_finite():
        return str(value)
    if value.as_tuple().exponent == 0:
        return int(value)
    number = float(value)
    return number if decimal.Decimal(repr(number)) == value else str(value)


def _text_of(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()
