"""The edge: every path that is not the data plane's goes to web, and nothing internal does."""

import hashlib
import os
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.workers.gateway.conftest import GatewayProcess, free_port
from tests.workers.gateway.stub_web import StubWeb


def raw(gateway: GatewayProcess, request: bytes) -> bytes:
    """Send bytes that no client library would send."""
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


@pytest.mark.parametrize(
    "target",
    ["/internal", "/internal/", "/internal/runner/claim", "//internal/x", "/./internal/x", "/x/../internal/x",
     "/%69nternal/x", "/internal%2Frunner", "/%2e/internal/x", "/INTERNAL/x", "/%2finternal/x",
     "/..%2finternal/x", "http://web/internal/x", "/\\internal/x"],
)  # fmt: skip
def test_internal_is_404_in_every_spelling(gateway: GatewayProcess, target: str) -> None:
    request = f"POST {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    answer = raw(gateway, request.encode())

    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400")) and b"runner" not in answer


def test_host_does_not_change_what_a_path_is(gateway: GatewayProcess) -> None:
    for host in ("x/healthz?", "127.0.0.1/internal/#", "a@b:80"):
        request = f"GET /internal/runner/claim HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        assert b" 404 " in raw(gateway, request.encode()).split(b"\r\n")[0]


def test_request_arrives_as_it_was_but_for_what_we_set(gateway: GatewayProcess) -> None:
    headers = [
        ("Host", "finery.example"),
        ("X-Forwarded-For", "6.6.6.6"),
        ("X-Forwarded-Proto", "gopher"),
        ("X-Forwarded-Prefix", "/admin"),
        ("X_Forwarded_For", "6.6.6.6"),
        ("Forwarded", "for=6.6.6.6"),
        ("Connection", "close, X-Drop-Me"),
        ("X-Drop-Me", "1"),
        ("X-Keep-Me", "1"),
        ("Cookie", "sessionid=s"),
    ]

    response = httpx.request("PATCH", f"{gateway.url}/a%20b/%C3%A9?q=1&q=%2F", headers=headers, content=b"hi")

    echo: dict[str, Any] = response.json()
    seen: dict[str, list[str]] = {}
    for name, value in echo["headers"]:
        seen.setdefault(name, []).append(value)
    assert (echo["method"], echo["path"], echo["body"]) == ("PATCH", "/a%20b/%C3%A9?q=1&q=%2F", "hi")
    assert (seen["host"], seen["x-forwarded-host"]) == (["finery.example"], ["finery.example"])
    assert (seen["x-forwarded-for"], seen["x-forwarded-proto"]) == (["127.0.0.1"], ["http"])
    assert (seen["x-keep-me"], seen["cookie"], seen["content-length"]) == (["1"], ["sessionid=s"], ["2"])
    assert not {"x-forwarded-prefix", "x_forwarded_for", "forwarded", "x-drop-me"} & set(seen)
    assert response.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2; Path=/"]
    assert "keep-alive" not in response.headers


def test_cookies_of_one_client_do_not_reach_another(gateway: GatewayProcess) -> None:
    httpx.get(f"{gateway.url}/first")

    echo = httpx.get(f"{gateway.url}/second").json()

    assert not [name for name, _ in echo["headers"] if name == "cookie"]


def test_status_and_methods_pass(gateway: GatewayProcess) -> None:
    assert httpx.get(f"{gateway.url}/teapot").status_code == 418
    assert httpx.head(f"{gateway.url}/x").status_code == 200
    assert httpx.get(f"{gateway.url}/v1/models").json()["path"] == "/v1/models"
    assert httpx.get(f"{gateway.url}/v1/chat/completions").json()["method"] == "GET"


def test_upload_is_streamed(gateway: GatewayProcess, web: StubWeb) -> None:
    """Web sees the first bytes long before the client has sent the last ones."""
    web.first_bytes_at.clear()
    sent = hashlib.sha256()
    ended_at = []

    def body() -> Iterator[bytes]:
        for _ in range(6):
            part = os.urandom(512 * 1024)
            sent.update(part)
            yield part
            time.sleep(0.1)
        ended_at.append(time.monotonic())

    answer = httpx.post(f"{gateway.url}/v1/files", content=body(), timeout=20).json()

    assert answer == {"bytes": 6 * 512 * 1024, "sha256": sent.hexdigest()}
    assert web.first_bytes_at[0] < ended_at[0] - 0.3


def test_events_are_not_held_back_and_end_with_the_client(gateway: GatewayProcess, web: StubWeb) -> None:
    began = time.monotonic()
    with httpx.stream("GET", f"{gateway.url}/events") as response:
        lines = response.iter_lines()
        assert next(lines) == "data: 0"
    assert time.monotonic() - began < 2

    deadline = time.monotonic() + 2
    while web.open_streams:
        assert time.monotonic() < deadline, "web goes on streaming to nobody"
        time.sleep(0.01)


def test_web_down_is_said_in_the_right_words(
    make_gateway: Callable[..., GatewayProcess], gateway_redis_url: str
) -> None:
    gateway = make_gateway()
    gateway.stop()
    gateway.web_url = f"http://127.0.0.1:{free_port()}"
    gateway.start()

    api, page = httpx.get(f"{gateway.url}/v1/models"), httpx.get(f"{gateway.url}/")

    assert (api.status_code, api.json()["error"]["code"]) == (503, "service_unavailable")
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert httpx.get(f"{gateway.url}/healthz").status_code == 200
    gateway.stop()


def test_smuggled_second_request_is_not_served(gateway: GatewayProcess) -> None:
    request = (
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"0\r\n\r\nGET /internal/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )

    answer = raw(gateway, request)

    assert answer.startswith(b"HTTP/1.1 400")
