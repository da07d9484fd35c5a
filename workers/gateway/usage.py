"""Metering of one call, from its reservation to its event in the ledger's stream.

Published policy: you pay for what was sent to you. A call of which nothing was sent leaves no event.
"""

import asyncio
import logging
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from kernel import wire
from kernel.contracts import UsageEvent
from kernel.errors import Unavailable
from kernel.money import Price, total_micro_usd, usage_cost
from workers.gateway.journal import Journal, Segment
from workers.gateway.limits import REDIS_FAILURES, Hold, Limits

_log = logging.getLogger(__name__)

Status = Literal["completed", "cancelled", "failed"]
Tokens = tuple[int, int, int]  # input (with cached), cached, output
_NOTHING: Tokens = (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Everything needed to settle a call without the process that served it. `event` has no tokens yet."""

    event: UsageEvent
    hold: Hold
    price: Price

    def cost_micro_usd(self, tokens: Tokens) -> int:
        given, cached, output = tokens
        return total_micro_usd(
            usage_cost(self.price, input_tokens=given, cached_tokens=cached, output_tokens=output)
        )

    def closing(self, tokens: Tokens, status: Status, ended_at: float) -> UsageEvent:
        given, cached, output = tokens
        return replace(
            self.event,
            input_tokens=given,
            cached_tokens=cached,
            output_tokens=output,
            status=status,
            ended_at=ended_at,
        )


class Running:
    """A call between reserve and settle."""

    def __init__(self, opening: Opening, segment: Segment) -> None:
        self.opening, self.segment, self.tokens = opening, segment, _NOTHING

    def sent(self, tokens: Tokens) -> None:
        """Write the totals down. Call it before the bytes they stand for go to the socket.

        Raises:
            Unavailable: the journal takes nothing, so nothing more may be sent.
        """
        if tokens != self.tokens:
            try:
                self.segment.sent(self.opening.event.request_id, tokens)
            except OSError as error:
                raise _journal_is_full() from error
            self.tokens = tokens


@dataclass(frozen=True, slots=True)
class _Finished:
    opening: Opening
    segment: Segment
    event: UsageEvent


class Meter:
    """Opens and settles calls. What Redis does not take now is kept, here and in the journal, and retried."""

    def __init__(self, journal: Journal, limits: Limits) -> None:
        self._journal, self._limits = journal, limits
        self._running: dict[str, Running] = {}
        self._unsettled: deque[_Finished] = deque()
        self._unmarked: list[_Finished] = []  # settled, and the journal does not say so yet

    async def begin(self, opening: Opening) -> Running:
        """Write the call down; what cannot be written down is not served.

        Raises:
            Unavailable: the journal takes nothing; the hold is released.
        """
        try:
            segment = self._journal.segment()
            segment.opened(opening.event.request_id, wire.encode(opening))
        except OSError as error:
            with suppress(*REDIS_FAILURES):  # then the hold expires by itself
                await settle(self._limits, opening, opening.event)
            raise _journal_is_full() from error
        running = Running(opening, segment)
        self._running[opening.event.request_id] = running
        return running

    async def finish(self, running: Running, status: Status) -> None:
        """Settle. Never raises for a store that is down, and never forgets."""
        opening = running.opening
        finished = _Finished(
            opening, running.segment, opening.closing(running.tokens, status, ended_at=time.time())
        )
        del self._running[opening.event.request_id]
        # While something waits, Redis is down: the loop retries, and nobody waits for it here.
        if self._unsettled or not await self._is_settled(finished):
            self._unsettled.append(finished)

    async def settle_all(self) -> bool:
        """Try everything that is unsettled, oldest first. False when Redis or the journal does not take it.

        Only one caller at a time: the loop, and the shutdown after it.
        """
        while self._unsettled:
            if not await self._is_settled(self._unsettled[0]):
                return False
            self._unsettled.popleft()
        unmarked, self._unmarked = self._unmarked, []
        for finished in unmarked:
            self._mark(finished)
        try:
            self._journal.tidy()
        except OSError as error:
            _log.warning("the journal takes no new segment: %s", error)
            return False
        return not self._unmarked

    async def retry_forever(self) -> None:
        """Background loop: settle what was left; the pause grows while Redis is down or the disk full."""
        pause = 0.5
        while True:
            await asyncio.sleep(pause)
            pause = 0.5 if await self.settle_all() else min(2 * pause, 10.0)

    def live_holds(self) -> list[str]:
        """Holds that must not expire: of running calls and of those that wait for Redis."""
        waiting = [finished.opening.hold.member for finished in self._unsettled]
        return waiting + [running.opening.hold.member for running in self._running.values()]

    async def _is_settled(self, finished: _Finished) -> bool:
        try:
            await settle(self._limits, finished.opening, finished.event)
        except REDIS_FAILURES as error:
            _log.warning("settling %s waits for Redis: %s", finished.event.request_id, error)
            return False
        self._mark(finished)
        return True

    def _mark(self, finished: _Finished) -> None:
        """Write down that nothing is left to do. A process that dies before that settles it once more, and
        the ledger drops the second event."""
        try:
            finished.segment.done(finished.event.request_id)
        except OSError as error:
            _log.warning("the journal does not take that %s is settled: %s", finished.event.request_id, error)
            self._unmarked.append(finished)


def _journal_is_full() -> Unavailable:
    return Unavailable("The service is temporarily unavailable.", retry_after=10)


async def settle(limits: Limits, opening: Opening, event: UsageEvent) -> None:
    """Release the hold; book the event unless nothing was sent."""
    tokens = (event.input_tokens, event.cached_tokens, event.output_tokens)
    await limits.settle(
        opening.hold,
        cost_micro_usd=opening.cost_micro_usd(tokens),
        event=wire.encode(event) if tokens != _NOTHING else b"",
        used_tokens=event.input_tokens + event.output_tokens,
    )
