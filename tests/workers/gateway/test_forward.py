"""The edge: every path that is not the data plane's goes to web, and nothing internal does."""

import hashlib
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.workers.gateway.conftest import GatewayProcess, free_port
from tests.workers.gateway.platform import Tenant
from tests.workers.gateway.stub_web import StubWeb
from workers.gateway.forward import Forwarder
from workers.gateway.settings import GatewaySettings

CHUNKED = b"POST /v1/files HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


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


@pytest.mark.parametrize(
    "target",
    ["*", "*/internal/x", "*.evil.example/", "@evil.example/", ":80/", "evil.example/", "?/internal",
     "http:evil", "http://", "http://web", "web:8001", "/\tinternal", "/\xff"],
)  # fmt: skip
def test_target_without_a_path_goes_nowhere(gateway: GatewayProcess, target: str) -> None:
    """Appended to web's address, such a target would name another host."""
    request = f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    answer = raw(gateway, request.encode("latin-1"))

    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400"))


@pytest.mark.parametrize(
    ("target", "path"),
    [("http://evil.example/page", "/page"), ("http://user:80@web/page?x=/internal", "/page?x=/internal"),
     ("//evil.example/page", "//evil.example/page"), ("/page#/internal", "/page"), ("/x/..;/internal",) * 2,
     ("/%2569nternal/x",) * 2, ("/internal;x/y",) * 2, ("/internal%00/x",) * 2, ("/internals",) * 2,
     ("/v1/chat/completions/",) * 2, ("//v1/chat/completions",) * 2, ("/v1/chat%252fcompletions",) * 2],
)  # fmt: skip
def test_strange_target_stays_on_web(gateway: GatewayProcess, target: str, path: str) -> None:
    """An authority in the target chooses no host, and web gets the path as it was sent, decoded by nobody."""
    for host in ("web", "evil.example", "internal", "127.0.0.1:1/internal", "x\tinternal"):
        request = f"POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        head, _, body = raw(gateway, request.encode()).partition(b"\r\n\r\n")
        assert b" 200 " in head and json.loads(body)["path"] == path


@pytest.mark.parametrize(
    "host", ["x", "internal", "web/internal/runner/claim", "127.0.0.1:1", "", "a@b", "\xff"]
)
@pytest.mark.parametrize(
    "target", ["/v1/chat/completions", "/v1/%63hat/completions", "http://x/v1/chat/completions"]
)
def test_host_and_spelling_do_not_let_anybody_past_the_key(
    gateway: GatewayProcess, target: str, host: str
) -> None:
    request = f"POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"

    assert raw(gateway, request.encode("latin-1")).startswith(b"HTTP/1.1 401")


def test_two_hosts_are_refused(gateway: GatewayProcess) -> None:
    """Web and we could each believe another of them."""
    request = b"GET /page HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n"

    assert raw(gateway, request).startswith(b"HTTP/1.1 400")


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
    assert len(response.headers.get_list("date")) == 1 and "server" not in response.headers


def test_cookies_of_one_client_do_not_reach_another(gateway: GatewayProcess) -> None:
    httpx.get(f"{gateway.url}/first")

    echo = httpx.get(f"{gateway.url}/second").json()

    assert not [name for name, _ in echo["headers"] if name == "cookie"]


def test_status_and_methods_pass(gateway: GatewayProcess) -> None:
    assert httpx.get(f"{gateway.url}/teapot").status_code == 418
    assert httpx.head(f"{gateway.url}/x").status_code == 200
    assert httpx.get(f"{gateway.url}/v1/models").json()["path"] == "/v1/models"
    assert httpx.get(f"{gateway.url}/v1/chat/completions").json()["method"] == "GET"


def test_web_hears_of_an_upload_when_it_is_whole(gateway: GatewayProcess, web: StubWeb) -> None:
    """So that no slow client holds one of its threads."""
    web.first_bytes_at.clear()
    sent = hashlib.sha256()

    def body() -> Iterator[bytes]:
        for _ in range(6):
            part = os.urandom(512 * 1024)
            sent.update(part)
            yield part
        assert web.first_bytes_at == []

    answer = httpx.post(f"{gateway.url}/v1/files", content=body(), timeout=20).json()

    assert answer == {"bytes": 6 * 512 * 1024, "sha256": sent.hexdigest()}


def test_upload_beyond_the_bound_is_refused_before_it_is_sent(gateway: GatewayProcess, web: StubWeb) -> None:
    head = b"POST /v1/files HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n%s\r\n"

    for size, kind in (
        (9 * 1024**2, b""),
        (600 * 1024**2, b"Content-Type: multipart/form-data; boundary=b\r\n"),
    ):
        answer = raw(gateway, head % (size, kind))
        assert answer.startswith(b"HTTP/1.1 413") and b'"type":"invalid_request_error"' in answer


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


def test_trailers_are_no_headers(gateway: GatewayProcess) -> None:
    """One that came behind a proxy's X-Forwarded-For would be believed before it."""
    head = b"POST /page HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"

    answer = raw(gateway, head + b"2\r\nhi\r\n0\r\nCookie: sessionid=s\r\nX-Late: 1\r\n\r\n")

    echo = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert echo["body"] == "hi"
    assert not {"cookie", "x-late"} & {name for name, _ in echo["headers"]}


def assert_cut_off(gateway: GatewayProcess, head: bytes, part: bytes) -> None:
    """Send the head, then the part again and again: the connection ends long before 100 MB."""
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as connection:
        connection.sendall(head)
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            for _ in range(100_000_000 // len(part)):
                connection.sendall(part)


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (b"GET /page HTTP/1.1\r\nHost: x\r\n", b"X-Filler: 1\r\n" * 1000),
        (b"GET /page HTTP/1.1\r\nHost: x\r\nX-Filler: ", b"x" * 10_000),
        (b"GET /", b"x" * 10_000),
        (CHUNKED + b"2\r\nhi\r\n0\r\n", b"X-Filler: 1\r\n" * 1000),
        (CHUNKED + b"2\r\nhi\r\n0\r\nX-Filler: ", b"x" * 10_000),
        (CHUNKED + b"2;filler=", b"x" * 10_000),
    ],
)
def test_what_is_not_body_is_bounded(gateway: GatewayProcess, head: bytes, part: bytes) -> None:
    assert_cut_off(gateway, head, part)


def test_head_below_the_bound_is_read(tenant: Tenant) -> None:
    answer = tenant.post("chat/completions", b"?", headers={"X-Filler": "x" * 60_000})

    assert answer.status_code == 400 and "JSON" in answer.json()["error"]["message"]


def test_body_in_small_chunks_is_no_head(gateway: GatewayProcess) -> None:
    answer = httpx.post(f"{gateway.url}/v1/files", content=(b"x" for _ in range(50_000)), timeout=30)

    assert answer.json()["bytes"] == 50_000


@pytest.mark.parametrize(
    "target", [b"/v1/files?after=\xff", b"/v1/files?\xc3\xa9", b"/v1/\xff", b"/v1/%ff", b"/v1/%zz"]
)
def test_target_in_no_encoding_is_answered_as_json(gateway: GatewayProcess, target: bytes) -> None:
    answer = raw(gateway, b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert b"content-type: application/json" in answer.lower()
    assert answer[9:12] in (b"200", b"400", b"404")


async def test_bug_of_ours_is_answered_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = GatewaySettings(
        redis_url="x", key_pepper="x", web_url="http://x", engine_token="x", state_dir=tmp_path
    )
    forwarder, sent = Forwarder(settings), list[Any]()
    monkeypatch.setattr(forwarder, "_request", lambda *_: 1 / 0)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/v1/files", "headers": [], "client": ("192.0.2.1", 1)}
    with pytest.raises(ZeroDivisionError):
        await forwarder.handle(scope, receive, send)
    await forwarder.close()

    assert sent[0]["status"] == 500 and json.loads(sent[1]["body"])["error"]["type"] == "server_error"
