"""What tenants ask as JSON schemas is compiled in a child process first, before the engine sees it.

A schema of a hundred bytes can ask a compiler for gigabytes or minutes, and a thread of the engine cannot be
stopped. The child can: it has limits of memory and processor time, and is replaced when it dies of them.
"""

import asyncio
import hashlib
import json
import logging
import sys
from collections import Counter, OrderedDict, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from kernel.errors import InvalidRequest, RateLimited, Unavailable
from workers.engine.settings import bare_environment

_log = logging.getLogger(__name__)

PARAM = "response_format.json_schema"
_CHILDREN = 2
_MOST_WAITING = 8  # checks of one tenant at once; they run one after the other
_MOST_VERDICTS = 2048
_STUCK_SECONDS = 30.0  # of wall time; the child's own limit is of processor time and far lower


class SchemaCompiler:
    """Tells which schemas the engine can serve. `folder` is the base's, with its tokenizer."""

    def __init__(self, folder: Path) -> None:
        self._children = [_Child(folder) for _ in range(_CHILDREN)]
        self._free = asyncio.Semaphore(_CHILDREN)  # first come, first served
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: Counter[str] = Counter()
        self._verdicts: OrderedDict[bytes, str] = OrderedDict()

    async def check(self, schema: bytes, tenant: str) -> None:
        """Return when the engine can serve the schema: JSON in one line.

        A tenant has one child at most, and the others wait for a child in turn, so nobody waits for more than
        one schema of each tenant that asks.

        Raises:
            InvalidRequest: it cannot, or the schema costs more than the limits. RateLimited: the tenant has
                too many checks open. Unavailable: no child can be started.
        """
        if self._waiting[tenant] >= _MOST_WAITING:
            raise RateLimited("Too many JSON schemas are being compiled for you. Please try again.")
        async with self._turn(tenant):
            verdict = await self._verdict(schema, tenant)
        if verdict:
            raise InvalidRequest(f"Invalid schema for response_format: {verdict}", param=PARAM)

    @asynccontextmanager
    async def _turn(self, tenant: str) -> AsyncIterator[None]:
        self._waiting[tenant] += 1
        try:
            async with self._turns[tenant]:
                yield
        finally:
            self._waiting[tenant] -= 1
            if not self._waiting[tenant]:
                del self._waiting[tenant], self._turns[tenant]

    async def _verdict(self, schema: bytes, tenant: str) -> str:
        # By tenant, so that nobody learns from the time taken what others have asked.
        key = hashlib.sha256(tenant.encode() + b"\0" + schema).digest()
        verdict = self._verdicts.get(key)
        if verdict is None:
            async with self._free:
                child = self._children.pop()
                try:
                    verdict = await child.verdict(schema)
                finally:
                    self._children.append(child)
        self._verdicts[key] = verdict
        self._verdicts.move_to_end(key)
        if len(self._verdicts) > _MOST_VERDICTS:
            self._verdicts.popitem(last=False)
        return verdict


class _Child:
    """One process, started when it is first needed and again after each death. For one caller at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    async def verdict(self, schema: bytes) -> str:
        """Why the schema is refused; empty when it is not.

        Raises:
            Unavailable: no process can be started, or it hangs without working.
        """
        process, self._process = (
            self._process,
            None,
        )  # back only after its answer: a cancelled caller leaves one
        if process is None or process.returncode is not None:
            process = await self._start()
        answer = b""
        try:
            answer = await _ask(process, schema + b"\n")
        finally:
            if answer:
                self._process = process
            else:
                _kill(process)
        if answer:
            return str(json.loads(answer))
        _log.warning("a schema of %d bytes ended its compiler with %s", len(schema), await process.wait())
        return "It is too complex to be compiled."

    async def _start(self) -> "asyncio.subprocess.Process":
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "workers.engine.schema_child", str(self._folder)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=bare_environment(),
        )
        is_ready = False
        try:
            is_ready = bool(await _ask(process, b""))
        finally:
            if not is_ready:
                _kill(process)
        if not is_ready:
            raise _unavailable()
        return process


async def _ask(process: "asyncio.subprocess.Process", line: bytes) -> bytes:
    """The next line that the process writes; empty when it ends first."""
    assert process.stdin is not None and process.stdout is not None
    try:
        async with asyncio.timeout(_STUCK_SECONDS):
            process.stdin.write(line)
            return await process.stdout.readline()
    except TimeoutError as error:
        raise _unavailable() from error
    except OSError:
        return b""


def _kill(process: "asyncio.subprocess.Process") -> None:
    with suppress(ProcessLookupError):
        process.kill()


def _unavailable() -> Unavailable:
    return Unavailable("The service is temporarily unavailable.", retry_after=5)
