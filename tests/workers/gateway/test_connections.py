"""Deadlines and limits of connections at the public edge."""

import re
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack

import httpx
import pytest

from tests.workers.gateway.conftest import GatewayProcess
from tests.workers.gateway.stub_web import StubWeb
from workers.gateway.connections import Connections
from workers.gateway.protocol import MOST_HEAD_BYTES

HEAD = b"GET /page HTTP/1.1\r\nHost: x\r\n"
CALL = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def strict(make_gateway: Callable[..., GatewayProcess]) -> GatewayProcess:
    return make_gateway(head_seconds="0.5", body_seconds="0.5", write_seconds="0.5", idle_seconds="1")


def connect(gateway: GatewayProcess, sent: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", gateway.port), timeout=20)
    connection.sendall(sent)
    return connection


def drip(connection: socket.socket, piece: bytes) -> bytes:
    """Send the piece again and again until the gateway ends it; returns what it said."""
    deadline = time.monotonic() + 20
    connection.settimeout(0.1)
    said = b""
    while time.monotonic() < deadline:
        try:
            connection.sendall(piece)
            part = connection.recv(65536)
        except TimeoutError:
            continue
        except OSError:
            return said
        if not part:
            return said
        said += part
    raise AssertionError("the gateway waits for ever")


@pytest.mark.parametrize(
    ("start", "piece", "answers"),
    [
        (b"", b"", []),
        (b"", b"\r\n", [b"408"]),
        (HEAD, b"", [b"408"]),
        (HEAD, b"X-Slow: 1\r\n", [b"408"]),
        (HEAD + b"Content-Length: 100000\r\n\r\nx", b"x", [b"408"]),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", [b"408"]),
        (CALL + b"Content-Length: 100000\r\n\r\n", b"x", [b"401"]),
        (HEAD + b"\r\n", b"", [b"200"]),
        (HEAD + b"\r\n", b"\r\n", [b"200", b"408"]),
        (HEAD + b"\r\n" + HEAD, b"X-Slow: 1\r\n", [b"200", b"408"]),
    ],
)
def test_client_that_keeps_us_waiting_is_let_go(
    strict: GatewayProcess, start: bytes, piece: bytes, answers: list[bytes]
) -> None:
    with connect(strict, start) as connection:
        said = drip(connection, piece)

    assert re.findall(rb"HTTP/1.1 (\d+)", said) == answers


def test_client_that_does_not_read_is_let_go(strict: GatewayProcess, web: StubWeb) -> None:
    with connect(strict) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(b"GET /flood HTTP/1.1\r\nHost: x\r\n\r\n")
        deadline = time.monotonic() + 20
        while not web.open_streams:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        while web.open_streams:
            assert time.monotonic() < deadline, "web goes on writing to nobody"
            time.sleep(0.05)


def test_slow_but_steady_client_is_served(strict: GatewayProcess) -> None:
    def body():
        for _ in range(10):
            yield b"x" * 2000
            time.sleep(0.15)

    assert httpx.post(f"{strict.url}/v1/files", content=body(), timeout=20).json()["bytes"] == 20_000


def head_of(size: int) -> bytes:
    start = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Filler: "
    return start + b"x" * (size - len(start) - 4) + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("size", "status"), [(MOST_HEAD_BYTES, b"200"), (MOST_HEAD_BYTES + 1, b"431"), (70_000, b"431")]
)
def test_head_is_bounded_to_the_byte(gateway: GatewayProcess, size: int, status: bytes) -> None:
    with connect(gateway, head_of(size)) as connection:
        assert connection.recv(65536).startswith(b"HTTP/1.1 " + status)


def test_what_is_no_http_is_answered_as_json(gateway: GatewayProcess) -> None:
    with connect(gateway, b"hello\r\n\r\n") as connection:
        said = connection.recv(65536)

    assert said.startswith(b"HTTP/1.1 400") and b'{"error":{"message":"Invalid HTTP request' in said


class Waiting:
    """A connection that says nothing."""

    def __init__(self, peer: str) -> None:
        self.peer, self.is_open = peer, True

    def check(self, now: float) -> None:
        pass

    def make_room(self) -> None:
        self.is_open = False


async def test_longest_waiting_makes_room_for_a_newcomer() -> None:
    crowd = Connections(most=6, most_of_client=3, trusted_proxies=())
    first, second, third = mine = [Waiting("192.0.2.1") for _ in range(3)]
    for connection in mine:
        assert crowd.admit(connection) is None
    crowd.work(first)

    assert crowd.admit(Waiting("192.0.2.1")) is None

    assert (first.is_open, second.is_open, third.is_open) == (True, False, True)


async def test_client_at_its_limit_is_refused_and_others_are_not() -> None:
    crowd = Connections(most=6, most_of_client=2, trusted_proxies=())
    for _ in range(2):
        served = Waiting("192.0.2.1")
        crowd.admit(served)
        crowd.work(served)

    refusal = crowd.admit(Waiting("192.0.2.1"))

    assert refusal is not None and refusal.http_status == 429
    assert crowd.admit(Waiting("192.0.2.2")) is None


async def test_all_are_served_so_nobody_is_let_in() -> None:
    crowd = Connections(most=4, most_of_client=4, trusted_proxies=())
    served = [Waiting(f"192.0.2.{number}") for number in range(4)]
    for connection in served:
        crowd.admit(connection)
        crowd.work(connection)

    refusal = crowd.admit(Waiting("192.0.2.9"))

    assert refusal is not None and refusal.http_status == 503
    crowd.leave(served[0])
    assert crowd.admit(Waiting("192.0.2.9")) is None


async def test_addresses_of_one_customer_are_counted_together() -> None:
    crowd = Connections(most=100, most_of_client=2, trusted_proxies=())
    neighbours = [Waiting(f"2001:db8::{number}") for number in range(3)]
    for connection in neighbours:
        crowd.admit(connection)

    assert [connection.is_open for connection in neighbours] == [False, True, True]


def test_crowd_of_one_address_does_not_keep_it_out(make_gateway: Callable[..., GatewayProcess]) -> None:
    gateway = make_gateway(connections_per_client="20")
    with ExitStack() as stack:
        for start in (HEAD, b"", b"POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1") * 10:
            stack.enter_context(connect(gateway, start))

        assert httpx.get(f"{gateway.url}/page").status_code == 200
    gateway.stop()


def test_at_the_limit_of_open_files_newcomers_are_answered(
    make_gateway: Callable[..., GatewayProcess],
) -> None:
    gateway = make_gateway(open_files=128)  # for 16 connections
    with ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(connect(gateway, HEAD))
        assert httpx.get(f"{gateway.url}/page").status_code == 200

        streams = [
            stack.enter_context(connect(gateway, b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n"))
            for _ in range(40)
        ]
        said = [stream.recv(12) for stream in streams]

        assert set(said) == {b"HTTP/1.1 200", b"HTTP/1.1 429"}
        refused = streams[said.index(b"HTTP/1.1 429")]
        assert b"retry-after: 1" in refused.recv(65536)
    gateway.stop()
