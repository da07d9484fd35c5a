"""Work folders: one per job, gone when the job is, and gone after a crash too."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def work_folder(folder: Path) -> Iterator[Path]:
    """An empty folder, locked while it is in use and removed afterwards."""
    shutil.rmtree(folder, ignore_errors=True)  # what an attempt left that was killed here
    folder.mkdir(parents=True, mode=0o700)
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def remove_abandoned(jobs: Path) -> None:
    """Remove the folders of runners that died: customers' data must not outlive them. Locked ones stay."""
    for folder in jobs.glob("*/"):
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
