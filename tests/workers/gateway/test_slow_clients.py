"""Clients that are slow, or never finish: nobody else waits. Web is a real gunicorn with two threads."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.workers.gateway.conftest import GatewayProcess, free_port
from tests.workers.gateway.platform import error_of
from tests.workers.gateway.threaded_web import DOWNLOAD_BYTES

THREADS = 2


@pytest.fixture(scope="module")
def threaded_web() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "tests.workers.gateway.threaded_web:application"]
    command += ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", str(THREADS)]
    command += ["--no-control-socket", "--log-level", "error"]
    process = subprocess.Popen(command)
    deadline = time.monotonic() + 30
    while socket.socket().connect_ex(("127.0.0.1", port)):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait(10)


@pytest.fixture(scope="module")
def edge(make_gateway: Callable[..., GatewayProcess], threaded_web: str) -> GatewayProcess:
    return make_gateway(web_url=threaded_web)


def open_request(gateway: GatewayProcess, stack: ExitStack, request: bytes) -> socket.socket:
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", gateway.port), timeout=10))
    connection.sendall(request)
    return connection


def is_served(gateway: GatewayProcess) -> bool:
    answer = httpx.post(f"{gateway.url}/v1/files", content=b"12345", timeout=10)
    return bool(answer.json()["bytes"] == 5)


@pytest.mark.parametrize(
    "head",
    [b"Content-Length: 1000\r\n\r\nx", b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
     b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 90000000\r\n\r\nx"],
)  # fmt: skip
def test_bodies_that_never_end_hold_no_thread_of_web(edge: GatewayProcess, head: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(3 * THREADS):
            open_request(edge, stack, b"POST /_allauth/browser/v1/auth/login HTTP/1.1\r\nHost: x\r\n" + head)

        assert is_served(edge)


def test_downloads_that_nobody_reads_hold_no_thread_of_web(edge: GatewayProcess) -> None:
    with ExitStack() as stack:
        readers = [
            open_request(edge, stack, b"GET /download HTTP/1.1\r\nHost: x\r\n\r\n")
            for _ in range(3 * THREADS)
        ]
        for reader in readers:
            assert reader.recv(12) == b"HTTP/1.1 200"

        assert is_served(edge)

        readers[0].sendall(b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        whole = b"".join(iter(lambda: readers[0].recv(1 << 20), b""))
        assert whole.count(b"x") >= DOWNLOAD_BYTES, "what waited is complete"


@pytest.mark.parametrize("size", [0, 5, 300_000, 3_000_000])
def test_chunked_body_reaches_web_with_its_length(edge: GatewayProcess, size: int) -> None:
    parts = (b"x" * min(50_000, size - at) for at in range(0, size, 50_000))

    answer = httpx.post(f"{edge.url}/v1/files", content=parts, timeout=10).json()

    assert answer == {"length": size, "bytes": size}


@pytest.mark.parametrize(
    ("path", "headers"), [("/v1/files", {}), ("/files", {"Authorization": "Bearer x"}), ("/api/me", {})]
)
def test_page_of_webs_server_reaches_no_program(
    edge: GatewayProcess, path: str, headers: dict[str, str]
) -> None:
    """gunicorn refuses a header of this length with a page of its own, before any application."""
    answer = httpx.get(edge.url + path, headers=headers | {"X-Long": "x" * 9000})

    assert (answer.status_code, error_of(answer)["type"]) == (431, "invalid_request_error")
