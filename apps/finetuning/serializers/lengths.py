"""Rows that are longer than a job trains on."""

from dataclasses import asdict
from typing import Any, get_args

from rest_framework import serializers

from apps.finetuning.services.lengths import FittedRows
from kernel.contracts import LongRows

LONG_ROWS = get_args(LongRows)


class LongRowOutput(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    tokens = serializers.IntegerField()


class FittedRowsOutput(serializers.Serializer[Any]):
    """A file as the job reads it: `tokens` and `examples` of one epoch, after what `long_rows` says."""

    rows = serializers.IntegerField()
    over_length_rows = serializers.IntegerField()
    shortened_rows = serializers.IntegerField()
    left_out_rows = serializers.IntegerField()
    examples = serializers.IntegerField()
    tokens = serializers.IntegerField()
    over_length = LongRowOutput(many=True)
    longest = LongRowOutput(allow_null=True)


def rows_body(fitted: FittedRows) -> dict[str, Any]:
    return asdict(fitted) | {
        "over_length": [row._asdict() for row in fitted.over_length],
        "longest": fitted.longest._asdict() if fitted.longest else None,
    }
