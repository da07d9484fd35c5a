"""More rows out of the ones that are there: the same answers to questions put a little differently."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernel.rows import OperateTask, RowFormat
from workers.doctor.finding import Row
from workers.doctor.formats import rules
from workers.doctor.hashes import row_hash
from workers.doctor.operations.impossible import Impossible
from workers.doctor.operations.inputs import open_plain
from workers.doctor.operations.output import Output
from workers.doctor.operations.shares import strata
from workers.doctor.operations.variation import vary

_FIELDS = {
    RowFormat.CLASSIFICATION: "text",
    RowFormat.REGRESSION: "text",
    RowFormat.TOKEN_LABELS: "tokens",
    RowFormat.PAIRS: "anchor",
    RowFormat.TRIPLETS: "anchor",
}
_TRIES = 4  # for each row that is wanted


def augment(task: OperateTask, workdir: Path, output: Output) -> None:
    """Write all rows of the first source, then the new ones, each with the hash of the row it came from.

    Labels, values, entities and positives stay as they are. No new row equals another row. Where a text has
    too little that can be changed, others of its label are varied more often; fewer rows may come out.

    Raises:
        Impossible: the format has no text to vary, or no row could be varied.
    """
    format, operation = task.formats[0], task.operation
    if format not in _FIELDS:
        raise Impossible("cannot_be_varied", format=format)
    source = open_plain(task, 0)
    known: set[bytes] = set()
    for row in source:
        output.write(row)
        known.add(row_hash(row))
    labels = strata(source, rules(format), "rows_per_label" in operation)
    planned, written = _plan(labels, operation, format), output.rows
    missing: dict[int, int] = defaultdict(int)  # label -> rows that others of it have to make up for
    for position, row in enumerate(source):
        label, own = int(labels[position]), int(planned[position])
        wanted = own + min(missing[label], own + 1)
        variants = _variants(row, position, wanted, operation, _FIELDS[format])
        fresh = list(islice(_unknown(variants, known), wanted))
        for varied in fresh:
            output.write(varied, row_hash(row))
        missing[label] += own - len(fresh)
    if output.rows == written and planned.any():
        raise Impossible("nothing_to_vary")


def _unknown(rows: Iterable[Row], known: set[bytes]) -> Iterator[Row]:
    """Those that are not there yet; from then on they are."""
    for row in rows:
        if (hashed := row_hash(row)) not in known:
            known.add(hashed)
            yield row


def _plan(labels: NDArray[np.int32], operation: dict[str, Any], format: RowFormat) -> NDArray[np.int64]:
    """How many new rows each row is to give."""
    planned = np.zeros(len(labels), np.int64)
    if "rows_per_label" in operation and format is not RowFormat.CLASSIFICATION:
        raise Impossible("no_labels_to_fill", format=format)
    for number, rows in enumerate(np.bincount(labels).tolist()):
        if "rows_per_label" in operation:
            wanted = max(0, operation["rows_per_label"] - rows)
        else:
            wanted = round(rows * operation["percent"] / 100)
        positions = np.flatnonzero(labels == number)
        planned[positions] += wanted // rows
        lucky = Random(f"{operation['seed']}:{number}").sample(positions.tolist(), wanted % rows)
        planned[lucky] += 1
    return planned


def _variants(row: Row, position: int, wanted: int, operation: dict[str, Any], field: str) -> Iterator[Row]:
    for attempt in range(_TRIES * wanted):
        random = Random(f"{operation['seed']}:{position}:{attempt}")
        if field == "tokens":
            yield {**row, "tokens": _vary_tokens(row, operation["methods"], random)}
        else:
            yield {**row, field: vary(row[field], operation["methods"], random)}


def _vary_tokens(row: Row, methods: list[str], random: Random) -> list[str]:
    """One token outside of every entity, by one token: the labels still fit."""
    tokens: list[str] = list(row["tokens"])
    outside = [place for place, label in enumerate(row["labels"]) if label == "O"]
    for place in random.sample(outside, len(outside)):
        varied = vary(tokens[place], methods, random)
        if varied != tokens[place] and varied and not any(character.isspace() for character in varied):
            tokens[place] = varied
            break
    return tokens
