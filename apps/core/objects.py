"""The object store: bytes by key. A local folder; written whole or not at all."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.conf import settings


class Stored(NamedTuple):
    bytes: int
    sha256: str


class ObjectStore:
    """Keys are `kind/owner/name`; each part is one of our own ids or fixed names."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, key: str) -> Path:
        """Where a key's bytes are.

        Raises:
            ValueError: the key would leave the store.
        """
        parts = key.split("/")
        if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
            raise ValueError(f"bad object key {key!r}")
        return self._root.joinpath(*parts)

    def save(self, key: str, chunks: Iterable[bytes], *, max_bytes: int | None = None) -> Stored:
        """Write the chunks under `key`, replacing what was there. Never whole in memory.

        Raises:
            OverflowError: more than `max_bytes` came; nothing is kept.
        """
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".incoming-")
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    size += len(chunk)
                    if max_bytes is not None and size > max_bytes:
                        raise OverflowError(f"more than {max_bytes} bytes")
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Stored(size, digest.hexdigest())

    def open(self, key: str) -> BinaryIO:
        """Raises FileNotFoundError when there is no such object."""
        return self.path(key).open("rb")

    def exists(self, key: str) -> bool:
        return self.path(key).is_file()

    def delete(self, key: str) -> None:
        """Remove an object; a missing one is no error."""
        self.path(key).unlink(missing_ok=True)


store = ObjectStore(settings.OBJECTS_FOLDER)
