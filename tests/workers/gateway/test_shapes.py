"""What clients send back or spell out is taken, and what comes out has OpenAI's fields and no others."""

from typing import Any

import httpx
import msgspec
import pytest

from tests.workers.gateway.platform import Tenant
from tests.workers.gateway.stub_engine import StubEngine

HELLO = [{"role": "user", "content": "Hello"}]
CHAT = {"model": "nano", "messages": HELLO}
TEXT = {"model": "nano", "prompt": "Once"}
LOGPROBS = {"content": [{"token": "a", "logprob": -0.5, "bytes": [97], "rank": 1, "top_logprobs": []}]}
PRIVATE: dict[str, Any] = {
    "stop_reason": None,
    "token_ids": [1],
    "routed_experts": None,
    "prompt_logprobs": [],
    "kv_transfer_params": {},
}
USAGE = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}

SPELLED_OUT: dict[str, dict[str, Any]] = {
    "chat/completions": {
        "frequency_penalty": 0, "presence_penalty": 0, "logit_bias": {}, "logprobs": False, "top_logprobs": 0,
        "max_completion_tokens": None, "max_tokens": None, "metadata": {}, "modalities": ["text"], "n": 1,
        "parallel_tool_calls": True, "prediction": None, "reasoning_effort": "none", "verbosity": "medium",
        "response_format": {"type": "text"}, "seed": None, "service_tier": "auto", "stop": [], "store": False,
        "stream": False, "stream_options": None, "temperature": 1, "tool_choice": "none", "tools": [],
        "top_p": 1,
        "functions": [], "function_call": "none", "user": "", "audio": None, "web_search_options": None,
        "prompt_cache_key": "k", "safety_identifier": "s", "moderation": None, "prompt_cache_retention": None,
    },
    "completions": {
        "best_of": 1, "echo": False, "frequency_penalty": 0, "logit_bias": None, "logprobs": None, "n": 1,
        "max_tokens": 16, "presence_penalty": 0, "seed": None, "stop": None, "stream": False, "suffix": None,
        "stream_options": None, "temperature": 1, "top_p": 1, "user": "u",
    },
}  # fmt: skip


@pytest.mark.parametrize("path", SPELLED_OUT)
def test_defaults_may_be_spelled_out(tenant: Tenant, engine: StubEngine, path: str) -> None:
    body: dict[str, Any] = CHAT if path == "chat/completions" else TEXT
    for name, value in SPELLED_OUT[path].items():
        answer = tenant.post(path, body | {name: value})
        assert answer.status_code == 200, f"{name}: {answer.text}"

    assert tenant.post(path, body | SPELLED_OUT[path]).status_code == 200
    assert not {"tools", "best_of", "echo", "modalities", "store"} & set(engine.requests[-1])


def test_best_of_all_answers_is_no_choice(tenant: Tenant, engine: StubEngine) -> None:
    engine.script.choices = 2

    assert tenant.post("completions", TEXT | {"n": 2, "best_of": 2}).status_code == 200


def test_the_engine_is_asked_for_the_dimensions(tenant: Tenant, engine: StubEngine) -> None:
    assert tenant.post("embeddings", {"model": "mini", "input": "x", "dimensions": 2}).status_code == 200
    assert engine.requests[0]["dimensions"] == 2


@pytest.mark.parametrize(
    "message",
    [
        {"content": "Riga", "parsed": {"city": "Riga"}, "refusal": None, "annotations": [], "audio": None,
         "tool_calls": None, "function_call": None},
        {"content": "Riga", "parsed": None, "reasoning_content": "Hm.", "some_day": None, "name": None},
        {"content": "Riga", "annotations": [{"type": "url_citation"}], "tool_calls": []},
        {"content": None, "refusal": "Riga"},
        {"refusal": "Riga"},
        {"content": [{"type": "text", "text": "Riga", "annotations": []}]},
        {"content": [{"type": "refusal", "refusal": "Riga", "cache": None}]},
    ],
)  # fmt: skip
def test_an_answers_message_may_be_sent_back_as_it_came(
    tenant: Tenant, engine: StubEngine, message: dict[str, Any]
) -> None:
    messages = [*HELLO, {"role": "assistant", **message}, *HELLO]

    answer = tenant.post("chat/completions", CHAT | {"messages": messages})

    assert answer.status_code == 200, answer.text
    sent = engine.requests[0]["messages"][1]
    assert set(sent) == {"role", "content"} and "Riga" in str(sent["content"])


@pytest.mark.parametrize(
    ("message", "param"),
    [
        ({"role": "user", "content": "x", "parsed": {}}, None),
        ({"role": "user", "content": "x", "parsed": {"a": 1}}, "messages[0].parsed"),
        ({"role": "user", "content": "x", "refusal": "no"}, "messages[0].refusal"),
        ({"role": "assistant", "content": "x", "tool_calls": [{"id": "1"}]}, "messages[0].tool_calls"),
        ({"role": "assistant", "content": "x", "banana": 1}, "messages[0].banana"),
        ({"role": "assistant", "content": None}, "messages[0].content"),
        ({"role": "user", "content": [{"type": ["text"]}]}, "messages[0].content[0]"),
        ({"role": "user", "content": [{"type": "text", "text": "x", "b": 1}]}, "messages[0].content[0]"),
    ],
)
def test_what_would_be_lost_is_refused(tenant: Tenant, message: dict[str, Any], param: str | None) -> None:
    answer = tenant.post("chat/completions", CHAT | {"messages": [message]})

    assert (answer.json().get("error") or {"param": None})["param"] == param


def test_a_chat_answer_has_openais_fields_and_no_others(tenant: Tenant, engine: StubEngine) -> None:
    message = {"role": "assistant", "content": "a", "reasoning": "secret", "annotations": None, **PRIVATE}
    choice = {"index": 0, "finish_reason": "stop", "message": message, "logprobs": LOGPROBS, **PRIVATE}
    engine.script.body = {"choices": [choice], "usage": USAGE, "system_fingerprint": "vllm-0.32", **PRIVATE}

    answer = tenant.post("chat/completions", CHAT).json()

    assert set(answer) == {
        "id", "object", "created", "model", "choices", "usage", "service_tier", "system_fingerprint"
    }  # fmt: skip
    assert answer["service_tier"] == "default" and answer["system_fingerprint"].startswith("fp_")
    token = {"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": []}
    assert answer["choices"] == [
        {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": "a", "refusal": None, "annotations": []},
            "logprobs": {"content": [token], "refusal": None},
        }
    ]


def test_a_completion_has_openais_fields_and_no_others(tenant: Tenant, engine: StubEngine) -> None:
    logprobs = {"text_offset": [0], "token_logprobs": [None], "tokens": ["a"], "top_logprobs": [None]}
    choice = {"index": 0, "finish_reason": "length", "text": "a", "logprobs": logprobs | PRIVATE, **PRIVATE}
    engine.script.body = {"choices": [choice], "usage": USAGE, "service_tier": None, **PRIVATE}

    answer = tenant.post("completions", TEXT).json()

    assert set(answer) == {"id", "object", "created", "model", "choices", "usage", "system_fingerprint"}
    assert answer["choices"] == [
        {"index": 0, "finish_reason": "length", "text": "a", "logprobs": logprobs}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("embeddings", {"index": 0, "embedding": [0.5], "object": "embedding"}),
        ("classify", {"index": 0, "label": "a", "probs": {"a": 0.75, "b": 0.25}}),
    ],
)
def test_rows_have_their_fields_and_no_others(
    tenant: Tenant, engine: StubEngine, path: str, row: dict[str, Any]
) -> None:
    engine.script.body = {"data": [row | PRIVATE], "usage": USAGE, **PRIVATE}
    labels = {"labels": ["a", "b"]} if path == "classify" else {}

    answer = tenant.post(path, {"model": "mini", "input": "x", **labels}).json()

    assert set(answer) == {"object", "model", "data", "usage"} and answer["data"] == [row]


def _chunks(tenant: Tenant, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    lines = tenant.post(path, body | {"stream": True}).text.split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""]
    return [msgspec.json.decode(line.removeprefix("data: ")) for line in lines[:-2]]


def test_a_chunk_has_openais_fields_and_no_others(tenant: Tenant, engine: StubEngine) -> None:
    engine.script.private = PRIVATE

    chunks = _chunks(tenant, "chat/completions", CHAT)

    head = {"id", "object", "created", "model", "choices", "service_tier", "system_fingerprint"}
    assert all(set(chunk) == head for chunk in chunks)
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    assert all(set(choice) == {"index", "delta", "logprobs", "finish_reason"} for choice in choices)
    assert {name for choice in choices for name in choice["delta"]} == {"role", "content"}


@pytest.mark.parametrize(("path", "body"), [("chat/completions", CHAT), ("completions", TEXT)])
@pytest.mark.parametrize("choices", [1, 2])
def test_text_never_comes_with_the_reason_of_its_end(
    tenant: Tenant, engine: StubEngine, path: str, body: dict[str, Any], choices: int
) -> None:
    engine.script.choices, engine.script.finish_reason = choices, "length"

    chunks = _chunks(tenant, path, body | {"n": choices})

    texts = {index: "" for index in range(choices)}
    for choice in (choice for chunk in chunks for choice in chunk["choices"]):
        text = choice["delta"].get("content") if path == "chat/completions" else choice["text"]
        assert not (text and choice["finish_reason"])
        texts[choice["index"]] += text or ""
    reasons = [choice["finish_reason"] for chunk in chunks for choice in chunk["choices"]]
    assert set(texts.values()) == {"w0 w1 w2 "}
    assert reasons.count("length") == choices
    [event] = tenant.settled()
    assert event.output_tokens == 3 * choices


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_the_engine_broke_off_is_no_answer(
    tenant: Tenant, engine: StubEngine, stream: bool
) -> None:
    engine.script.tokens, engine.script.finish_reason = [1], "abort"

    answer: httpx.Response = tenant.post("chat/completions", CHAT | {"stream": stream})

    assert "[DONE]" not in answer.text and "engine_error" in answer.text
    assert tenant.settled(0) == []
