"""One pass over a file, in memory that does not grow with it: a report, and the sound rows in plain form."""

from dataclasses import asdict, replace
from pathlib import Path

from kernel.rows import Limits
from workers.doctor.columns import describe_columns
from workers.doctor.finding import Finding, Row
from workers.doctor.formats import rules
from workers.doctor.judge import Taking, judge_lines, judge_rows
from workers.doctor.keeping import Keeper
from workers.doctor.native import Sound, lane_for
from workers.doctor.native.lines import plain_coding
from workers.doctor.progress import Progress
from workers.doctor.readers.content import FileSource
from workers.doctor.recognise import Recognised
from workers.doctor.remarks import Remarks
from workers.doctor.report import Report
from workers.doctor.whole import Whole, check_end, too_many_labels


def validate(path: Path, source: FileSource, recognised: Recognised, limits: Limits, workdir: Path) -> Report:
    """Read all rows of a file that was recognised; leave plain.jsonl, rows.index and bad.jsonl.

    JSON Lines in a format's own spelling go the quick way, if there is one, with the same result.
    """
    report = _begin(source, recognised)
    rules_of_format = rules(recognised.format)
    lane = lane_for(recognised.format) if recognised.is_native and source.syntax == "jsonl" else None
    coding = plain_coding(path) if lane is not None else None
    remarks = Remarks(recognised)
    taking = Taking(recognised.convert, rules_of_format, remarks)
    with Keeper(workdir, rules_of_format, lane) as keeper:
        clerk = _Clerk(report, keeper, recognised, Progress(path))
        if lane is not None and coding is not None:
            judge_lines(path, coding, lane, taking, limits, clerk)
        else:
            judge_rows(source.read(), taking, clerk)
        report.labels, report.sample = keeper.labels, keeper.sample
    for finding in check_end(report):
        report.add(finding)
    report.counts.total("unread_fields", remarks.rows)
    return report


def _begin(source: FileSource, recognised: Recognised) -> Report:
    mapping = None if recognised.mapping is None else asdict(recognised.mapping)
    report = Report(
        format=recognised.format,
        syntax=source.syntax,
        encoding=source.encoding,
        spelling=recognised.spelling,
        mapping=mapping,
        columns=[] if recognised.spelling == "openai" else describe_columns(source),
    )
    for finding in (*source.notes, *recognised.warnings):
        report.add(finding)
    return report


class _Clerk:
    """Puts what is found into the report, and the rows into the work folder."""

    def __init__(self, report: Report, keeper: Keeper, recognised: Recognised, progress: Progress) -> None:
        self._report, self._keeper, self._progress = report, keeper, progress
        self._whole = Whole(recognised.format)
        mapping = recognised.mapping
        self._names = {} if mapping is None else {role: names[0] for role, names in mapping.columns.items()}

    def sound(self, line: int, row: Row | Sound, findings: list[Finding]) -> None:
        if isinstance(row, dict):
            findings = [*findings, *self._whole.look(line, row)]
        if not self._keeper.keep(line, row):
            self.bad(line, row if isinstance(row, dict) else None, [*findings, too_many_labels(line)])
            return
        self._count(findings)

    def bad(self, line: int, row: Row | None, findings: list[Finding]) -> None:
        self._keeper.keep_bad(line, row)
        self._count(findings)

    def note(self, finding: Finding) -> None:
        self._report.add(finding)

    def _count(self, findings: list[Finding]) -> None:
        self._report.rows += 1
        if findings:
            self._report.add_row([self._in_words_of_file(finding) for finding in findings])
        self._progress.row(self._report.rows)

    def _in_words_of_file(self, finding: Finding) -> Finding:
        """A column is called as the file calls it."""
        name = self._names.get(finding.param or "")
        return finding if name is None else replace(finding, param=name)
