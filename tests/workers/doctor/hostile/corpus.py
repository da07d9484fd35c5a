"""Every file of the corpus, and how the doctor's process ends on each."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from kernel.rows import ReadTask
from tests.workers.doctor.hostile import (
    archives,
    documents,
    encodings,
    json_lines,
    lying,
    media,
    parquets,
    tables,
    workbooks,
)
from tests.workers.doctor.hostile.case import Case
from tests.workers.doctor.hostile.child import Ending, examine, read_task

CASES: tuple[Case, ...] = (
    *json_lines.CASES,
    *documents.CASES,
    *tables.CASES,
    *encodings.CASES,
    *lying.CASES,
    *archives.CASES,
    *media.CASES,
    *workbooks.CASES,
    *parquets.CASES,
)
_CASES = {case.name: case for case in CASES}


class Examined(NamedTuple):
    """A case, what its child was asked for, and what it left."""

    case: Case
    folder: Path
    ending: Ending

    @property
    def source(self) -> Path:
        return self.folder / self.case.name

    @property
    def work(self) -> Path:
        return self.folder / "work"

    @property
    def task(self) -> ReadTask:
        return read_task(self.folder / "task.json")


@contextmanager
def examining(names: Iterable[str], folder: Path) -> Iterator[Callable[[str], Examined]]:
    """Two children at a time, of the cases named. What is yielded waits for one of them.

    Their files are made in other processes: some take more memory to make than anybody may to read them.
    """
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        endings = {name: pool.submit(_examine, name, folder / name) for name in names}
        yield lambda name: Examined(_CASES[name], folder / name, endings[name].result())
        pool.shutdown(cancel_futures=True)


def _examine(name: str, folder: Path) -> Ending:
    folder.mkdir()
    _CASES[name].write(folder / name)
    return examine(folder / name, folder / "work", _CASES[name].limits)
