"""A file read under a mapping that a person made."""

from pathlib import Path

from kernel.rows import Mapping, OperateTask, RowFormat
from workers.doctor.finding import Finding, Row
from workers.doctor.hashes import row_hash
from workers.doctor.operations.impossible import Impossible
from workers.doctor.operations.inputs import ARCHIVES, Upload
from workers.doctor.operations.output import SAME, Output


def map_columns(task: OperateTask, workdir: Path, output: Output) -> None:
    """Write every row of the first source in the mapping's format, sound ones in plain form.

    A row that the mapping does not fit is written as it is: the new file's report says what is wrong with it.
    """
    wanted = task.operation["mapping"]
    columns = {role: tuple(names) for role, names in wanted["columns"].items()}
    mapping = Mapping(format=RowFormat(wanted["format"]), columns=columns)
    if task.formats[0] in ARCHIVES or mapping.format in ARCHIVES:
        raise Impossible("archive_not_mapped")
    upload, before = Upload(task, 0, mapping), _before(task)
    for line, row in upload.rows():
        taken = upload.take(line, row)
        output.write(
            upload.rules.plain(taken.row) if taken.is_sound else taken.row, _came_from(before, line, row)
        )


def _before(task: OperateTask) -> Upload | None:
    """The file as it was read before, if it could be."""
    try:
        return Upload(task, 0, task.mappings[0])
    except Impossible:
        return None


def _came_from(before: Upload | None, line: int, row: Row | Finding) -> bytes:
    if before is None:
        return SAME
    taken = before.take(line, row)
    return row_hash(before.rules.plain(taken.row)) if taken.is_sound else SAME
