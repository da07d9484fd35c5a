"""How long a revoked key still works: real gateways, each polled until it refuses; published as web does.

Before every 50th revocation the subscriptions of all gateways, or of half of them in turn, are cut, so that
the push is lost and the poll has to notice. Run by `make bench-revocation`, half a minute; exits 1 when a key
lived for over a second or came back.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import aiohttp
import msgspec
import redis

from apps.core import snapshot
from kernel import redis_names, wire
from kernel.ids import new_id
from kernel.keys import key_hash, new_key
from tests.bench import stage
from tests.bench.stage import MODEL, OWNER, PEPPER, tell
from workers.supervisor import stores

KEYS, GATEWAYS, CUT_EVERY = 1000, 4, 50
PROMISE_SECONDS, PAUSE_SECONDS = 1.0, 0.005
_GIVE_UP_SECONDS, _MOST_LATE = 3.0, 20  # bound the run when gateways do not follow at all
_NEVER = float("inf")


@dataclass
class Outcome:
    """Seconds from the revocation to each gateway's first refusal."""

    pushed: list[float] = field(default_factory=list)
    cut: list[float] = field(default_factory=list)  # with subscriptions lost just before
    revived: int = 0  # gateways that took a revoked key at the end of the run

    @property
    def seconds(self) -> list[float]:
        return sorted(self.pushed + self.cut)

    @property
    def late(self) -> int:
        return sum(seconds > PROMISE_SECONDS for seconds in self.seconds)


class Fleet:
    """Some gateways and the store that tells them of keys. Keys are published as the control plane does."""

    def __init__(
        self, store: "redis.Redis", urls: list[str], *, model: str = MODEL, pepper: str = PEPPER
    ) -> None:
        question = {"model": model, "messages": [{"role": "user", "content": "x"}], "max_tokens": 1}
        self._body = msgspec.json.encode(question)
        self._store, self._urls, self._pepper = store, urls, pepper
        self._cuts = count()

    def publish(self, key: str, entry: bytes = b"") -> None:
        """Make the key work for the entry's owner; without an entry, revoke it."""
        table = redis_names.snapshot_table("keys")
        names = (redis_names.SNAPSHOT_VERSION, table, "keys", key_hash(key, self._pepper))
        self._store.eval(snapshot._PUBLISH, 2, *names, entry, redis_names.SNAPSHOT_CHANNEL)

    def _cut(self) -> None:
        """Cut the subscriptions of all gateways; the next time of half of them."""
        clients = self._store.client_list(_type="pubsub")
        for client in clients[:: 1 + next(self._cuts) % 2]:
            self._store.client_kill_filter(_id=client["id"])

    async def revoke(self, key: str, session: aiohttp.ClientSession, *, cut: bool = False) -> list[float]:
        """Revoke a key that works at every gateway; seconds until each one refuses it."""
        known_at = await asyncio.gather(*(self._wait(session, url, key, 200) for url in self._urls))
        polls = [asyncio.create_task(self._wait(session, url, key, 401)) for url in self._urls]
        await asyncio.sleep(PAUSE_SECONDS)
        if max(known_at) == _NEVER or any(poll.done() for poll in polls):
            raise RuntimeError("a gateway refuses a key that was not revoked")
        if cut:
            self._cut()
        revoked_at = time.monotonic()
        self.publish(key)
        return [refused_at - revoked_at for refused_at in await asyncio.gather(*polls)]

    async def _wait(self, session: aiohttp.ClientSession, url: str, key: str, status: int) -> float:
        """Call until the gateway answers so; when that was, or never."""
        give_up_at = time.monotonic() + _GIVE_UP_SECONDS
        while (found := await self._call(session, url, key)) != status:
            if found not in (200, 401):
                raise RuntimeError(f"{url} answered {found}")
            if time.monotonic() > give_up_at:
                return _NEVER
            await asyncio.sleep(PAUSE_SECONDS)
        return time.monotonic()

    async def count_accepting(self, keys: list[str], session: aiohttp.ClientSession) -> int:
        calls = [await self._call(session, url, key) for key in keys for url in self._urls]
        return len(calls) - calls.count(401)

    async def _call(self, session: aiohttp.ClientSession, url: str, key: str) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        async with session.post(f"{url}/v1/chat/completions", data=self._body, headers=headers) as response:
            await response.read()
            return response.status


async def measure(fleet: Fleet, keys: list[str], *, cut_every: int) -> Outcome:
    """Revoke the keys one after another. Stops early when so many were late that the rest adds nothing."""
    outcome, revoked = Outcome(), []
    async with aiohttp.ClientSession() as session:
        for number, key in enumerate(keys, start=1):
            cut = number % cut_every == 0
            (outcome.cut if cut else outcome.pushed).extend(await fleet.revoke(key, session, cut=cut))
            revoked.append(key)
            if outcome.late >= _MOST_LATE:
                break
        outcome.revived = await fleet.count_accepting(revoked, session)
    return outcome


def _report(outcome: Outcome) -> None:
    seconds = outcome.seconds
    for name, phase in (("pushed", outcome.pushed), ("push lost", outcome.cut)):
        if phase:
            middle, slowest = 1000 * statistics.median(phase), 1000 * max(phase)
            tell(f"{name:10} refusals={len(phase)} p50={middle:.0f} ms slowest={slowest:.0f} ms")
    tell(f"revoked keys that worked again: {outcome.revived}")
    p50, p99 = (1000 * seconds[int(share * (len(seconds) - 1))] for share in (0.5, 0.99))
    tell(
        f"revocation: keys={len(seconds) // GATEWAYS} gateways={GATEWAYS} "
        f"slowest={1000 * seconds[-1]:.0f} ms p50={p50:.0f} ms p99={p99:.0f} ms late={outcome.late}"
    )


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="finery-bench-")))
        running = stores.start(folder / "stores", durable=False)
        stack.callback(running.stop)
        store = stack.enter_context(redis.Redis.from_url(running.redis_url))
        _, engine_url = stack.enter_context(stage.engine(folder))
        stage.publish(store, engine_url)
        names = [f"gateway-{number}" for number in range(GATEWAYS)]
        urls = [stack.enter_context(stage.gateway(folder, running.redis_url, name))[1] for name in names]
        fleet, keys = Fleet(store, urls), [new_key(new_id("key_")) for _ in range(KEYS)]
        for key in keys:
            fleet.publish(key, wire.encode(OWNER))
        outcome = asyncio.run(measure(fleet, keys, cut_every=CUT_EVERY))
        _report(outcome)
    sys.exit(1 if outcome.late or outcome.revived else 0)


if __name__ == "__main__":
    main()
