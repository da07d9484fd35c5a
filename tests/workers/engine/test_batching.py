"""The batcher: every row gets its own answer, whoever shares the batch, leaves, or fails."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import torch
from hypothesis import given, settings, strategies

from kernel.errors import EngineFailed, Unavailable
from workers.engine.encoder.batching import Batcher, BatchLimits, Encode
from workers.engine.encoder.residents import Resident

LIMITS = BatchLimits(rows=16, tokens=400, queued_rows=100, window_seconds=0.001)


def _echo(rows: list[list[int]], adapters: list[Resident | None]) -> torch.Tensor:
    """A vector that names its row: (first token, length). (B, 2)"""
    return torch.tensor([[float(row[0]), float(len(row))] for row in rows])


@asynccontextmanager
async def _running(encode: Encode, limits: BatchLimits = LIMITS) -> AsyncIterator[Batcher]:
    batcher = Batcher(encode, limits)
    work = asyncio.create_task(batcher.run())
    try:
        yield batcher
    finally:
        work.cancel()


@settings(max_examples=30, deadline=None)
@given(strategies.lists(strategies.lists(strategies.integers(1, 60), min_size=1, max_size=40), max_size=8))
def test_every_row_gets_its_own_answer_in_order(calls: list[list[int]]) -> None:
    sizes: list[tuple[int, int]] = []

    def encode(rows: list[list[int]], adapters: list[Resident | None]) -> torch.Tensor:
        sizes.append((len(rows), max(map(len, rows))))
        return _echo(rows, adapters)

    async def run() -> list[torch.Tensor]:
        limits = BatchLimits(rows=16, tokens=400, queued_rows=1000, window_seconds=0)
        async with _running(encode, limits) as batcher:
            rows = [[[100 * n + i] * length for i, length in enumerate(call)] for n, call in enumerate(calls)]
            return await asyncio.gather(*(batcher.encode(call, None) for call in rows))

    for n, (call, vectors) in enumerate(zip(calls, asyncio.run(run()), strict=True)):
        assert vectors.tolist() == [[float(100 * n + i), float(length)] for i, length in enumerate(call)]
    assert all(rows <= 16 and rows * longest <= 400 for rows, longest in sizes)


def _gated() -> tuple[Encode, threading.Event, list[int]]:
    gate = threading.Event()
    seen: list[int] = []

    def encode(rows: list[list[int]], adapters: list[Resident | None]) -> torch.Tensor:
        gate.wait(5)
        seen.extend(row[0] for row in rows)
        return _echo(rows, adapters)

    return encode, gate, seen


async def _settle(condition: Callable[[], bool] = lambda: False) -> None:
    for _ in range(20):
        if condition():
            return
        await asyncio.sleep(0.005)


async def test_a_small_call_does_not_wait_for_a_large_one() -> None:
    encode, gate, seen = _gated()
    async with _running(encode) as batcher:
        large = asyncio.create_task(batcher.encode([[1]] * 80, None))
        await _settle()
        small = asyncio.create_task(batcher.encode([[2]], None))
        await _settle()
        gate.set()

        await small

        assert not large.done()
        assert seen.count(1) < 80
        await large


async def test_a_cancelled_call_leaves_the_queue_and_harms_no_other() -> None:
    encode, gate, seen = _gated()
    async with _running(encode) as batcher:
        first = asyncio.create_task(batcher.encode([[1]], None))
        await _settle()
        gone = asyncio.create_task(batcher.encode([[2]] * 60, None))
        kept = asyncio.create_task(batcher.encode([[3]] * 3, None))
        await _settle()

        gone.cancel()
        await _settle()
        gate.set()

        assert (await kept)[:, 0].tolist() == [3.0] * 3
        await first
        assert 2 not in seen
        assert batcher._queued_rows == 0


async def test_a_full_queue_refuses() -> None:
    encode, gate, _ = _gated()
    async with _running(encode) as batcher:
        first = asyncio.create_task(batcher.encode([[1]] * 60, None))
        await _settle()  # a batch of 16 is under way, 44 wait
        second = asyncio.create_task(batcher.encode([[2]] * 50, None))
        await _settle()

        with pytest.raises(Unavailable):
            await batcher.encode([[1]] * 60, None)

        gate.set()
        await asyncio.gather(first, second)


async def test_a_failed_pass_fails_its_rows_only() -> None:
    def encode(rows: list[list[int]], adapters: list[Resident | None]) -> torch.Tensor:
        if any(row[0] == 13 for row in rows):
            raise RuntimeError("planted")
        return _echo(rows, adapters)

    async with _running(encode) as batcher:
        with pytest.raises(EngineFailed):
            await batcher.encode([[13]], None)

        assert (await batcher.encode([[1]], None)).tolist() == [[1.0, 1.0]]
