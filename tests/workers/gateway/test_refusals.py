"""Calls that are refused, in OpenAI's words; each leaves the wallet, the limits and the engine untouched."""

import json
import time
from dataclasses import replace
from typing import Any

import httpx
import openai
import pytest

from kernel import redis_names
from kernel.ids import new_id
from kernel.keys import new_key
from tests.workers.gateway.conftest import GatewayProcess
from tests.workers.gateway.platform import CONTEXT, Platform, Tenant, assert_nothing_happened, error_of
from tests.workers.gateway.stub_engine import StubEngine

HELLO = [{"role": "user", "content": "Hello"}]
CHAT = {"model": "nano", "messages": HELLO}


def test_wrong_key_gets_openais_words(gateway: GatewayProcess) -> None:
    key = new_key(new_id("key_"))
    client = openai.OpenAI(api_key=key, base_url=f"{gateway.url}/v1")

    with pytest.raises(openai.AuthenticationError) as caught:
        client.chat.completions.create(model="nano", messages=HELLO)

    assert caught.value.code == "invalid_api_key"
    assert f"Incorrect API key provided: {key[:7]}...{key[-4:]}." in caught.value.message
    assert key not in caught.value.message


@pytest.mark.parametrize(
    "value",
    [None, "", "Bearer", "Basic Zm9v", "' OR '1'='1", "Bearer ' OR '1'='1", "Bearer sk-fin-short",
     "Bearer sk-fin-" + "a" * 49, "Bearer \xff\xfe", "Bearer a b", "Bearer " + "k" * 30_000],
)  # fmt: skip
def test_hostile_credentials_get_401(gateway: GatewayProcess, value: str | None) -> None:
    headers = {} if value is None else {b"Authorization": value.encode("latin-1")}

    response = httpx.post(f"{gateway.url}/v1/chat/completions", json=CHAT, headers=headers)

    assert response.status_code == 401
    error = error_of(response)
    assert error["type"] == "invalid_request_error"
    if not value:
        assert error["message"].startswith(
            "You didn't provide an API key. You need to provide your API key in"
        )


def test_two_keys_in_one_request_are_none(tenant: Tenant, gateway: GatewayProcess) -> None:
    headers = [
        ("Authorization", f"Bearer {tenant.key}"),
        ("Authorization", f"Bearer {new_key(new_id('key_'))}"),
    ]

    response = httpx.post(f"{gateway.url}/v1/chat/completions", json=CHAT, headers=headers)

    assert response.status_code == 401


def test_revoked_key_is_refused_within_a_second(platform: Platform, engine: StubEngine) -> None:
    for _ in range(5):  # some find their way by the push, some by the poll
        tenant = platform.tenant()
        assert tenant.post("chat/completions", CHAT).status_code == 200

        tenant.revoke()
        revoked_at = time.monotonic()
        while tenant.post("chat/completions", CHAT).status_code != 401:
            assert time.monotonic() - revoked_at < 1.0


def test_lost_push_is_noticed_within_a_second(tenant: Tenant, platform: Platform) -> None:
    from kernel.keys import key_hash
    from tests.workers.gateway.platform import PEPPER

    platform.store.hdel(redis_names.snapshot_table("keys"), key_hash(tenant.key, PEPPER))
    platform.store.incr(redis_names.SNAPSHOT_VERSION)  # and nothing on the channel

    revoked_at = time.monotonic()
    while tenant.post("chat/completions", b"?").status_code != 401:
        assert time.monotonic() - revoked_at < 1.0


def test_another_tenants_model_is_as_missing_as_none(tenant: Tenant, platform: Platform) -> None:
    model = "ft:nano:rival::zz99zz99"
    missing = tenant.post("chat/completions", CHAT | {"model": model})
    rival = platform.tenant()
    rival.route(model, "nano")

    foreign = tenant.post("chat/completions", CHAT | {"model": model})

    assert (missing.status_code, foreign.status_code) == (404, 404)
    assert missing.content == foreign.content
    assert error_of(missing) == {
        "message": f"The model `{model}` does not exist or you do not have access to it.",
        "type": "invalid_request_error",
        "param": None,
        "code": "model_not_found",
    }
    assert rival.post("chat/completions", CHAT | {"model": model}).status_code == 200


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"chat_template": "{{ 1 }}"}, "chat_template"),
        ({"chat_template_kwargs": {}}, "chat_template_kwargs"),
        ({"lora_path": "/"}, "lora_path"),
        ({"cache_salt": "x"}, "cache_salt"),
        ({"priority": -1}, "priority"),
        ({"kv_transfer_params": {}}, "kv_transfer_params"),
        ({"prompt_embeds": "x"}, "prompt_embeds"),
        ({"vllm_xargs": None}, "vllm_xargs"),
        ({"ignore_eos": True}, "ignore_eos"),
        ({"tools": [{"type": "function"}]}, "tools"),
        ({"tool_choice": "auto"}, "tool_choice"),
        ({"web_search_options": {}}, "web_search_options"),
        ({"modalities": ["text", "audio"]}, "modalities"),
        ({"reasoning_effort": "low"}, "reasoning_effort"),
        ({"store": True}, "store"),
        ({"service_tier": "flex"}, "service_tier"),
        ({"n": 9}, "n"),
        ({"n": 0}, "n"),
        ({"n": True}, "n"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": "5"}, "max_tokens"),
        ({"max_tokens": 5, "max_completion_tokens": 5}, "max_tokens"),
        ({"temperature": 2.1}, "temperature"),
        ({"top_p": -0.1}, "top_p"),
        ({"stop": ["a"] * 5}, "stop"),
        ({"stop": ""}, "stop"),
        ({"presence_penalty": 3}, "presence_penalty"),
        ({"top_logprobs": 21, "logprobs": True}, "top_logprobs"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"logit_bias": {"x": 1}}, "logit_bias"),
        ({"logit_bias": {"99999999": 1}}, "logit_bias"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"stream": True, "stream_options": {"continuous_usage_stats": True}},
         "stream_options.continuous_usage_stats"),
        ({"response_format": {"type": "structural_tag"}}, "response_format"),
        ({"response_format": {"type": "json_schema", "json_schema": {
            "name": "x", "schema": {"properties": {"a": {"pattern": "(?=a+)+$"}}}}}},
         "response_format.json_schema"),
        ({"messages": []}, "messages"),
        ({"messages": "hi"}, "messages"),
        ({"messages": [*HELLO, {"role": "robot", "content": "x"}]}, "messages[1].role"),
        ({"messages": [*HELLO, {"role": "user"}]}, "messages[1].content"),
        ({"messages": [*HELLO, {"role": "user", "content": None}]}, "messages[1].content"),
        ({"messages": [*HELLO, {"role": "user", "content": "x", "cache": 1}]}, "messages[1].cache"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x"}}]}]},
         "messages[0].content[0].type"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content[0]"),
        ({"messages": [1]}, "messages[0]"),
        ({"model": None}, "model"),
    ],
)  # fmt: skip
def test_bad_field_is_named(tenant: Tenant, engine: StubEngine, change: dict[str, Any], param: str) -> None:
    response = tenant.post("chat/completions", CHAT | change)

    assert (response.status_code, error_of(response)["param"]) == (400, param)
    assert_nothing_happened(tenant, engine)


def test_unknown_field_in_openais_words(tenant: Tenant) -> None:
    error = error_of(tenant.post("chat/completions", CHAT | {"banana": 1}))

    assert error["message"] == "Unrecognized request argument supplied: banana"


@pytest.mark.parametrize(
    ("body", "says"),
    [(b'{"model": }', "byte 10"), (b"", "JSON"), (b"[]", "not a JSON object"), (b"\xff\xff", "JSON"),
     (b"[" * 100_000, "JSON"), (b'{"model": "\\ud800"}', "JSON"), (b'{"a": 1' + b"0" * 5000 + b"}", "")],
)  # fmt: skip
def test_body_that_is_no_json_object(tenant: Tenant, engine: StubEngine, body: bytes, says: str) -> None:
    response = tenant.post("chat/completions", body)

    assert response.status_code == 400 and says in error_of(response)["message"]
    assert_nothing_happened(tenant, engine)


def test_body_over_the_limit_is_413(tenant: Tenant, engine: StubEngine) -> None:
    response = tenant.post("chat/completions", b" " * (9 * 1024 * 1024))

    assert response.status_code == 413
    assert_nothing_happened(tenant, engine)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("chat/completions", {"model": "mini", "messages": HELLO}),
        ("completions", {"model": "mini", "prompt": "x"}),
        ("embeddings", {"model": "nano", "input": "x"}),
        ("classify", {"model": "nano", "input": "x"}),
        ("embeddings", {"model": "mini", "input": [1, 2]}),
        ("embeddings", {"model": "mini", "input": ["a", ""]}),
        ("embeddings", {"model": "mini", "input": []}),
        ("embeddings", {"model": "mini", "input": "x", "dimensions": 0}),
        ("completions", {"model": "nano", "prompt": [1, 2, 3]}),
        ("completions", {"model": "nano", "prompt": "x", "logprobs": 6}),
        ("completions", {"model": "nano", "prompt": "x", "best_of": 2}),
        ("completions", {"model": "nano", "prompt": "x", "echo": True}),
        ("completions", {"model": "nano", "prompt": ["x"] * 32, "n": 8}),
        ("classify", {"model": "mini", "input": "x", "labels": ["a", "a"]}),
    ],
)
def test_wrong_operation_or_input(
    tenant: Tenant, engine: StubEngine, path: str, body: dict[str, Any]
) -> None:
    response = tenant.post(path, body)

    assert response.status_code == 400 and error_of(response)["param"]
    assert_nothing_happened(tenant, engine)


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_max_tokens_beyond_the_context(tenant: Tenant, engine: StubEngine, name: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        tenant.client().chat.completions.create(**CHAT, **{name: CONTEXT})

    assert (caught.value.code, caught.value.param) == ("context_length_exceeded", name)
    assert_nothing_happened(tenant, engine)


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("chat/completions", CHAT, "messages"),
        ("completions", {"model": "nano", "prompt": "x"}, "prompt"),
        ("embeddings", {"model": "mini", "input": "x"}, "input"),
        ("classify", {"model": "mini", "input": "x", "labels": ["a", "b"]}, "input"),
    ],
)
def test_engines_word_on_length_is_openais_code_and_names_the_field(
    tenant: Tenant, engine: StubEngine, path: str, body: dict[str, Any], param: str
) -> None:
    engine.script.status = 400
    message = (
        "This model's maximum context length is 512 tokens. However, your prompt contains 600 input tokens"
    )
    engine.script.body = {
        "error": {
            "message": f"{message} (parameter=input_tokens, value=600)",
            "param": "input_tokens",
            "code": 400,
        }
    }

    error = error_of(tenant.post(path, body))

    assert (error["code"], error["param"], error["message"]) == ("context_length_exceeded", param, message)
    assert tenant.settled(0) == []


def test_a_value_out_of_a_list_is_told_the_list(tenant: Tenant) -> None:
    message = error_of(tenant.post("chat/completions", CHAT | {"service_tier": "flex"}))["message"]

    assert message == "Invalid value for 'service_tier': expected one of 'auto', 'default'."


def test_engines_internal_name_is_never_shown(tenant: Tenant, engine: StubEngine) -> None:
    model = tenant.route("ft:nano:acme::name0000", "nano")
    engine.script.status = 400
    engine.script.body = {"error": {"message": "adp_01abc@0123456789ab: bad", "param": None, "code": 400}}

    response = tenant.post("chat/completions", CHAT | {"model": model})

    assert response.status_code == 400 and "adp_" not in response.text
    assert tenant.settled(0) == []


def test_empty_wallet_is_a_quota_error_that_sdks_do_not_retry(platform: Platform, engine: StubEngine) -> None:
    tenant = platform.tenant(balance=10)

    with pytest.raises(openai.RateLimitError) as caught:
        tenant.client(max_retries=2).chat.completions.create(**CHAT)

    assert (caught.value.code, caught.value.type) == ("insufficient_quota", "insufficient_quota")
    assert (
        caught.value.message.find("You exceeded your current quota, please check your plan and billing") > 0
    )
    assert caught.value.response.headers["x-should-retry"] == "false"
    assert_nothing_happened(tenant, engine)
    assert not platform.store.exists(redis_names.rate(tenant.id, int(time.time() // 60)))


def test_unknown_wallet_fails_closed(platform: Platform, engine: StubEngine) -> None:
    tenant = platform.tenant(balance=None)

    response = tenant.post("chat/completions", CHAT)

    assert response.status_code == 503 and int(response.headers["retry-after"]) > 0
    assert tenant.wallet() == {} and engine.requests == []


def test_model_without_a_priced_base_is_refused(tenant: Tenant, engine: StubEngine) -> None:
    from kernel.contracts import RouteEntry

    entry = RouteEntry(base_model="gone", adapter="adp_1@0123456789ab", kind="causal_lora", created_at=1)
    tenant.platform.publish("routes", f"{tenant.project_id}/ft:gone", entry)
    there = replace(entry, base_model="nano")
    tenant.platform.publish("routes", f"{tenant.project_id}/ft:there", there)
    deadline = time.monotonic() + 10
    embed = {"model": "ft:there", "input": "x"}  # no model of this kind embeds: it is known, and refused
    while tenant.post("embeddings", embed).status_code == 404:
        assert time.monotonic() < deadline, "the routes never arrived"
        time.sleep(0.01)

    assert tenant.post("chat/completions", CHAT | {"model": "ft:gone"}).status_code == 404
    assert_nothing_happened(tenant, engine)


@pytest.mark.parametrize(("limits", "kind"), [({"rpm": 2}, "requests"), ({"tpm": 1}, "tokens")])
def test_rate_limit_says_when_to_come_back(
    platform: Platform, engine: StubEngine, limits: dict[str, int], kind: str
) -> None:
    tenant = platform.tenant(**limits)
    if time.time() % 60 > 55:
        time.sleep(6)  # a limit counts by the minute

    statuses = [tenant.post("chat/completions", CHAT | {"stream": True}).status_code for _ in range(2)]
    tenant.settled(statuses.count(200))
    tenant.post("chat/completions", CHAT)
    refused = tenant.post("chat/completions", CHAT)

    error = error_of(refused)
    assert (refused.status_code, error["code"], error["type"]) == (429, "rate_limit_exceeded", kind)
    assert 1 <= int(refused.headers["retry-after"]) <= 60 and "x-should-retry" not in refused.headers
    assert refused.headers[f"x-ratelimit-remaining-{kind}"] == "0"
    assert refused.headers[f"x-ratelimit-limit-{kind}"] == str(next(iter(limits.values())))
    assert refused.headers[f"x-ratelimit-reset-{kind}"].endswith("s")
    assert tenant.held() == 0


def test_unused_tokens_go_back_to_the_minute(platform: Platform, engine: StubEngine) -> None:
    tenant = platform.tenant(tpm=100_000)

    tenant.client().chat.completions.create(**CHAT)

    tenant.settled()
    now = int(time.time() // 60)
    rates = [platform.store.hget(redis_names.rate(tenant.id, minute), "tokens") for minute in (now, now - 1)]
    assert [int(found) for found in rates if found] == [10]


def test_engine_that_never_starts_is_503_and_wanted(tenant: Tenant, engine: StubEngine) -> None:
    platform = tenant.platform
    platform.base("sleepy", "vllm", engine.url, state="starting")
    time.sleep(0.3)

    response = tenant.post("chat/completions", CHAT | {"model": "sleepy"})

    assert response.status_code == 503 and response.headers["retry-after"] == "10"
    assert json.loads(platform.store.hget(redis_names.ENGINES_WANTED, "sleepy") or b"0") > time.time() - 60
    assert_nothing_happened(tenant, engine)


def test_call_waits_for_an_engine_that_starts(tenant: Tenant, engine: StubEngine) -> None:
    import threading

    platform = tenant.platform
    platform.base("early", "vllm", engine.url, state="starting")
    time.sleep(0.3)
    threading.Timer(1.0, platform.engine, ("early", engine.url, "ready")).start()

    assert tenant.post("chat/completions", CHAT | {"model": "early"}).status_code == 200
    tenant.settled()
