"""Adapters that are erased: out of this machine's cache and engines, with an answer for the control plane."""

import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis, RedisError

from kernel.redis_names import ADAPTERS_ERASED, ENGINE_HOSTS, adapters_erased_on
from kernel.s3 import Bucket
from workers.engine.adapters import ADAPTER_NAME, drop_unfinished, drop_unknown, evict
from workers.supervisor.ports import ask

_LOOK_EVERY_SECONDS = 2.0
_COMPARE_EVERY_SECONDS = 60.0
_ANSWER_LASTS_SECONDS = 86_400  # taken back long before, by who asked


@dataclass(slots=True, kw_only=True)
class Erasures:
    """What this machine must forget: named in Redis, or in its cache and not in the store any more."""

    redis: Redis
    store: Path | Bucket
    cache: Path
    host: str = field(default_factory=socket.gethostname)
    _named: set[str] = field(default_factory=set)
    _unknown: set[str] = field(default_factory=set)
    _looked_at: float = float("-inf")
    _compared_at: float = float("-inf")

    def start(self) -> None:
        """Before any engine runs: clear up after those of an earlier run."""
        drop_unfinished(self.cache)

    def due(self) -> set[str]:
        """Names that engines must forget now. They are out of the cache, and are not fetched again."""
        now = time.monotonic()
        if now - self._looked_at < _LOOK_EVERY_SECONDS:
            return set()
        self._looked_at = now
        self.redis.hset(ENGINE_HOSTS, self.host, str(time.time()))
        named = set(map(_text, self.redis.hkeys(ADAPTERS_ERASED)))
        if named:
            named -= set(map(_text, self.redis.smembers(adapters_erased_on(self.host))))
        self._named = {name for name in named if ADAPTER_NAME.fullmatch(name)}
        for name in self._named:
            evict(name, self.cache)
        if now - self._compared_at >= _COMPARE_EVERY_SECONDS:
            self._compared_at = now
            self._unknown |= drop_unknown(self.store, self.cache)
        return self._named | self._unknown

    def answer(self, names: set[str]) -> None:
        """No engine of this machine holds these any more."""
        self._unknown -= names
        if said := self._named & names:
            self.redis.sadd(adapters_erased_on(self.host), *said)
            self.redis.expire(adapters_erased_on(self.host), _ANSWER_LASTS_SECONDS)

    def leave(self) -> None:
        """Nobody needs to wait for this machine: its engines have ended."""
        with suppress(RedisError):
            self.redis.hdel(ENGINE_HOSTS, self.host)


def still_held(url: str, names: set[str], *, token: str) -> set[str]:
    """Make a running engine forget adapters. Returns the names that it still answers calls of.

    Raises:
        OSError, ValueError, http.client.HTTPException: it gave no good answer; ask again.
    """
    try:
        return {name for name in names if ask("DELETE", f"{url}/v1/adapters/{name}", token=token)[0] != 200}
    except ConnectionRefusedError:
        return set()  # it serves nobody: it starts, or it is about to be found dead


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
