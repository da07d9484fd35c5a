"""Other labels: of single rows, and of all rows that have one."""

from pathlib import Path

from kernel.rows import OperateTask, RowFormat
from workers.doctor.hashes import row_hash
from workers.doctor.operations.impossible import Impossible
from workers.doctor.operations.inputs import Upload
from workers.doctor.operations.output import Output


def relabel(task: OperateTask, workdir: Path, output: Output) -> None:
    """Write the rows of the first source with `rows` (by line) and `labels` (by label) changed.

    What is said of a line holds for it whatever is said of its label. A row with errors stays as it is.

    Raises:
        Impossible: these rows have no labels.
    """
    upload = Upload(task, 0, task.mappings[0])
    if upload.format is not RowFormat.CLASSIFICATION:
        raise Impossible("no_labels_to_change")
    of_line = {each["line"]: each["label"] for each in task.operation["rows"]}
    of_label = {each["label"]: each["to"] for each in task.operation["labels"]}
    for line, row in upload.rows():
        taken = upload.take(line, row)
        if not taken.is_sound:
            output.write(taken.row)
            continue
        plain = upload.rules.plain(taken.row)
        label = of_line.get(line) or of_label.get(plain["label"], plain["label"])
        output.write({**plain, "label": label}, row_hash(plain))
