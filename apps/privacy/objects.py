"""Folders of the object store."""

import shutil
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from apps.core.objects import store

_CHUNK_BYTES = 1 << 20


class Removed(NamedTuple):
    objects: int
    bytes: int


def names_in(folder: str) -> list[str]:
    """Names directly in a folder, sorted; none when there is no such folder."""
    path = store.path(folder)
    return sorted(found.name for found in path.iterdir()) if path.is_dir() else []


def remove_folder(folder: str) -> Removed:
    """Delete everything in a folder, half-written objects included; a missing one is no error."""
    path = store.path(folder)
    if not path.is_dir():
        return Removed(0, 0)
    sizes = [found.stat().st_size for found in path.rglob("*") if found.is_file()]
    shutil.rmtree(path)
    return Removed(len(sizes), sum(sizes))


def open_if_there(key: str) -> BinaryIO | None:
    try:
        return store.open(key)
    except FileNotFoundError:
        return None


def read_chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
