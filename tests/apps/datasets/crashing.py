"""A process that dies at a step: around a call of the object store, or around a commit."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, cast

import pytest
from django.db import connections

from apps.core.objects import ObjectStore, Stored
from apps.core.objects.folder import FolderStore
from apps.core.objects.s3 import S3Store
from tests.bucket import use_store

WRITES = ("save", "delete", "remove_folder", "remove_unfinished")


class Death(BaseException):
    """As a kill: no handler runs, and nothing after it does anything."""


class Dying:
    """Stands for the object store. Dies at step number `at`, and is dead for every later call."""

    def __init__(self, store: ObjectStore, at: int) -> None:
        self._store, self._at = store, at
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps >= self._at:
            raise Death

    def __getattr__(self, name: str) -> Any:
        if name == "compose":
            return partial(ObjectStore.compose, cast("ObjectStore", self))
        found = getattr(self._store, name)
        if name not in WRITES:
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            self.step()
            answer = self._save(*args, **kwargs) if name == "save" else found(*args, **kwargs)
            self.step()
            return answer

        return call

    def _save(self, key: str, chunks: Iterable[bytes], **bounds: Any) -> Stored:
        try:
            return self._store.save(key, self._broken(chunks), **bounds)
        except Death:
            self._leave_half(key)
            raise

    def _leave_half(self, key: str) -> None:
        """What a kill leaves: it does not clear up after itself."""
        if isinstance(self._store, FolderStore):
            folder = self._store.path(key).parent
            (folder / ".incoming-killed").write_bytes(b"half")
        elif isinstance(self._store, S3Store):
            self._store._client.create_multipart_upload(**self._store._at(key))

    def _broken(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.step()
            yield chunk


def dies(monkeypatch: pytest.MonkeyPatch, store: ObjectStore, at: int, act: Any) -> tuple[bool, Any]:
    """Run `act` in a process that dies at a step. Returns whether it died, and the answer if not."""
    dying, connection = Dying(store, at), cast("Any", connections["default"])
    commit = connection._commit

    def dying_commit() -> None:
        try:
            dying.step()
        except Death:
            connection._rollback()
            raise
        commit()
        dying.step()

    with monkeypatch.context() as patched:
        use_store(patched, dying)
        patched.setattr(connection, "_commit", dying_commit)
        try:
            return False, act()
        except Death:
            connection.run_on_commit = []
            return True, None
