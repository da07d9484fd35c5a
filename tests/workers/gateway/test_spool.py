"""Bodies that wait between two sides: nothing is lost, mixed up or left behind."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from workers.gateway import spool
from workers.gateway.forward import _fill
from workers.gateway.spool import MEMORY_BYTES, Spool, SpoolFullError, SpoolRoom

MUCH = 64 * 1024**2


class Answer:
    """Web's answer as aiohttp gives it: pieces of a body."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.content, self._pieces = self, pieces

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


async def read_slowly(body: Spool, chance: random.Random) -> bytes:
    read = b""
    async for piece in body.read():
        read += piece
        for _ in range(chance.randrange(3)):
            await asyncio.sleep(0)
    return read


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("limit_bytes", [MUCH, 300_000, 0])
async def test_reader_gets_every_byte_in_order(tmp_path: Path, seed: int, limit_bytes: int) -> None:
    """With much space, with little, and with none: then at the reader's speed."""
    chance = random.Random(seed)
    pieces = [chance.randbytes(chance.randrange(1, 64 * 1024)) for _ in range(40)]
    room = SpoolRoom(tmp_path, limit_bytes)
    body = Spool(room, "client")

    filling = asyncio.create_task(_fill(body, Answer(pieces)))  # type: ignore[arg-type]
    read = await asyncio.wait_for(read_slowly(body, chance), 60)
    await filling
    body.close()

    assert read == b"".join(pieces)
    assert room.free_bytes("client") == limit_bytes // 2


async def test_space_is_given_back_when_a_body_is_left(tmp_path: Path) -> None:
    room = SpoolRoom(tmp_path, MUCH)
    body = Spool(room, "client")
    await body.write(b"x" * 10 * MEMORY_BYTES)
    writing = asyncio.create_task(body.write(b"y" * 1_000_000))
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)

    assert room.is_used_by("client")
    body.close()

    assert not room.is_used_by("client") and room.free_bytes("client") == MUCH // 2
    assert list(tmp_path.iterdir()) == [], "the files have no names"


async def test_one_client_leaves_half_of_the_space_to_others(tmp_path: Path) -> None:
    room = SpoolRoom(tmp_path, 8 * MEMORY_BYTES)
    greedy = [Spool(room, "greedy") for _ in range(3)]
    for body in greedy[:2]:
        await body.write(b"x" * 2 * MEMORY_BYTES)

    with pytest.raises(SpoolFullError):
        await greedy[2].write(b"x" * 2 * MEMORY_BYTES)

    await Spool(room, "other").write(b"x" * 2 * MEMORY_BYTES)


async def test_last_of_the_disk_is_left_to_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "_KEPT_FREE_BYTES", os.statvfs(tmp_path).f_blocks * 4096 * 1024)

    with pytest.raises(SpoolFullError):
        await Spool(SpoolRoom(tmp_path, MUCH), "client").write(b"x" * 2 * MEMORY_BYTES)


async def test_disk_that_fails_loses_nothing_that_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = Spool(SpoolRoom(tmp_path, MUCH), "client")
    await body.write(b"kept")
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", _no_space)
        with pytest.raises(SpoolFullError):
            await body.write(b"x" * 2 * MEMORY_BYTES)
    await body.write(b", and more")
    body.complete()

    assert b"".join([piece async for piece in body.read()]) == b"kept, and more"


def _no_space(*arguments: object) -> int:
    raise OSError(28, "No space left on device")
