"""The headers of answers, what a client may say of itself, and what it sees while it waits."""

from collections.abc import Callable, Iterator

import httpx
import openai
import pytest

from tests.workers.gateway.conftest import GatewayProcess
from tests.workers.gateway.platform import Platform, Tenant, assert_nothing_happened, error_of
from tests.workers.gateway.stub_engine import StubEngine

CHAT = {"model": "nano", "messages": [{"role": "user", "content": "Hello"}]}
OWN = {"x-request-id", "openai-version", "openai-organization", "openai-project", "openai-processing-ms"}


@pytest.mark.parametrize("change", [{}, {"stream": True}, {"banana": 1}, {"model": "none"}])
def test_every_answer_says_whose_call_it_was(tenant: Tenant, change: dict[str, object]) -> None:
    headers = tenant.post("chat/completions", CHAT | change).headers

    assert set(headers) >= OWN
    assert headers["openai-version"] == "2020-10-01"
    assert headers["openai-organization"] == tenant.id
    assert headers["openai-project"] == tenant.project_id


def test_an_empty_wallets_429_says_what_the_limits_leave(platform: Platform) -> None:
    headers = platform.tenant(balance=1, rpm=9).post("chat/completions", CHAT).headers

    assert headers["x-ratelimit-remaining-requests"] == headers["x-ratelimit-limit-requests"] == "9"


@pytest.mark.parametrize(
    ("name", "code"),
    [("OpenAI-Organization", "mismatched_organization"), ("OpenAI-Project", "mismatched_project")],
)
def test_a_key_of_somebody_else_than_named_is_refused(
    tenant: Tenant, engine: StubEngine, name: str, code: str
) -> None:
    refused = tenant.post("chat/completions", CHAT, headers={name: "org-somebody"})

    assert (refused.status_code, error_of(refused)["code"]) == (401, code)
    assert_nothing_happened(tenant, engine)


def test_the_clients_own_organization_and_project_are_fine(tenant: Tenant) -> None:
    client = tenant.client(organization=tenant.id, project=tenant.project_id)

    client.chat.completions.create(**CHAT)

    assert tenant.post("chat/completions", CHAT, headers={"OpenAI-Organization": ""}).status_code == 200
    tenant.settled(2)


@pytest.mark.parametrize("path", ["chat/completions", "completions", "embeddings", "classify"])
def test_a_page_may_ask_and_read(tenant: Tenant, gateway: GatewayProcess, path: str) -> None:
    asks = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    allowed = httpx.options(f"{gateway.url}/v1/{path}", headers=asks)
    refused = httpx.post(f"{gateway.url}/v1/{path}", json={}, headers={"Origin": "null"})

    assert allowed.status_code == 200 and allowed.content == b""
    assert allowed.headers["access-control-allow-headers"] == "authorization, *"
    assert refused.status_code == 401
    for answer in (allowed, refused):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


def test_who_is_no_page_is_told_nothing_of_pages(tenant: Tenant) -> None:
    assert not [name for name in tenant.post("completions", {}).headers if name.startswith("access-control")]


@pytest.fixture(scope="module")
def impatient(make_gateway: Callable[..., GatewayProcess]) -> Iterator[GatewayProcess]:
    yield make_gateway(headers_seconds="0.05", heartbeat_seconds="0.05")


def test_a_silent_stream_has_headers_and_comments_before_its_first_token(
    tenant: Tenant, engine: StubEngine, impatient: GatewayProcess
) -> None:
    engine.script.hang_after = 0
    headers = {"Authorization": f"Bearer {tenant.at(impatient.url).key}"}
    url = f"{impatient.url}/v1/chat/completions"

    with httpx.stream("POST", url, json=CHAT | {"stream": True}, headers=headers, timeout=30) as stream:
        first = next(stream.iter_lines())

    assert stream.status_code == 200 and stream.headers["content-type"].startswith("text/event-stream")
    assert first == ": waiting"
    assert tenant.settled(0) == []


def test_the_official_client_reads_over_comments(
    tenant: Tenant, engine: StubEngine, impatient: GatewayProcess
) -> None:
    engine.script.pause_seconds = 0.2

    stream = tenant.at(impatient.url).client().chat.completions.create(**CHAT, stream=True)

    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == "w0 w1 w2 "
    assert tenant.settled()[0].output_tokens == 3


def test_an_engine_that_dies_after_the_headers_ends_the_stream_with_an_error(
    tenant: Tenant, engine: StubEngine, impatient: GatewayProcess
) -> None:
    engine.script.pause_seconds, engine.script.die_after = 0.3, 1

    with pytest.raises(openai.APIError):
        list(tenant.at(impatient.url).client().chat.completions.create(**CHAT, stream=True))

    assert tenant.settled(0) == []  # the role alone is worth nothing
