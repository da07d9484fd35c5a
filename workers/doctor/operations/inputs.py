"""The rows that an operation works on: plain forms, or files as they were uploaded."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kernel.rows import Mapping, OperateTask, RowFormat
from workers.doctor.finding import Finding, Row
from workers.doctor.formats import Rules, rules
from workers.doctor.operations.impossible import Impossible
from workers.doctor.readers import open_source
from workers.doctor.recognise import recognise

ARCHIVES = (RowFormat.IMAGE, RowFormat.AUDIO)


class PlainFile:
    """Sound rows, streamed; the blank lines between them are passed over."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def __iter__(self) -> Iterator[Row]:
        with self._path.open("rb") as file:
            for raw in file:
                if not raw.isspace():
                    yield msgspec.json.decode(raw)


@dataclass(frozen=True, slots=True)
class Taken:
    """A row of an uploaded file: in its format's spelling, or as it is if it cannot be brought there."""

    line: int
    row: Row
    is_sound: bool


class Upload:
    """A file as uploaded, read under a mapping (None: as it is recognised).

    Raises:
        Impossible: the file cannot be read so.
    """

    def __init__(self, task: OperateTask, number: int, mapping: Mapping | None) -> None:
        source = open_source(Path(task.sources[number]), task.filenames[number], task.limits)
        if isinstance(source, Finding):
            raise Impossible("cannot_be_read_so", says=source.message)
        is_made = bool(task.are_made) and task.are_made[number]
        found = recognise(source, mapping, task.formats[number] if is_made else None)
        if isinstance(found, Finding):
            raise Impossible("cannot_be_read_so", says=found.message)
        self._source, self._found = source, found
        self.rules: Rules = rules(found.format)

    @property
    def format(self) -> RowFormat:
        return self._found.format

    def rows(self) -> Iterator[tuple[int, Row | Finding]]:
        """As the file has them."""
        return self._source.rows()

    def take(self, line: int, row: Row | Finding) -> Taken:
        """One of them in the format's spelling. Of one that cannot be read, what is wrong with it stays."""
        if isinstance(row, Finding):
            return Taken(line, {"unreadable": row.message}, is_sound=False)
        converted = self._found.convert(row, line)
        if isinstance(converted, Finding):
            return Taken(line, row, is_sound=False)
        return Taken(line, converted, is_sound=self.is_sound(converted, line))

    def is_sound(self, row: Row, line: int) -> bool:
        return not any(finding.is_error for finding in self.rules.check(row, line))

    def __iter__(self) -> Iterator[Row]:
        """The sound rows in plain form."""
        for line, row in self.rows():
            taken = self.take(line, row)
            if taken.is_sound:
                yield self.rules.plain(taken.row)


PlainRows = PlainFile | Upload


def open_plain(task: OperateTask, number: int) -> PlainRows:
    """A source's sound rows; they can be gone through again."""
    if task.formats[number] in ARCHIVES:
        return Upload(task, number, task.mappings[number])
    return PlainFile(task.sources[number])


def check_formats(task: OperateTask) -> None:
    """Raises:
    Impossible: the sources do not teach the same.
    """
    if len(set(task.formats)) > 1:
        raise Impossible("formats_differ", names=", ".join(sorted(set(task.formats))))
