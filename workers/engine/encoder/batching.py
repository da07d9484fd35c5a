"""The dynamic batcher: rows of many calls, one worker thread, one forward pass at a time.

A batch takes a few rows from each waiting call in turn, so that a call of 2,048 rows does not hold up a small
one; then it is cut where lengths differ much, so that short rows are not padded to long ones.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import torch

from kernel.errors import EngineFailed, Unavailable
from workers.engine.encoder.residents import Resident

_ROWS_PER_TURN = 8
_PADDING_RATIO = (
    2  # the longest row of a forward pass is at most this often as long as the shortest, plus a little
)
_PADDING_SLACK_TOKENS = 16

Encode = Callable[[list[list[int]], list[Resident | None]], torch.Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLimits:
    rows: int
    tokens: int  # padding included
    queued_rows: int
    window_seconds: float  # how long the first row waits for company


@dataclass(slots=True, eq=False)
class _Call:
    adapter: Resident | None
    rows: Sequence[list[int]]
    waiting: deque[int]  # indices of rows, the longest first
    done: "asyncio.Future[None]"
    vectors: list[torch.Tensor | None] = field(default_factory=list)
    missing: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    call: _Call
    index: int

    @property
    def ids(self) -> list[int]:
        return self.call.rows[self.index]


class Batcher:
    """Start it with `run` as a task of the event loop in which `encode` is called."""

    def __init__(self, encode: Encode, limits: BatchLimits) -> None:
        self._encode, self._limits = encode, limits
        self._calls: deque[_Call] = deque()
        self._queued_rows = 0
        self._wake = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="encoder")

    async def encode(self, rows: Sequence[list[int]], adapter: Resident | None) -> torch.Tensor:
        """Return one vector per row, in order: (B, H). Cancelling it takes its rows off the queue.

        Raises:
            Unavailable: too many rows wait already.
            EngineFailed: the forward pass failed.
        """
        if self._queued_rows and self._queued_rows + len(rows) > self._limits.queued_rows:
            raise Unavailable("The engine has too many rows to work on. Try again in a moment.")
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]), reverse=True)
        call = _Call(adapter, rows, deque(order), asyncio.get_running_loop().create_future())
        call.vectors, call.missing = [None] * len(rows), len(rows)
        self._calls.append(call)
        self._queued_rows += len(rows)
        self._wake.set()
        try:
            await call.done
        finally:
            self._queued_rows -= len(call.waiting)
            call.waiting.clear()
        return torch.stack([vector for vector in call.vectors if vector is not None])  # (B, H)

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                await self._wake.wait()
                if self._queued_rows < self._limits.rows:
                    await asyncio.sleep(self._limits.window_seconds)
                for batch in split_by_length(self._take()):
                    await self._work(batch)
                if not self._calls:
                    self._wake.clear()
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)

    def _take(self) -> list[_Row]:
        """Rows for the next batch, in turns, within the limits; at least one when any waits."""
        taken: list[_Row] = []
        longest = 0
        while self._calls:
            call = self._calls[0]
            for _ in range(min(_ROWS_PER_TURN, len(call.waiting))):
                longest = max(longest, len(call.rows[call.waiting[0]]))
                is_full = len(taken) == self._limits.rows or (len(taken) + 1) * longest > self._limits.tokens
                if taken and is_full:
                    return taken
                taken.append(_Row(call, call.waiting.popleft()))
                self._queued_rows -= 1
            self._calls.rotate(-1)
            if not call.waiting:
                self._calls.remove(call)
        return taken

    async def _work(self, batch: list[_Row]) -> None:
        batch = [row for row in batch if not row.call.done.done()]  # its caller has left, or it failed
        if not batch:
            return
        batch.sort(key=lambda row: id(row.call.adapter))  # rows of one adapter become neighbours
        loop = asyncio.get_running_loop()
        adapters = [row.call.adapter for row in batch]
        work = loop.run_in_executor(self._thread, self._encode, [row.ids for row in batch], adapters)
        await asyncio.wait({work})
        error = work.exception()
        if error is None:
            _deliver(batch, work.result())
        for call in {row.call for row in batch if error is not None and not row.call.done.done()}:
            failure = EngineFailed("The engine failed on this input.")
            failure.__cause__ = error
            call.done.set_exception(failure)


def split_by_length(rows: list[_Row]) -> list[list[_Row]]:
    """Cut rows into batches of similar lengths."""
    batches: list[list[_Row]] = []
    shortest = 0
    for row in sorted(rows, key=lambda row: len(row.ids)):
        if not batches or len(row.ids) > _PADDING_RATIO * shortest + _PADDING_SLACK_TOKENS:
            batches.append([])
            shortest = len(row.ids)
        batches[-1].append(row)
    return batches


def _deliver(batch: list[_Row], vectors: torch.Tensor) -> None:
    for row, vector in zip(batch, vectors, strict=True):
        row.call.vectors[row.index] = vector
        row.call.missing -= 1
        if not row.call.missing and not row.call.done.done():
            row.call.done.set_result(None)
