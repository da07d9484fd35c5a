"""Calls that work, through the official client and a gateway that listens."""

import re

import openai
import pytest

from tests.workers.gateway.platform import ADAPTER, PRICE, Platform, Tenant, cost
from tests.workers.gateway.stub_engine import StubEngine

HELLO = [{"role": "user", "content": "Hello"}]


def test_chat_in_one_piece_is_billed_as_the_engine_counted(tenant: Tenant, engine: StubEngine) -> None:
    engine.script.tokens, engine.script.prompt_tokens, engine.script.cached_tokens = [2, 3], 11, 4

    raw = tenant.client().chat.completions.with_raw_response.create(model="nano", messages=HELLO)
    answer = raw.parse()

    assert answer.id.startswith("chatcmpl-") and answer.id != "chatcmpl-engine"
    assert (answer.model, answer.choices[0].message.content) == ("nano", "w0 w1 ")
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (11, 5)
    assert answer.usage.prompt_tokens_details.cached_tokens == 4
    [event] = tenant.settled()
    assert (event.input_tokens, event.cached_tokens, event.output_tokens) == (11, 4, 5)
    assert (event.status, event.operation, event.price_version) == ("completed", "chat.completions", 3)
    assert event.request_id == raw.headers["x-request-id"]
    assert raw.headers["x-finery-cost-micro-usd"] == str(cost(event)) == str(14 + 2 + 50)
    assert int(raw.headers["x-ratelimit-remaining-requests"]) == 9_999


def test_stream_has_our_id_and_name_and_hides_usage(tenant: Tenant, engine: StubEngine) -> None:
    engine.script.tokens = [1, 2, 3]
    model = tenant.route("ft:nano:acme::ab12cd34", "nano")

    chunks = list(tenant.client().chat.completions.create(model=model, messages=HELLO, stream=True))

    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "w0 w1 w2 "
    assert {chunk.model for chunk in chunks} == {model}
    assert len({chunk.id for chunk in chunks}) == 1 and chunks[0].id.startswith("chatcmpl-")
    assert all(chunk.usage is None for chunk in chunks)
    [event] = tenant.settled()
    assert (event.adapter, event.base_model, event.model, event.output_tokens) == (ADAPTER, "nano", model, 6)


@pytest.mark.parametrize("glue", [False, True])
def test_stream_with_usage_ends_with_it(tenant: Tenant, engine: StubEngine, glue: bool) -> None:
    engine.script.cached_tokens, engine.script.glue = 3, glue

    options = {"include_usage": True}
    stream = tenant.client().chat.completions.create(
        model="nano", messages=HELLO, stream=True, stream_options=options
    )
    chunks = list(stream)

    assert all(chunk.usage is None for chunk in chunks[:-1])
    assert (chunks[-1].choices, chunks[-1].usage.total_tokens) == ([], 10)
    assert chunks[-1].usage.prompt_tokens_details.cached_tokens == 3
    [event] = tenant.settled()
    assert (event.input_tokens, event.cached_tokens, event.output_tokens) == (7, 3, 3)


def test_several_choices_are_counted_together(tenant: Tenant, engine: StubEngine) -> None:
    engine.script.choices, engine.script.tokens = 3, [2, 1]

    list(tenant.client().chat.completions.create(model="nano", messages=HELLO, stream=True, n=3))

    [event] = tenant.settled()
    assert (event.input_tokens, event.output_tokens) == (7, 9)


def test_engine_is_sent_only_what_we_build(tenant: Tenant, platform: Platform, engine: StubEngine) -> None:
    other = platform.tenant()
    for caller in (tenant, other):
        caller.client().chat.completions.create(
            model="nano",
            messages=[{"role": "developer", "content": [{"type": "text", "text": "Be kind."}]}, *HELLO],
            max_tokens=9,
            temperature=0,
            user="somebody",
            metadata={"a": "b"},
            stream=True,
            extra_headers={"X-Secret": "of the client"},
        ).close()

    first, second = engine.requests
    assert set(first) == {
        "model", "messages", "stream", "max_completion_tokens", "temperature", "cache_salt", "stream_options"
    }  # fmt: skip
    assert first["stream_options"] == {"include_usage": True, "continuous_usage_stats": True}
    assert first["messages"][0] == {"role": "system", "content": [{"type": "text", "text": "Be kind."}]}
    assert first["cache_salt"] != second["cache_salt"]
    assert re.fullmatch(r"[0-9a-f]{64}", first["cache_salt"])  # vLLM refuses "/" and "@"
    assert "x-secret" not in engine.headers[0] and tenant.key not in str(engine.headers)


def test_completions_default_to_sixteen_tokens(tenant: Tenant, engine: StubEngine) -> None:
    answer = tenant.client().completions.create(model="nano", prompt="Once")

    assert (answer.object, answer.choices[0].text) == ("text_completion", "w0 w1 w2 ")
    assert engine.requests[0]["max_tokens"] == 16
    assert tenant.settled()[0].operation == "completions"


def test_embeddings_bill_input_only(tenant: Tenant, engine: StubEngine) -> None:
    answer = tenant.client().embeddings.create(model="mini", input=["a", "b"])

    assert answer.data[0].embedding == [0.5, 0.25]
    assert engine.requests[0]["encoding_format"] == "base64"
    [event] = tenant.settled()
    assert (event.input_tokens, event.output_tokens, cost(event)) == (7, 0, 7 * PRICE.input // 1_000_000)


def test_classifier_answers_under_its_public_name(tenant: Tenant, engine: StubEngine) -> None:
    model = tenant.route("ft:mini:acme:mood:ab12cd34", "mini", "classification")

    answer = tenant.post("classify", {"model": model, "input": "fine"}).json()

    assert (answer["model"], answer["data"][0]["label"]) == (model, "yes")
    assert engine.requests[0] == {"model": ADAPTER, "input": ["fine"]}
    assert tenant.settled()[0].operation == "classify"


def test_bare_encoder_classifies_by_labels(tenant: Tenant, engine: StubEngine) -> None:
    refused = tenant.post("classify", {"model": "mini", "input": "fine"})
    answer = tenant.post("classify", {"model": "mini", "input": "fine", "labels": ["good", "bad"]})

    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "labels")
    assert answer.status_code == 200 and engine.requests[0]["labels"] == ["good", "bad"]
    tenant.settled()


def test_answer_of_the_sdk_can_be_sent_back(tenant: Tenant) -> None:
    client = tenant.client()
    answer = client.chat.completions.create(model="nano", messages=HELLO)

    again = [*HELLO, answer.choices[0].message, {"role": "user", "content": "And?"}]
    client.chat.completions.create(model="nano", messages=again)

    tenant.settled(2)


def test_async_client_works_too(tenant: Tenant) -> None:
    import asyncio

    async def ask() -> list[str]:
        async with openai.AsyncOpenAI(
            api_key=tenant.key, base_url=f"{tenant.platform.gateway_url}/v1", max_retries=0
        ) as client:
            stream = await client.chat.completions.create(model="nano", messages=HELLO, stream=True)
            return [chunk.choices[0].delta.content async for chunk in stream]

    assert asyncio.run(ask()) == ["", "w0 ", "w1 ", "w2 ", None]
    tenant.settled()
