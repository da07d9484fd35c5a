"""A file mended: by its format's repairs row by row, and of what only shows among all rows."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from kernel.rows import OperateTask
from workers.doctor.examine.balance import main_spellings
from workers.doctor.examine.duplicates import Duplicates
from workers.doctor.examine.rows import Rows
from workers.doctor.finding import Row
from workers.doctor.formats import Rules
from workers.doctor.hashes import input_hash, row_hash
from workers.doctor.index import Entry
from workers.doctor.judge import can_be_mended
from workers.doctor.operations.inputs import Taken, Upload
from workers.doctor.operations.output import SAME, Output
from workers.doctor.operations.redaction import redact_row


def fix(task: OperateTask, workdir: Path, output: Output) -> None:
    """Write the rows of the first source with `fixes` applied, sound ones in plain form.

    A row that stays bad stays, unless `drop_rows` is among the fixes and no other fix would make it sound:
    nothing goes that can be kept, or without being asked for.
    The near duplicates that go are those that the report of the mended rows would show.
    """
    upload, fixes = Upload(task, 0, task.mappings[0]), frozenset(task.operation["fixes"])
    with TemporaryDirectory(dir=workdir) as folder:
        mended = Path(folder)
        sources = _mend(upload, _Mender(upload, fixes), mended)
        dropped = _repeated(mended, upload.rules, fixes)
        with (mended / "plain.jsonl").open("rb") as file:
            for line, (raw, came_from) in enumerate(zip(file, sources, strict=True)):
                if line not in dropped:
                    output.write(msgspec.json.decode(raw), came_from)


class _Mender:
    """One row at a time. Labels are counted first, where the most frequent spelling matters."""

    def __init__(self, upload: Upload, fixes: frozenset[str]) -> None:
        self._upload, self._fixes = upload, fixes
        self._repairs = fixes - {"unify_labels"}  # a format only knows one row, and would fold every case
        self._spellings: dict[str, str] = {}
        if "unify_labels" in fixes:
            self._spellings = main_spellings(list(Counter(self._labels()).items()))

    def mend(self, taken: Taken) -> Row | None:
        """In plain form if it is sound now; None for one that goes."""
        rules = self._upload.rules
        row = rules.repair(taken.row, self._repairs)
        if not (taken.is_sound if row is taken.row else self._upload.is_sound(row, taken.line)):
            goes = "drop_rows" in self._fixes and not can_be_mended(row, taken.line, rules)
            return None if goes else row
        plain = rules.plain(row)
        if (label := rules.label(plain)) in self._spellings:
            plain = {**plain, "label": self._spellings[label]}
        return redact_row(plain) if "redact_sensitive" in self._fixes else plain

    def _labels(self) -> Iterator[str]:
        for line, row in self._upload.rows():
            mended = self._upload.rules.repair(self._upload.take(line, row).row, self._repairs)
            if self._upload.is_sound(mended, line):
                label = self._upload.rules.label(self._upload.rules.plain(mended))
                yield from () if label is None else (label,)


def _mend(upload: Upload, mender: _Mender, folder: Path) -> list[bytes]:
    """Leave the mended rows in a folder as a reader would; return the hash that each had before."""
    sources: list[bytes] = []
    offset = 0
    with (folder / "plain.jsonl").open("wb") as file, (folder / "rows.index").open("wb") as index:
        for line, row in upload.rows():
            taken = upload.take(line, row)
            mended = mender.mend(taken)
            if mended is None:
                continue
            if upload.is_sound(mended, line):
                asked = input_hash(upload.rules.input_of(mended))
                index.write(Entry(offset, len(sources), row_hash(mended), asked).pack())
            offset += file.write(msgspec.json.encode(mended) + b"\n")
            sources.append(row_hash(upload.rules.plain(taken.row)) if taken.is_sound else SAME)
    return sources


def _repeated(folder: Path, rules: Rules, fixes: frozenset[str]) -> set[int]:
    """Lines, from 0, that repeat an earlier one and are to go."""
    wanted = fixes & {"drop_duplicates", "drop_near_duplicates"}
    if not wanted:
        return set()
    rows = Rows(folder)
    duplicates = Duplicates(rows, rules)
    groups = duplicates.exact if "drop_duplicates" in wanted else []
    groups = groups + duplicates.near if "drop_near_duplicates" in wanted else groups
    return {rows.line(position) for group in groups for position in group[1:]}
