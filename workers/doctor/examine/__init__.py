"""Deeper looks at the sound rows of a file: nothing here is an error, all of it is worth knowing."""

from pathlib import Path
from typing import Any

from kernel.rows import RowFormat
from workers.doctor.examine import balance, label_noise
from workers.doctor.examine.duplicates import Duplicates, conflicts, count_conflicts, text_of
from workers.doctor.examine.label_noise import Example
from workers.doctor.examine.languages import Languages
from workers.doctor.examine.lengths import Lengths
from workers.doctor.examine.rows import Rows
from workers.doctor.examine.sensitive import SensitiveData
from workers.doctor.formats import Rules, rules


def examine(workdir: Path, format: RowFormat, report: dict[str, Any]) -> dict[str, Any]:
    """Look at WORKDIR/plain.jsonl by WORKDIR/rows.index.

    Exact duplicates and conflicts are looked for among all rows, everything else among `examined`
    rows, evenly spread: time and memory are bounded, and the same file always gets the same findings.

    Args:
        report: what is known already; its `labels` are read.

    Returns:
        The report's lengths, duplicates, languages, sensitive, label_suspects and examined; and `warnings`
        (a list of Finding), `totals` ({code: rows}, of warnings that are too many to list) and `fixes`
        ({code: rows}), which the report's own are to be joined with.
    """
    rows, rules_of_format = Rows(workdir), rules(format)
    lengths, languages, sensitive, positions = Lengths(), Languages(), SensitiveData(), rows.spread()
    _look(rows, rules_of_format, positions, (lengths, languages, sensitive))
    duplicates = Duplicates(rows, rules_of_format)
    suspects = label_noise.find_suspects(_examples(rows, format))
    labels = _labels(report)
    result, conflicting = duplicates.result(), conflicts(rows, format)
    return {
        "lengths": lengths.result(),
        "duplicates": result,
        "languages": languages.result(),
        "sensitive": sensitive.result(),
        "label_suspects": suspects,
        "examined": {"rows": len(positions), "of": len(rows)},
        "warnings": [
            *balance.warnings(labels),
            *conflicting,
            *duplicates.warnings(),
            *label_noise.warnings(suspects),
            *sensitive.warnings(),
            *languages.warnings(),
            *lengths.warnings(),
        ],
        "totals": {
            **duplicates.totals(),
            **lengths.totals(),
            **languages.totals(),
            **({conflicting[0].code: count_conflicts(rows)} if conflicting else {}),
        },
        "fixes": {
            "drop_duplicates": result["exact"],
            "drop_near_duplicates": result["near"],
            "redact_sensitive": sensitive.rows,
            "unify_labels": balance.to_unify(labels),
        },
    }


def _look(rows: Rows, rules_of_format: Rules, positions: list[int], looks: tuple[Any, ...]) -> None:
    for line, plain in rows.examined(positions):
        if text := text_of(rules_of_format, plain):
            for look in looks:
                look.add(line, text)


def _labels(report: dict[str, Any]) -> list[tuple[str, int]]:
    return [(found["label"], found["rows"]) for found in report.get("labels") or []]


def _examples(rows: Rows, format: RowFormat) -> list[Example]:
    if format is not RowFormat.CLASSIFICATION:
        return []
    return [
        (line, plain["text"][: label_noise.CHARACTERS], plain["label"])
        for line, plain in rows.examined(rows.spread(label_noise.MOST_ROWS))
    ]
