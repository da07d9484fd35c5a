"""Keys, bases, routes and limits in memory, never older than a second while Redis is up.

Three ways to stay fresh: pushed changes, the version asked twice a second, and a full load whenever the two
do not agree. A copy on disk lets a gateway start when Redis is down.
"""

import asyncio
import logging
import os
import time
from pathlib import Path
from typing import Any

import msgspec
from redis.asyncio import Redis

from kernel import redis_names, wire
from kernel.contracts import BaseEntry, KeyEntry, LimitEntry, RouteEntry, SnapshotChange
from kernel.keys import is_admin_key, is_well_formed, key_hash
from workers.gateway import errors
from workers.gateway.limits import REDIS_FAILURES

_log = logging.getLogger(__name__)
_KINDS: dict[str, type[Any]] = {
    "keys": KeyEntry,
    "bases": BaseEntry,
    "routes": RouteEntry,
    "limits": LimitEntry,
}
_POLL_SECONDS = 0.5
_SAVE_SECONDS = 5.0  # between copies on disk; following waits while one is written

Tables = dict[str, dict[str, str]]  # each entry as its JSON


class Target:
    """What a public model name stands for: a base, or a tenant's adapter on it."""

    __slots__ = ("adapter", "base", "kind")

    def __init__(self, base: BaseEntry, route: RouteEntry | None) -> None:
        self.base = base
        self.adapter = route.adapter if route else ""
        self.kind = route.kind if route else None

    @property
    def engine_model(self) -> str:
        return self.adapter or self.base.id


class Snapshot:
    """The tables as of `version`; -1 before anything was loaded.

    An entry is read when it is first asked for: loading 100,000 of them must not hold up a revocation.
    """

    def __init__(self, pepper: str) -> None:
        self._pepper = pepper
        self.replace(-1, {table: {} for table in _KINDS})

    @property
    def is_loaded(self) -> bool:
        return self.version >= 0

    def authenticate(self, authorization: bytes | None) -> KeyEntry:
        """Return whose key it is.

        Raises:
            InvalidApiKey: no key, not a key, unknown, expired or revoked; the last four look the same. An
                admin key, known or not, is told that it is for other things.
        """
        if not authorization:
            raise errors.missing_api_key()
        scheme, _, token = authorization.decode("latin-1").partition(" ")
        key = token.strip(" \t")
        if scheme.lower() != "bearer" or not key:
            raise errors.missing_api_key()
        if not is_well_formed(key):
            raise errors.incorrect_api_key(key)
        if is_admin_key(key):
            raise errors.admin_key()
        entry: KeyEntry | None = self._find("keys", key_hash(key, self._pepper))
        if entry is None or (entry.expires_at is not None and entry.expires_at <= time.time()):
            raise errors.incorrect_api_key(key)
        return entry

    def route(self, project_id: str, model: str) -> Target:
        """Resolve a public name. Another project's model is as missing as one that never was.

        Raises:
            ModelNotFound: this project has no such model, or its base is not (or no longer) priced here.
        """
        route: RouteEntry | None = self._find("routes", f"{project_id}/{model}")
        base: BaseEntry | None = self._find("bases", route.base_model if route else model)
        if base is None:
            raise errors.model_not_found(model)
        return Target(base, route)

    def limit(self, field: str) -> LimitEntry | None:
        """The limit of a tenant (by its id), or of a project on a base (`{project_id}/{base id}`)."""
        found: LimitEntry | None = self._find("limits", field)
        return found

    def _find(self, table: str, field: str) -> Any:
        read = self._read[table]
        entry = read.get(field)
        if entry is None and (value := self.tables[table].get(field)) is not None:
            entry = read[field] = _entry(table, field, value)
        return entry

    def replace(self, version: int, tables: Tables) -> None:
        """Raises KeyError when a table is missing; then nothing has changed."""
        self.version, self.tables = version, {table: tables[table] for table in _KINDS}
        self._read: dict[str, dict[str, Any]] = {table: {} for table in _KINDS}

    def apply(self, change: SnapshotChange) -> bool:
        """Apply the next change; False when one was missed and everything must be loaded."""
        if change.snapshot_version <= self.version:
            return True
        if change.snapshot_version != self.version + 1:
            return False
        self._read[change.table].pop(change.field, None)
        if change.value is None:
            self.tables[change.table].pop(change.field, None)
        else:
            self.tables[change.table][change.field] = change.value
        self.version = change.snapshot_version
        return True


def _entry(table: str, field: str, value: str) -> Any:
    try:
        return wire.decode(value, _KINDS[table])
    except ValueError:
        # Refusing one entry is better than refusing all: that key or model is unknown here.
        _log.error("the snapshot's %s entry %s cannot be read", table, field)
        return None


class Follower:
    """Keeps a snapshot equal to what Redis has."""

    def __init__(self, snapshot: Snapshot, redis: "Redis", copy: Path) -> None:
        self._snapshot, self._redis, self._copy = snapshot, redis, copy
        self._saved_version, self._save_at = -1, 0.0

    async def start(self) -> None:
        """First load: from Redis, or from the copy when Redis is down or empty."""
        try:
            await self._load()
        except REDIS_FAILURES:
            _log.warning("Redis is down: starting from the snapshot's copy")
        if not self._snapshot.is_loaded:
            self._load_copy()

    async def follow_forever(self) -> None:
        """Background loop. A failure costs half a second, then everything is checked again."""
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(redis_names.SNAPSHOT_CHANNEL)
                    await self._follow(channel)
            except REDIS_FAILURES as error:
                _log.warning("following the snapshot: %s", error)
                await self._save()  # the last changes, for a restart while Redis is down
                await asyncio.sleep(_POLL_SECONDS)

    async def _follow(self, channel: Any) -> None:
        ask_at = 0.0
        while True:
            if (left := ask_at - time.monotonic()) <= 0:
                left, ask_at = _POLL_SECONDS, time.monotonic() + _POLL_SECONDS
                await self._check_version()
                if time.monotonic() >= self._save_at:
                    await self._save()
            message = await channel.get_message(ignore_subscribe_messages=True, timeout=left)
            if message and not self._is_applied(message["data"]):
                await self._load()

    def _is_applied(self, data: bytes) -> bool:
        try:
            return self._snapshot.apply(wire.decode(data, SnapshotChange))
        except ValueError:
            _log.error("a change of the snapshot cannot be read; loading all of it")
            return False

    async def _check_version(self) -> None:
        version = await self._redis.get(redis_names.SNAPSHOT_VERSION)
        # No version: Redis was emptied, and web has not published again. What is held is the best there is.
        if version is not None and int(version) != self._snapshot.version:
            await self._load()

    async def _load(self) -> None:
        async with self._redis.pipeline(transaction=True) as transaction:
            transaction.get(redis_names.SNAPSHOT_VERSION)
            for table in _KINDS:
                transaction.hgetall(redis_names.snapshot_table(table))
            version, *tables = await transaction.execute()
        if version is None:
            return
        decoded = [{field.decode(): value.decode() for field, value in table.items()} for table in tables]
        self._snapshot.replace(int(version), dict(zip(_KINDS, decoded, strict=True)))

    def _load_copy(self) -> None:
        try:
            version, raw = msgspec.json.decode(
                self._copy.read_bytes(), type=tuple[int, dict[str, dict[str, str]]]
            )
            self._snapshot.replace(version, raw)
        except FileNotFoundError:
            _log.warning("no copy of the snapshot either: every key is unknown until Redis is back")
        except (msgspec.DecodeError, KeyError):
            _log.error("the snapshot's copy cannot be read")

    async def _save(self) -> None:
        version = self._snapshot.version
        if version == self._saved_version or version < 0:
            return
        self._save_at = time.monotonic() + _SAVE_SECONDS
        try:
            await asyncio.to_thread(self._write_copy, version, self._snapshot.tables)
        except OSError as error:  # a full disk: changes of keys must be followed all the same
            _log.warning("no copy of the snapshot could be written: %s", error)
        else:
            self._saved_version = version

    def _write_copy(self, version: int, tables: Tables) -> None:
        unfinished = self._copy.with_suffix(".new")
        fd = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(msgspec.json.encode((version, tables)))
        unfinished.rename(self._copy)
