"""The real vLLM on this machine's CPU, as the supervisor starts it: what it serves and what it refuses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from transformers import AutoTokenizer

from kernel.ids import new_id
from tests.workers.engine import tiny_models
from tests.workers.engine.vllm_server import BASE, VllmServer
from workers.gateway.schemas import checked_format

pytestmark = pytest.mark.engine

ADA, BOB = "tenant-0", "tenant-1"
PROMPT = [{"role": "user", "content": "How do I return a parcel that is broken?"}]


def test_prompts_are_tokenized_as_the_trainer_does(vllm: VllmServer) -> None:
    tokenizer = AutoTokenizer.from_pretrained(vllm.folders["base"])
    expected = tokenizer.apply_chat_template(PROMPT, add_generation_prompt=True)["input_ids"]

    answer = vllm.client.post("/tokenize", json={"model": BASE, "messages": PROMPT})

    assert answer.json()["tokens"] == expected


@pytest.mark.parametrize("tenant", ["base", ADA, BOB])
def test_log_probabilities_are_pefts(
    vllm: VllmServer, tenant: str, record_property: Callable[[str, object], None]
) -> None:
    ids = [1, *range(10, 90), 2, *range(100, 180)]

    difference = (vllm.prompt_logprobs(tenant, ids) - vllm.peft_logprobs(tenant, ids)).abs()

    record_property("mean", difference.mean().item())
    record_property("max", difference.max().item())
    print(tenant, "mean", difference.mean().item(), "max", difference.max().item())
    assert difference.mean() < 0.05
    assert difference.max() < 0.5


def test_stream_reports_usage_with_every_chunk_and_takes_a_cache_salt(vllm: VllmServer) -> None:
    body = {
        "model": vllm.names[ADA],
        "messages": PROMPT,
        "max_tokens": 5,
        "stream": True,
        "stream_options": {"include_usage": True, "continuous_usage_stats": True},
        "return_token_ids": True,
        "cache_salt": "tenant-1",
    }

    with vllm.client.stream("POST", "/v1/chat/completions", json=body) as answer:
        chunks = [line for line in answer.iter_lines() if line.startswith("data: ")]

    print(*chunks, sep="\n")
    assert chunks[-1] == "data: [DONE]"
    assert all('"usage":{' in chunk for chunk in chunks[:-1])


@pytest.mark.parametrize(
    "name",
    [
        "adp_" + "0" * 26 + "@" + "0" * 12,
        new_id("adp_"),
        "../../etc",
        "adp_../../" + "0" * 17 + "@" + "0" * 12,
        "ft:tiny-llama:acme::abc",
        "",
    ],
)
def test_unknown_names_are_not_found(vllm: VllmServer, name: str) -> None:
    before = sorted(vllm.cache.glob("*"))

    answer = vllm.client.post("/v1/completions", json={"model": name, "prompt": "a", "max_tokens": 1})

    assert answer.status_code == (404 if name else 200)  # vLLM takes an empty name for the base
    assert sorted(vllm.cache.glob("*")) == before


def test_tampered_adapter_is_not_found(vllm: VllmServer, tmp_path: Path) -> None:
    store = vllm.folders[ADA].parent / "objects"
    name = tiny_models.publish(
        store, vllm.folders[ADA], base=BASE, kind="causal_lora", targets=tiny_models.CAUSAL_TARGETS
    )
    weights = store / "adapters" / name.partition("@")[0] / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")

    answer = vllm.client.post("/v1/completions", json={"model": name, "prompt": "a", "max_tokens": 1})

    assert answer.status_code == 404
    assert not (vllm.cache / name).exists()


@pytest.mark.parametrize("token", [None, "Bearer wrong", "Basic engine-token", "bearer  engine-token"])
@pytest.mark.parametrize("path", ["/v1/models", "/tokenize", "/metrics", "/v1/load_lora_adapter", "/docs"])
def test_no_path_answers_without_the_token(vllm: VllmServer, path: str, token: str | None) -> None:
    headers = {"Authorization": token or ""}

    assert vllm.client.get(path, headers=headers).status_code == 401
    assert vllm.client.post(path, headers=headers, json={}).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/v1/load_lora_adapter",
        "/v1/unload_lora_adapter",
        "/adapters",
        "/adapters/x",
        "/invocations",
        "/docs",
        "/v1//load_lora_adapter",
        "/v1/load_lora_adapter/",
        "/tokenize/../v1/load_lora_adapter",
        "/scale_elastic_ep",
    ],
)
def test_run_time_routes_are_closed(vllm: VllmServer, path: str) -> None:
    body = {"lora_name": "x", "lora_path": str(vllm.folders[ADA])}

    answer = vllm.client.post(path, json=body)

    assert answer.status_code == 404
    models = vllm.client.get("/v1/models").json()["data"]
    assert "x" not in [model["id"] for model in models]


@pytest.mark.parametrize(
    "schema",
    [{"enum": ["refund", "delivery"]}, {"type": "integer"}, {"type": "boolean"}, {"const": {"a": [1, None]}}],
    ids=str,
)
def test_an_answer_matches_its_schema_and_ends(vllm: VllmServer, schema: Any) -> None:
    schema = {"type": "object", "properties": {"value": schema}, "required": ["value"]}
    asked = checked_format({"type": "json_schema", "json_schema": {"name": "x", "schema": schema}})
    body = {"model": BASE, "messages": PROMPT, "max_tokens": 64, "response_format": asked}

    answers = [vllm.client.post("/v1/chat/completions", json=body | {"seed": seed}) for seed in range(3)]

    for answer in answers:
        content = answer.json()["choices"][0]["message"]["content"]
        assert set(json.loads(content)) == {"value"} and " " not in content


def test_a_deadly_schema_harms_no_stream(vllm: VllmServer) -> None:
    deadly = {"type": "array", "minItems": 2**31}
    asked = {"type": "json_schema", "json_schema": {"name": "x", "schema": deadly}}
    body = {"model": BASE, "messages": PROMPT, "max_tokens": 200, "stream": True}
    with vllm.client.stream("POST", "/v1/chat/completions", json=body) as stream:
        refused = vllm.client.post(
            "/v1/chat/completions", json={"model": BASE, "messages": PROMPT, "response_format": asked}
        )
        lines = list(stream.iter_lines())

    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == "response_format.json_schema"
    assert "data: [DONE]" in lines


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt": [10**6]},
        {"prompt": [-1]},
        {"prompt": [2**70]},
        {"prompt": []},
        {"prompt": "a" * 5000},
        {"prompt_logprobs": 10**6},
        {"logprobs": 10**6},
        {"n": 10**9},
        {"max_tokens": -1},
        {"max_tokens": 10**12},
        {"temperature": -1},
        {"top_p": 0},
        {"top_k": -5},
        {"logit_bias": {"1000000": 1}},
        {"allowed_token_ids": [10**6]},
        {"stop_token_ids": ["x"]},
        {"cache_salt": ""},
        {"structured_outputs": {"json": "{"}},
        {"structured_outputs": {"regex": "(" * 200}},
        {"response_format": {"type": "structural_tag", "structures": [], "triggers": []}},
        {"response_format": 5},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": 5}}}},
        {"guided_json": 5, "response_format": {"type": "json_schema"}},
        {"prompt_embeds": "AAAA"},
        {"model": {"a": 1}},
    ],
    ids=str,
)
def test_a_malformed_call_is_refused_and_harms_no_other(vllm: VllmServer, fields: dict[str, Any]) -> None:
    body = {"model": vllm.names[ADA], "prompt": [5, 6, 7], "max_tokens": 2, **fields}

    answer = vllm.client.post("/v1/completions", json=body)

    # 503: a thousand million answers at once are more than the queue holds.
    assert 400 <= answer.status_code < 500 or answer.status_code == 503, answer.text
    assert vllm.complete(BOB, [5, 6, 7])["finish_reason"] in {"length", "stop"}
