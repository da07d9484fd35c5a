"""Bounds of a key, over real connections. Whatever is refused leaves the wallet and the limits untouched."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest

from kernel.contracts import KeyEntry
from kernel.ids import new_id
from kernel.keys import key_hash, new_key
from kernel.policy import KEY_SCOPES, Action
from tests.workers.gateway.conftest import GatewayProcess
from tests.workers.gateway.platform import (
    PEPPER,
    Platform,
    Tenant,
    assert_nothing_counted,
    assert_nothing_happened,
    error_of,
)
from tests.workers.gateway.stub_engine import StubEngine

CHAT: dict[str, Any] = {"model": "nano", "messages": [{"role": "user", "content": "Hello"}]}
CALLS = [
    ("chat/completions", CHAT),
    ("completions", {"model": "nano", "prompt": "x"}),
    ("embeddings", {"model": "mini", "input": "x"}),
    ("classify", {"model": "mini", "input": "x", "labels": ["a", "b"]}),
]
FROM_ELSEWHERE = "Requests with this API key are not allowed from this address."


def assert_refused(response: httpx.Response, tenant: Tenant, engine: StubEngine) -> dict[str, Any]:
    error = error_of(response)
    assert (response.status_code, error["code"]) == (403, "insufficient_permissions")
    assert error["type"] == "invalid_request_error"
    assert_nothing_happened(tenant, engine)
    assert_nothing_counted(tenant)
    assert_nothing_counted(tenant, "mini")
    return error


@pytest.mark.parametrize("scopes", [(), ("model.request",), tuple(sorted(KEY_SCOPES))])
def test_key_with_the_scope_may_call(tenant: Tenant, scopes: tuple[str, ...]) -> None:
    caller = tenant.with_key(scopes=scopes)

    assert caller.post("chat/completions", CHAT).status_code == 200
    caller.settled()


@pytest.mark.parametrize(("path", "body"), CALLS)
def test_key_without_the_scope_is_told_which(
    tenant: Tenant, engine: StubEngine, path: str, body: dict[str, Any]
) -> None:
    caller = tenant.with_key(scopes=tuple(sorted(KEY_SCOPES - {Action.MODEL_REQUEST})))

    error = assert_refused(caller.post(path, body), tenant, engine)

    assert "Missing scopes: model.request." in error["message"]


@pytest.mark.parametrize(
    "scope", ["", "model", "model.*", "*", "Model.Request", "model.request ", "job.read"]
)
def test_only_the_very_scope_counts(tenant: Tenant, engine: StubEngine, scope: str) -> None:
    assert_refused(tenant.with_key(scopes=(scope,)).post("chat/completions", CHAT), tenant, engine)


def test_key_of_some_models_does_not_tell_which_others_exist(tenant: Tenant, engine: StubEngine) -> None:
    own, other = (
        tenant.route("ft:nano:acme::own00000", "nano"),
        tenant.route("ft:nano:acme::other000", "nano"),
    )
    caller = tenant.with_key(models=(own,))

    messages = []
    for model in (other, "nano", "ft:nano:acme::none0000", own.upper(), f"{own} "):
        error = assert_refused(caller.post("chat/completions", CHAT | {"model": model}), tenant, engine)
        assert error["param"] == "model" and model in error["message"]
        messages.append(error["message"].replace(model, "?"))

    assert len(set(messages)) == 1
    assert caller.post("chat/completions", CHAT | {"model": own}).status_code == 200
    caller.settled()


def test_listed_model_that_is_missing_is_404(tenant: Tenant, engine: StubEngine) -> None:
    caller = tenant.with_key(models=("ft:nano:acme::gone0000",))

    response = caller.post("chat/completions", CHAT | {"model": "ft:nano:acme::gone0000"})

    assert (response.status_code, error_of(response)["code"]) == (404, "model_not_found")
    assert_nothing_happened(tenant, engine)


def post_from(address: str, caller: Tenant, forwarded: str = "") -> httpx.Response:
    """Call from one of the loopback's many addresses."""
    transport = httpx.HTTPTransport(local_address=address)
    headers = {"Authorization": f"Bearer {caller.key}"}
    if forwarded:
        headers["X-Forwarded-For"] = forwarded
    url = f"{caller.platform.gateway_url}/v1/chat/completions"
    with httpx.Client(transport=transport) as client:
        return client.post(url, json=CHAT, headers=headers)


def test_key_works_from_its_networks_only(tenant: Tenant, engine: StubEngine) -> None:
    caller = tenant.with_key(networks=("198.51.100.0/24", "127.0.0.4/30", "2001:db8::/32"))

    for address in ("127.0.0.1", "127.0.0.3", "127.0.0.8"):
        error = assert_refused(post_from(address, caller, "127.0.0.5"), tenant, engine)
        assert error["message"] == FROM_ELSEWHERE
    for address in ("127.0.0.4", "127.0.0.7"):
        assert post_from(address, caller).status_code == 200
    caller.settled(2)


@pytest.mark.parametrize("network", ["", "everywhere", "127.0.0.1/40", "127.0.0.1/8"])
def test_unreadable_network_refuses_and_leaves_other_keys_alone(
    tenant: Tenant, engine: StubEngine, network: str
) -> None:
    caller = tenant.with_key(networks=(network,))

    assert_refused(caller.post("chat/completions", CHAT), tenant, engine)
    assert tenant.post("chat/completions", CHAT).status_code == 200
    tenant.settled()


def test_address_is_refused_before_anything_is_read(tenant: Tenant, engine: StubEngine) -> None:
    """Nothing of the key's other bounds, of the body or of the models is told to somebody elsewhere."""
    caller = tenant.with_key(networks=("198.51.100.0/24",), scopes=("file.read",), models=("x",))

    for body in (CHAT, b"{", b" " * (9 * 1024 * 1024), CHAT | {"model": "none"}):
        assert (
            assert_refused(caller.post("chat/completions", body), tenant, engine)["message"] == FROM_ELSEWHERE
        )


@pytest.fixture(scope="module")
def behind_proxies(platform: Platform, make_gateway: Callable[..., GatewayProcess]) -> Iterator[str]:
    gateway = make_gateway(trusted_proxies="127.0.0.2/32,127.0.1.0/24", sweep_seconds="0.5")
    yield gateway.url
    gateway.stop()


def test_trusted_proxy_speaks_for_its_client(tenant: Tenant, engine: StubEngine, behind_proxies: str) -> None:
    caller = tenant.with_key(networks=("198.51.100.0/24",)).at(behind_proxies)

    refused = [
        ("127.0.0.2", ""),
        ("127.0.0.2", "203.0.113.9"),
        ("127.0.0.2", "198.51.100.7, 203.0.113.9"),
        ("127.0.0.2", "198.51.100.7, evil"),
        ("127.0.0.2", "127.0.1.1"),
        ("127.0.0.1", "198.51.100.7"),
        ("127.0.0.3", "198.51.100.7, 127.0.0.2"),
    ]
    for address, forwarded in refused:
        assert_refused(post_from(address, caller, forwarded), tenant, engine)
    allowed = ["198.51.100.7", "6.6.6.6, 198.51.100.7", "198.51.100.7, 127.0.1.9", "::ffff:198.51.100.7"]
    for forwarded in allowed:
        assert post_from("127.0.0.2", caller, forwarded).status_code == 200
    caller.settled(len(allowed))


def test_trailer_does_not_speak_for_the_proxy(
    tenant: Tenant, engine: StubEngine, behind_proxies: str
) -> None:
    caller = tenant.with_key(networks=("198.51.100.0/24",)).at(behind_proxies)
    body = msgspec.json.encode(CHAT)
    request = (
        b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer %s\r\n"
        b"X-Forwarded-For: 203.0.113.9\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n"
        b"X-Forwarded-For: 198.51.100.7\r\n\r\n"
    ) % (caller.key.encode(), len(body), body)
    port = int(behind_proxies.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 5, source_address=("127.0.0.2", 0)) as connection:
        connection.sendall(request)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 403")
    assert_nothing_happened(tenant, engine)


def test_web_is_told_the_same_address(gateway: GatewayProcess, behind_proxies: str) -> None:
    def told(url: str, address: str, forwarded: str) -> list[str]:
        with httpx.Client(transport=httpx.HTTPTransport(local_address=address)) as client:
            echo = client.get(f"{url}/page", headers={"X-Forwarded-For": forwarded}).json()
        return [value for name, value in echo["headers"] if name == "x-forwarded-for"]

    assert told(behind_proxies, "127.0.0.2", "6.6.6.6, 198.51.100.7, 127.0.1.9") == ["198.51.100.7"]
    assert told(behind_proxies, "127.0.0.2", "198.51.100.7, <b>") == ["127.0.0.2"]
    assert told(behind_proxies, "127.0.0.3", "198.51.100.7") == ["127.0.0.3"]
    assert told(gateway.url, "127.0.0.2", "198.51.100.7") == ["127.0.0.2"]


def test_networks_of_ipv6(
    tenant: Tenant, engine: StubEngine, make_gateway: Callable[..., GatewayProcess]
) -> None:
    gateway = make_gateway(host="::1", sweep_seconds="0.5")
    inside, outside = tenant.with_key(networks=("::1",)), tenant.with_key(networks=("::2/128", "0.0.0.0/0"))

    assert_refused(outside.at(gateway.url).post("chat/completions", CHAT), tenant, engine)
    assert inside.at(gateway.url).post("chat/completions", CHAT).status_code == 200
    tenant.settled()
    gateway.stop()


@pytest.mark.parametrize("is_published", [False, True])
def test_admin_key_calls_no_model(tenant: Tenant, engine: StubEngine, is_published: bool) -> None:
    key_id = new_id("key_")
    key = new_key(key_id, is_admin=True)
    if is_published:  # by mistake
        entry = KeyEntry(key_id=key_id, tenant_id=tenant.id, project_id=tenant.project_id)
        tenant.platform.publish("keys", key_hash(key, PEPPER), entry)
        tenant.with_key()

    response = tenant.post("chat/completions", CHAT, headers={"Authorization": f"Bearer {key}"})

    assert (response.status_code, error_of(response)["code"]) == (401, "invalid_api_key")
    assert "An admin API key cannot call models" in error_of(response)["message"]
    assert_nothing_happened(tenant, engine)
    assert_nothing_counted(tenant)


def test_changed_bounds_take_hold_within_a_second(tenant: Tenant) -> None:
    assert tenant.post("chat/completions", CHAT).status_code == 200

    networks = ("198.51.100.0/24",)
    entry = KeyEntry(key_id="key_1", tenant_id=tenant.id, project_id=tenant.project_id, networks=networks)
    tenant.platform.publish("keys", key_hash(tenant.key, PEPPER), entry)

    changed_at = time.monotonic()
    while tenant.post("chat/completions", b"?").status_code != 403:
        assert time.monotonic() - changed_at < 1.0
