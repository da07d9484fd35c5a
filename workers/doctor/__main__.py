"""`python -m workers.doctor TASK.json WORKDIR` (docs/contracts.md, "The doctor's process").

What a task needs is imported after the limits are set.
"""

import sys
from pathlib import Path

import msgspec

from kernel.rows import CompareTask, OperateTask, PreviewTask, ReadTask
from workers.doctor import limits


class _Read(msgspec.Struct, tag_field="kind", tag="read"):
    task: ReadTask

    def run(self, workdir: Path) -> None:
        from workers.doctor.read import read

        read(self.task, workdir)


class _Preview(msgspec.Struct, tag_field="kind", tag="preview"):
    task: PreviewTask

    def run(self, workdir: Path) -> None:
        from workers.doctor.read import preview

        preview(self.task, workdir)


class _Operate(msgspec.Struct, tag_field="kind", tag="operate"):
    task: OperateTask

    def run(self, workdir: Path) -> None:
        from workers.doctor.operations import operate
        from workers.doctor.operations.impossible import Impossible

        try:
            operate(self.task, workdir)
        except Impossible as error:
            (workdir / "failure.json").write_bytes(msgspec.json.encode(error.finding.to_json()))


class _Compare(msgspec.Struct, tag_field="kind", tag="compare"):
    task: CompareTask

    def run(self, workdir: Path) -> None:
        from workers.doctor.compare import compare

        compare(self.task, workdir)


def main(task_file: Path, workdir: Path) -> None:
    """Do one task. Whatever is raised is our failure."""
    limits.apply(limits.MEMORY_BYTES, limits.CPU_SECONDS, limits.FILE_BYTES)
    order = msgspec.json.decode(task_file.read_bytes(), type=_Read | _Preview | _Operate | _Compare)
    order.run(workdir)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
