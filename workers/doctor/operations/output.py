"""What an operation leaves: WORKDIR/output, and for each of its rows two hashes in WORKDIR/sources.index."""

import csv
import io
import shutil
import zipfile
from pathlib import Path
from typing import Self

import msgspec

from kernel.rows import Limits, OperateTask
from workers.doctor.finding import Row
from workers.doctor.hashes import row_hash
from workers.doctor.operations.impossible import Impossible
from workers.doctor.operations.inputs import ARCHIVES
from workers.doctor.readers.member_names import name_members

SAME = bytes(16)  # the row that it came from is the row itself
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same rows make the same archive


class Output:
    """JSON Lines in plain form. As a context manager it is complete on leaving.

    Raises:
        Impossible: no row was written, or more than a file may have.
    """

    def __init__(self, workdir: Path, limits: Limits) -> None:
        self._limits, self.rows = limits, 0
        self._file = (workdir / "output").open("wb")
        self._index = (workdir / "sources.index").open("wb")

    def write(self, row: Row, came_from: bytes = SAME, *, source: int = 0) -> None:
        """Add a row. `came_from` is the hash of a row that it differs from; `source` the file that has it."""
        self._file.write(msgspec.json.encode(row) + b"\n")
        self._note(row, came_from)

    def _note(self, row: Row, came_from: bytes) -> None:
        self.rows += 1
        if self.rows > self._limits.lines:
            raise Impossible("too_many_result_rows", limit=self._limits.lines)
        hashed = row_hash(row)
        self._index.write(hashed + (SAME if came_from == hashed else came_from))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        self._file.close()
        self._index.close()
        if kind is None and not self.rows:
            raise Impossible("no_rows_left")


class ArchiveOutput(Output):
    """A ZIP of the rows' members, and metadata.csv with their labels."""

    def __init__(self, workdir: Path, limits: Limits, sources: tuple[str, ...], column: str) -> None:
        super().__init__(workdir, limits)
        self._column = column  # that names a member
        self._sources = [zipfile.ZipFile(source) for source in sources]
        self._members = [_by_name(source) for source in self._sources]
        self._archive = zipfile.ZipFile(self._file, "w")
        self._written: dict[str, str] = {}  # name -> sha256
        self._metadata = io.StringIO()
        self._table = csv.writer(self._metadata, lineterminator="\n")
        self._table.writerow(["file_name", "label"])

    def write(self, row: Row, came_from: bytes = SAME, *, source: int = 0) -> None:
        named = self._copy(row, source)
        self._table.writerow([named.get(self._column, ""), named.get("label", "")])
        self._note(named, came_from)

    def _copy(self, row: Row, source: int) -> Row:
        """Copy a row's member, under a name of its own if another file has another member of that name.

        The row stays the one that it was: its hash is of the member's content, not of its name.
        """
        archive, name = self._sources[source], row.get(self._column)
        if not isinstance(name, str) or name not in self._members[source]:
            return row
        info, content, member = self._members[source][name], row["sha256"], name
        while self._written.get(member, content) != content:
            source, member = source + 1, f"{source + 1}/{name}"
        if member not in self._written:
            self._written[member] = content
            with archive.open(info) as read, self._archive.open(_entry(member, info), "w") as write:
                shutil.copyfileobj(read, write)
        return row if member == name else {**row, self._column: member}

    def __exit__(self, kind: object, *rest: object) -> None:
        metadata = zipfile.ZipInfo("metadata.csv", _EPOCH)
        self._archive.writestr(metadata, self._metadata.getvalue(), zipfile.ZIP_DEFLATED)
        self._archive.close()
        for source in self._sources:
            source.close()
        super().__exit__(kind, *rest)


def _by_name(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The members as rows name them."""
    members = archive.infolist()
    name_members(members)
    return {member.filename: member for member in members}


def _entry(name: str, info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.file_size, entry.compress_type = info.file_size, info.compress_type
    return entry


def open_output(task: OperateTask, workdir: Path) -> Output:
    if task.formats[0] in ARCHIVES:
        return ArchiveOutput(workdir, task.limits, task.sources, task.formats[0].value)
    return Output(workdir, task.limits)
