"""Reads a file: its report, and its sound rows for everybody after."""

from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from kernel.rows import PreviewTask, ReadTask
from workers.doctor.clip import clipped
from workers.doctor.columns import describe_columns
from workers.doctor.finding import Finding
from workers.doctor.formats import rules
from workers.doctor.progress import Progress
from workers.doctor.readers import open_source
from workers.doctor.recognise import Recognised, recognise
from workers.doctor.report import Report
from workers.doctor.validate import validate

_PREVIEW_ROW_BYTES = 16 * 1024


def read(task: ReadTask, workdir: Path) -> None:
    """Leave report.json, plain.jsonl, rows.index and bad.jsonl. A file that is none gets a report too."""
    for name in ("plain.jsonl", "rows.index", "bad.jsonl"):
        (workdir / name).touch()
    report = _read(task, workdir)
    if report.format is not None and (workdir / "rows.index").stat().st_size:
        from workers.doctor.examine import examine  # NumPy starts slowly; without sound rows, no need

        report.take_looks(examine(workdir, report.format, {"labels": report.label_counts()}))
    (workdir / "report.json").write_bytes(msgspec.json.encode(report.to_json()))
    Progress(Path(task.source)).done(report.rows)


def _read(task: ReadTask, workdir: Path) -> Report:
    path, report = Path(task.source), Report()
    source = open_source(path, task.filename, task.limits)
    if isinstance(source, Finding):
        report.add(source)
        return report
    recognised = recognise(source, task.mapping, task.format)
    if isinstance(recognised, Recognised):
        return validate(path, source, recognised, task.limits, workdir)
    report.syntax, report.encoding = source.syntax, source.encoding
    if task.mapping is not None:
        report.mapping = asdict(task.mapping)
    report.columns = describe_columns(source)
    report.add(recognised)
    return report


def preview(task: PreviewTask, workdir: Path) -> None:
    """Leave preview.json: the first rows as the mapping would have them, with what is wrong with each."""
    found: list[dict[str, Any]] = []
    source = open_source(Path(task.source), task.filename, task.limits)
    recognised = source if isinstance(source, Finding) else recognise(source, task.mapping)
    if isinstance(source, Finding) or isinstance(recognised, Finding):
        assert isinstance(recognised, Finding)
        found.append(_shown(1, None, [recognised]))
    else:
        rules_of_format = rules(recognised.format)
        for line, row in islice(source.rows(), task.rows):
            converted = row if isinstance(row, Finding) else recognised.convert(row, line)
            if isinstance(converted, Finding):
                found.append(_shown(line, None, [converted]))
                continue
            findings = rules_of_format.check(converted, line)
            is_sound = not any(finding.is_error for finding in findings)
            found.append(_shown(line, rules_of_format.plain(converted) if is_sound else None, findings))
    errors = sum(row["row"] is None for row in found)
    answer = {"rows": found, "error_count": errors}
    (workdir / "preview.json").write_bytes(msgspec.json.encode(answer))


def _shown(line: int, row: dict[str, Any] | None, findings: list[Finding]) -> dict[str, Any]:
    shown = clipped(row, _PREVIEW_ROW_BYTES)
    return {"line": line, "row": shown, "findings": [finding.to_json() for finding in findings]}
