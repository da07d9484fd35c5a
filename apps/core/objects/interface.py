"""What every object store does, whatever keeps the bytes."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple

CHUNK_BYTES = 1 << 20


class Stored(NamedTuple):
    bytes: int
    sha256: str
    md5: str


class Found(NamedTuple):
    key: str
    bytes: int
    modified_at: datetime


class Removed(NamedTuple):
    objects: int
    bytes: int


class SignedPut(NamedTuple):
    """Where and with which headers exactly the promised bytes may be put, by whoever holds it."""

    url: str
    headers: dict[str, str]


class ObjectStore(ABC):
    """Keys are `kind/owner/name`; each part is one of our own ids or fixed names.

    Every method raises ValueError for a key that is none.
    """

    @abstractmethod
    def save(self, key: str, chunks: Iterable[bytes], *, max_bytes: int | None = None) -> Stored:
        """Write the chunks under `key`, replacing what was there. Never whole in memory.

        Whatever goes wrong on the way, nothing new is visible.

        Raises:
            OverflowError: more than `max_bytes` came.
        """

    @abstractmethod
    def open(self, key: str) -> BinaryIO:
        """A seekable reader that holds little in memory. Raises FileNotFoundError."""

    @abstractmethod
    def read_range(self, key: str, start: int, length: int) -> bytes:
        """At most `length` bytes from `start` on; fewer at the end. Raises FileNotFoundError."""

    @abstractmethod
    def local(self, key: str) -> AbstractContextManager[Path]:
        """The object as a local file, for reading, within the block. Raises FileNotFoundError."""

    @abstractmethod
    def find(self, key: str) -> Found | None:
        """An object's size and age."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove an object; a missing one is no error."""

    @abstractmethod
    def names_in(self, folder: str) -> list[str]:
        """Names directly in a folder, of objects and of folders, sorted; none without the folder."""

    @abstractmethod
    def objects_in(self, folder: str) -> Iterator[Found]:
        """Every object below a folder, read page by page; half-written ones are none."""

    @abstractmethod
    def remove_folder(self, folder: str) -> Removed:
        """Delete everything in a folder, half-written objects included; a missing one is no error."""

    @abstractmethod
    def remove_unfinished(self, before: datetime) -> int:
        """Delete what writers left half-written that began before a time; says how many."""

    def exists(self, key: str) -> bool:
        return self.find(key) is not None

    def open_if_there(self, key: str) -> BinaryIO | None:
        try:
            return self.open(key)
        except FileNotFoundError:
            return None

    def compose(self, key: str, part_keys: Iterable[str]) -> Stored:
        """Write the parts one after the other under `key`, which appears once complete. The parts stay.

        Raises:
            FileNotFoundError: a part is missing.
        """
        return self.save(key, (chunk for part in part_keys for chunk in read_chunks(self.open(part))))


class DirectStore(ObjectStore):
    """A store that clients reach by themselves, by links."""

    @abstractmethod
    def signed_put(self, key: str, *, size: int, md5: str, lifetime: timedelta) -> SignedPut:
        """A link that puts one object of this size in bytes and this MD5 in hex, unless that is empty."""


class Counted:
    """Counts and digests the chunks that pass."""

    def __init__(self, chunks: Iterable[bytes], max_bytes: int | None) -> None:
        self._chunks, self._max_bytes = chunks, max_bytes
        self._size, self._sha256, self._md5 = 0, hashlib.sha256(), hashlib.md5(usedforsecurity=False)

    def __iter__(self) -> Iterator[bytes]:
        """Raises OverflowError."""
        for chunk in self._chunks:
            self._size += len(chunk)
            if self._max_bytes is not None and self._size > self._max_bytes:
                raise OverflowError(f"more than {self._max_bytes} bytes")
            self._sha256.update(chunk)
            self._md5.update(chunk)
            yield chunk

    @property
    def stored(self) -> Stored:
        return Stored(self._size, self._sha256.hexdigest(), self._md5.hexdigest())


def read_chunks(file: BinaryIO) -> Iterator[bytes]:
    """The rest of a file in pieces; closed at the end."""
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def parts_of(key: str) -> list[str]:
    """A key's names. Raises ValueError for one that would leave the store."""
    parts = key.split("/")
    if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
        raise ValueError(f"bad object key {key!r}")
    return parts
