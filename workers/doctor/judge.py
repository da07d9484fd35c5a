"""The pass over a file: what is wrong with each row, and which rows are sound."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from kernel.rows import Limits
from workers.doctor.finding import Finding, Row
from workers.doctor.formats import Rules
from workers.doctor.native import Lane, Sound
from workers.doctor.native.lines import lines_of, open_lines, rest_of_long_line
from workers.doctor.readers.content import refusal, unreadable
from workers.doctor.readers.encoding import Coding
from workers.doctor.readers.jsonl import parse_object

Convert = Callable[[Row, int], Row | Finding]


class Sink(Protocol):
    """Takes what the pass finds, from top to bottom. Each row comes once, as sound or as bad."""

    def sound(self, line: int, row: Row | Sound, findings: list[Finding]) -> None:
        """A row in its format's own spelling, with warnings only."""
        ...

    def bad(self, line: int, row: Row | None, findings: list[Finding]) -> None:
        """A row as the file has it, None if it cannot be read, with at least one error."""
        ...

    def note(self, finding: Finding) -> None:
        """Of the whole file."""
        ...


def judge_rows(rows: Iterator[tuple[int, Row | Finding]], convert: Convert, rules: Rules, sink: Sink) -> None:
    """The slow way, which any file can go."""
    for line, row in rows:
        if isinstance(row, dict):
            _judge(line, row, convert(row, line), rules, sink)
        elif row.line is None:
            sink.note(row)
        else:
            sink.bad(line, None, [row])


def judge_lines(path: Path, coding: Coding, lane: Lane, rules: Rules, limits: Limits, sink: Sink) -> None:
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
                    sink.bad(line, None, [rest_of_long_line(file, line, limit)])
                    continue
            if (row := take(data)) is not None:
                sound(line, row, nothing)
            elif data.isspace():
                last += 1
            else:
                _judge_object(line, data, lane, rules, limits, sink)


def _too_many_rows(limits: Limits) -> Finding:
    return refusal("too_many_rows", limit=limits.lines)


def _judge_object(line: int, data: bytes, lane: Lane, rules: Rules, limits: Limits, sink: Sink) -> None:
    row = parse_object(data, line, limits.nesting)
    if isinstance(row, Finding):
        sink.bad(line, None, [row])
    elif len(row) > limits.columns:
        sink.bad(line, None, [unreadable("too_many_columns", line, limit=limits.columns)])
    elif not _judge(line, row, row, rules, sink):
        lane.learn(row)


def _judge(line: int, row: Row, converted: Row | Finding, rules: Rules, sink: Sink) -> list[Finding]:
    """Of a row as the file has it and as its format spells it. Returns what is wrong with it."""
    if isinstance(converted, Finding):
        findings = [converted]
    else:
        findings = rules.check(converted, line)
        if not any(finding.is_error for finding in findings):
            sink.sound(line, converted, findings)
            return findings
    sink.bad(line, row, findings)
    return findings
