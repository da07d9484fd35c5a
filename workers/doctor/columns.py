"""What the columns of a file hold, so that a person can map them."""

from typing import Any

from workers.doctor.finding import Row, clean
from workers.doctor.readers.content import DIGEST, FileSource
from workers.doctor.recognise.statistics import columns_of

_COLUMNS = 200
_EXAMPLES = 3
_EXAMPLE_CHARACTERS = 100


def describe_columns(source: FileSource) -> list[dict[str, Any]]:
    """The report's `columns`, by rows from the whole file."""
    rows = source.sample().rows
    columns = columns_of(rows, source.columns).values()
    described = [one for one in columns if not (source.media and one.name == DIGEST)][:_COLUMNS]
    return [
        {
            "name": clean(column.name[:_EXAMPLE_CHARACTERS]),
            "kind": "text" if column.kind == "empty" else column.kind,
            "distinct": column.distinct,
            "examples": _examples(rows, column.name),
        }
        for column in described
    ]


def _examples(rows: list[Row], name: str) -> list[str]:
    """The first different values."""
    found: dict[str, None] = {}
    for row in rows:
        value = row.get(name)
        if value is not None and value != "":
            found[clean(str(value)[:_EXAMPLE_CHARACTERS])] = None
        if len(found) == _EXAMPLES:
            break
    return list(found)
