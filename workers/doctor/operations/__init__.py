"""New files out of old ones. Deterministic: the same task makes the same bytes, in whichever process."""

from collections.abc import Callable
from pathlib import Path

from kernel.rows import OperateTask
from workers.doctor.formats import rules
from workers.doctor.operations import filter, merge, sample, split
from workers.doctor.operations.augment import augment
from workers.doctor.operations.fix import fix
from workers.doctor.operations.inputs import check_formats, open_plain
from workers.doctor.operations.map import map_columns
from workers.doctor.operations.output import Output, open_output
from workers.doctor.operations.relabel import relabel
from workers.doctor.operations.selection import Choose, write_chosen

_CHOICES: dict[str, Choose] = {
    "filter": filter.choose,
    "sample": sample.choose,
    "split": split.choose,
    "merge": merge.choose,
}
_REWRITES: dict[str, Callable[[OperateTask, Path, Output], None]] = {
    "fix": fix,
    "map": map_columns,
    "augment": augment,
    "relabel": relabel,
}


def operate(task: OperateTask, workdir: Path) -> None:
    """Leave WORKDIR/output and WORKDIR/sources.index.

    Raises:
        Impossible: it cannot be done with these rows, or leaves none of them.
    """
    kind = task.operation["type"]
    check_formats(task)
    with open_output(task, workdir) as output:
        if kind in _REWRITES:
            _REWRITES[kind](task, workdir, output)
            return
        sources = [open_plain(task, number) for number in range(len(task.sources))]
        masks = _CHOICES[kind](task.operation, sources, rules(task.formats[0]))
        write_chosen(sources, masks, output)
