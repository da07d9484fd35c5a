"""After a crash: settle the calls of dead processes from their journals, and release holds nobody owns."""

import asyncio
import logging
from contextlib import suppress
from pathlib import Path

from kernel import wire
from workers.gateway.journal import OpenCall, Orphan, orphans
from workers.gateway.limits import REDIS_FAILURES, Limits
from workers.gateway.usage import Meter, Opening, settle

_log = logging.getLogger(__name__)


async def recover(folder: Path, limits: Limits) -> int:
    """Settle every call that a dead process left open; returns how many.

    A call costs what the journal says was sent. Its line is marked done as soon as it is settled, so a
    second crash repeats nothing that was finished.

    Raises:
        RedisError, OSError, TimeoutError: the store is down; the files stay for the next attempt.
    """
    count = 0
    for orphan in orphans(folder):
        is_finished = False
        try:
            for request_id, call in orphan.open_calls().items():
                await _settle_orphan(orphan, request_id, call, limits)
                count += 1
            is_finished = True
        except ValueError:
            _log.exception("the journal %s cannot be read; it stays for an operator", orphan.path.name)
        finally:
            orphan.close(remove=is_finished)
    return count


async def _settle_orphan(orphan: Orphan, request_id: str, call: OpenCall, limits: Limits) -> None:
    opening = wire.decode(call.call, Opening)
    ended_at = orphan.path.stat().st_mtime
    event = opening.closing(call.tokens or (0, 0, 0), "failed", ended_at)
    await settle(limits, opening, event)
    with suppress(OSError):  # on a full disk: the file goes when all of it is settled, which makes room
        orphan.done(request_id)
    _log.warning("settled %s of a process that died: %s output tokens", request_id, event.output_tokens)


async def sweep_forever(folder: Path, limits: Limits, meter: Meter, every_seconds: float) -> None:
    """Background loop, the first round at once: recover, keep live holds alive, release expired ones."""
    while True:
        try:
            await recover(folder, limits)
            await limits.renew(meter.live_holds())
            await limits.sweep()
            pause = every_seconds
        except REDIS_FAILURES as error:
            _log.warning("the sweep waits for Redis: %s", error)
            pause = min(1.0, every_seconds)
        await asyncio.sleep(pause)
