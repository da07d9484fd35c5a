"""The pass over a file: what is wrong with each row, and which rows are sound."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from kernel.rows import Limits
from workers.doctor.finding import Finding, Row
from workers.doctor.formats import Rules
from workers.doctor.formats.mending import KEEPS_ROWS
from workers.doctor.native import Lane, Sound
from workers.doctor.native.lines import lines_of, open_lines, rest_of_long_line
from workers.doctor.readers.content import refusal, unreadable
from workers.doctor.readers.encoding import Coding
from workers.doctor.readers.jsonl import parse_object
from workers.doctor.readers.repeated import repeated_keys
from workers.doctor.recognise.spelling import Convert
from workers.doctor.remarks import Remarks


@dataclass(frozen=True, slots=True)
class Taking:
    """How rows are taken: in their format's spelling, checked, and searched for what is left out."""

    convert: Convert
    rules: Rules
    remarks: Remarks


class Sink(Protocol):
    """Takes what the pass finds, from top to bottom. Each row comes once, as sound or as bad."""

    def sound(self, line: int, row: Row | Sound, findings: list[Finding]) -> None:
        """A row in its format's own spelling, with warnings only."""
        ...

    def bad(self, line: int, row: Row | None, findings: list[Finding]) -> None:
        """A row as the file has it, None if it cannot be read, with at least one error.

        A row that other fixes make sound has no finding whose fix is to drop it; any other row has.
        """
        ...

    def note(self, finding: Finding) -> None:
        """Of the whole file, or a warning of a line, which may come before its row."""
        ...


def judge_rows(rows: Iterator[tuple[int, Row | Finding]], taking: Taking, sink: Sink) -> None:
    """The slow way, which any file can go."""
    for line, row in rows:
        if isinstance(row, dict):
            _judge(line, row, taking, sink)
        elif row.line is None or not row.is_error:
            sink.note(row)
        else:
            sink.bad(line, None, [_dropped(row)])


def judge_lines(path: Path, coding: Coding, lane: Lane, taking: Taking, limits: Limits, sink: Sink) -> None:
    """The quick way, for JSON Lines in a format's own spelling. It finds what the slow way finds."""
    limit, take, sound = limits.line_bytes, lane.take, sink.sound
    last, nothing = limits.lines, list[Finding]()  # the last line that may have a row; a blank one moves it
    with open_lines(path) as file:
        for line, data in enumerate(lines_of(file, coding, limit), 1):
            if line > last or len(data) > limit:
                is_long = len(data) > limit and not data.endswith(b"\n")
                if line > last and (is_long or not data.isspace()):
                    sink.note(_too_many_rows(limits))
                    return
                if is_long:
                    sink.bad(line, None, [_dropped(rest_of_long_line(file, line, limit))])
                    continue
            if (row := take(data)) is not None:
                sound(line, row, nothing)
            elif data.isspace():
                last += 1
            else:
                _judge_object(line, data, lane, taking, limits, sink)


def _too_many_rows(limits: Limits) -> Finding:
    return refusal("too_many_rows", limit=limits.lines)


def _judge_object(line: int, data: bytes, lane: Lane, taking: Taking, limits: Limits, sink: Sink) -> None:
    row = parse_object(data, line, limits.nesting)
    if isinstance(row, Finding):
        sink.bad(line, None, [_dropped(row)])
        return
    for warning in repeated_keys(data, row, line):
        sink.note(warning)
    if len(row) > limits.columns:
        sink.bad(line, None, [_dropped(unreadable("too_many_columns", line, limit=limits.columns))])
    elif (sound := _judge(line, row, taking, sink)) is not None:
        lane.learn(sound)


def _judge(line: int, row: Row, taking: Taking, sink: Sink) -> Row | None:
    """Of a row as the file has it. Returns it as its format spells it if nothing at all is wrong with it."""
    converted = taking.convert(row, line)
    if isinstance(converted, Finding):
        sink.bad(line, row, [_dropped(converted)])
        return None
    findings = [*taking.rules.check(converted, line), *taking.remarks.of(row, line)]
    if not any(finding.is_error for finding in findings):
        sink.sound(line, converted, findings)
        return None if findings else converted
    if can_be_mended(converted, line, taking.rules):
        findings = [replace(one, fix=None) if one.fix == "drop_rows" else one for one in findings]
    elif not any(one.fix == "drop_rows" for one in findings):
        first = next(place for place, one in enumerate(findings) if one.is_error)
        findings.insert(0, _dropped(findings.pop(first)))
    sink.bad(line, row, findings)
    return None


def can_be_mended(row: Row, line: int, rules: Rules) -> bool:
    """True when the fixes that keep a bad row together make it sound."""
    mended = rules.repair(row, KEEPS_ROWS)
    return mended is not row and not any(finding.is_error for finding in rules.check(mended, line))


def _dropped(finding: Finding) -> Finding:
    """Of a row that only goes or stays bad."""
    return replace(finding, fix="drop_rows")
