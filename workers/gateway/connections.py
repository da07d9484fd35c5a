"""Who is connected: how many may be, and how long each may keep us waiting."""

import asyncio
import resource
import time
from dataclasses import dataclass
from typing import Protocol

from kernel.errors import FineryError, RateLimited, Unavailable
from kernel.networks import Network, is_within, read_address
from workers.gateway.addresses import customer_network

_CHECK_SECONDS = 0.5
_MOST_FILES = 65536
_FILES_EACH = 4  # itself, one to an engine or web, and two bodies that wait on the disk
_OTHER_FILES = 64  # journal, Redis, what web and engines keep open


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """What a client may take before its connection ends, in seconds."""

    head_seconds: float
    body_seconds: float  # then a body must have come at this rate on average
    body_bytes_per_second: int = 1024
    write_seconds: float  # to take what was sent: a few hundred KB at most
    idle_seconds: int  # between two requests; a proxy in front may be idle for longer


class Connection(Protocol):
    """What `Connections` asks of one."""

    peer: str

    def check(self, now: float) -> None:
        """End it when its client has kept us waiting for too long."""

    def make_room(self) -> None:
        """End it, whose client we are waiting for."""


class _Group:
    """Connections under one limit, and of these the ones that wait for their client, longest first."""

    def __init__(self, most: int) -> None:
        self.most, self.count = most, 0
        self.waiting: dict[Connection, None] = {}


class Connections:
    """Admits newcomers. At a limit the connection that has waited longest for its client makes room."""

    def __init__(self, most: int, most_of_client: int, trusted_proxies: tuple[Network, ...]) -> None:
        most = min(most, (_open_file_limit() - _OTHER_FILES) // _FILES_EACH)
        self._all, self._most_of_client = _Group(most), min(most_of_client, most // 2)
        self._clients: dict[str, _Group] = {}
        self._groups: dict[Connection, tuple[_Group, ...]] = {}
        self._trusted_proxies = trusted_proxies
        self._timer: asyncio.TimerHandle | None = None

    def is_proxy(self, peer: str) -> bool:
        address = read_address(peer)
        return address is not None and is_within(address, self._trusted_proxies)

    def admit(self, newcomer: Connection) -> FineryError | None:
        """Count it in, as one that waits for its client; or say why not: all others are being served."""
        groups = self._groups_of(newcomer.peer)
        full = next((group for group in groups if not self._has_room(group)), None)
        if full is not None:
            return _crowded() if full is self._all else _too_many()
        self._groups[newcomer] = groups
        for group in groups:
            group.count += 1
        self.wait(newcomer)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_CHECK_SECONDS, self._check)
        return None

    def _groups_of(self, peer: str) -> tuple[_Group, ...]:
        if self.is_proxy(peer):  # it speaks for many clients
            return (self._all,)
        client = customer_network(peer)
        if client not in self._clients:
            self._clients[client] = _Group(self._most_of_client)
        return (self._clients[client], self._all)

    def _has_room(self, group: _Group) -> bool:
        if group.count < group.most:
            return True
        longest = next(iter(group.waiting), None)
        if longest is not None:
            self.leave(longest)
            longest.make_room()
        return longest is not None

    def leave(self, connection: Connection) -> None:
        """Count it out; a second time changes nothing."""
        for group in self._groups.pop(connection, ()):
            group.count -= 1
            group.waiting.pop(connection, None)

    def wait(self, connection: Connection) -> None:
        """It is the client's turn, from now on."""
        for group in self._groups.get(connection, ()):
            group.waiting.pop(connection, None)
            group.waiting[connection] = None

    def work(self, connection: Connection) -> None:
        """It is our turn."""
        for group in self._groups.get(connection, ()):
            group.waiting.pop(connection, None)

    def _check(self) -> None:
        now = time.monotonic()
        for connection in list(self._groups):
            connection.check(now)
        self._clients = {client: group for client, group in self._clients.items() if group.count}
        is_needed = bool(self._groups)
        self._timer = (
            asyncio.get_running_loop().call_later(_CHECK_SECONDS, self._check) if is_needed else None
        )


def _crowded() -> Unavailable:
    return Unavailable("Too many connections are open. Please try again in a moment.", retry_after=1)


def _too_many() -> RateLimited:
    return RateLimited("Your address has too many requests under way. Wait for some to end.", retry_after=1)


def _open_file_limit() -> int:
    """Raised as far as we may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted if soft == resource.RLIM_INFINITY else max(soft, wanted)
