"""The object store as a local folder."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from apps.core.objects.interface import Counted, Found, ObjectStore, Removed, Stored, parts_of

_INCOMING = ".incoming-"


class FolderStore(ObjectStore):
    """Objects are files of their names."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, key: str) -> Path:
        """Where a key's bytes are, or a folder's objects. For tests; everybody else asks for `local`."""
        return self._root.joinpath(*parts_of(key))

    def save(self, key: str, chunks: Iterable[bytes], *, max_bytes: int | None = None) -> Stored:
        target = self.path(key)
        counted = Counted(chunks, max_bytes)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=_INCOMING)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in counted:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
            _sync(target.parent)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return counted.stored

    def open(self, key: str) -> BinaryIO:
        return self.path(key).open("rb")

    def read_range(self, key: str, start: int, length: int) -> bytes:
        with self.open(key) as file:
            file.seek(start)
            return file.read(length)

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        path = self.path(key)
        if not path.is_file():
            raise FileNotFoundError(key)
        yield path

    def find(self, key: str) -> Found | None:
        path = self.path(key)
        return self._found(path) if path.is_file() else None

    def names_in(self, folder: str) -> list[str]:
        path = self.path(folder)
        return sorted(found.name for found in path.iterdir()) if path.is_dir() else []

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def objects_in(self, folder: str) -> Iterator[Found]:
        for path in _files_below(self.path(folder)):
            if not path.name.startswith(_INCOMING) and path.is_file():  # it may be deleted while we walk
                yield self._found(path)

    def remove_folder(self, folder: str) -> Removed:
        path = self.path(folder)
        if not path.is_dir():
            return Removed(0, 0)
        sizes = [file.stat().st_size for file in _files_below(path)]
        shutil.rmtree(path)
        return Removed(len(sizes), sum(sizes))

    def remove_unfinished(self, before: datetime) -> int:
        stale = [
            path
            for path in _files_below(self._root)
            if path.name.startswith(_INCOMING) and self._found(path).modified_at < before
        ]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _found(self, path: Path) -> Found:
        facts = path.stat()
        key = path.relative_to(self._root).as_posix()
        return Found(key, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))


def _sync(folder: Path) -> None:
    """Have a rename survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files_below(folder: Path) -> Iterator[Path]:
    for at, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            yield Path(at, name)
