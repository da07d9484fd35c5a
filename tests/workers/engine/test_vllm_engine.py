"""The real vLLM on this machine's CPU, started as the supervisor starts it, with two tenants' adapters."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import torch
from transformers import AutoTokenizer, LlamaForCausalLM

from kernel.ids import new_id
from tests.workers.engine import tiny_models
from workers.engine.launch import vllm_command
from workers.gateway.schemas import checked_format

pytestmark = pytest.mark.engine

BASE = "tiny-llama"
TOKEN = "engine-token"
PROMPT = [{"role": "user", "content": "How do I return a parcel that is broken?"}]


@dataclass
class Served:
    client: httpx.Client
    names: dict[str, str]  # tenant -> adapter name
    folders: dict[str, Path]  # "base" or tenant -> folder of the model or the adapter
    cache: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("vllm")
    base, store = root / "base", root / "objects"
    tiny_models.build_llama(base)
    folders, names = {"base": base}, {}
    for seed, tenant in enumerate(("ada", "bob"), start=1):
        folders[tenant] = root / tenant
        model = LlamaForCausalLM.from_pretrained(base, dtype=torch.float32)
        tiny_models.build_adapter(model, folders[tenant], tiny_models.CAUSAL_TARGETS, seed, 0.2)
        names[tenant] = tiny_models.publish(
            store, folders[tenant], base=BASE, kind="causal_lora", targets=tiny_models.CAUSAL_TARGETS
        )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command, environment = vllm_command(tiny_models.base_entry(BASE, "vllm", base, 256), port, token=TOKEN)
    own = {
        "FINERY_ENGINE_TOKEN": TOKEN,
        "FINERY_OBJECTS": str(store),
        "FINERY_STATE_DIR": str(root / "state"),
        "VLLM_LOGGING_LEVEL": "WARNING",
    }
    with (root / "log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **environment, **own}, stdout=log, stderr=log)
    client = httpx.Client(
        base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60
    )
    try:
        _wait_until_ready(process, client, root / "log")
        yield Served(client, names, folders, root / "state" / "adapters")
        assert client.get("/health").status_code == 200  # it survived all that the tests sent
    finally:
        client.close()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_until_ready(process: "subprocess.Popen[bytes]", client: httpx.Client, log: Path) -> None:
    deadline = time.monotonic() + 240  # 30 s on a free machine
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-4000:]
        try:
            if client.get("/health").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    pytest.fail(log.read_text()[-4000:])


def _complete(served: Served, model: str, prompt: list[int], **fields: Any) -> Any:
    body = {"model": model, "prompt": prompt, "max_tokens": 1, "temperature": 0, **fields}
    answer = served.client.post("/v1/completions", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["choices"][0]


def _engine_logprobs(served: Served, model: str, ids: list[int]) -> torch.Tensor:
    """Log-probability of each prompt token but the first. (T - 1,)"""
    rows = _complete(served, model, ids, prompt_logprobs=0)["prompt_logprobs"]
    return torch.tensor([row[str(i)]["logprob"] for row, i in zip(rows[1:], ids[1:], strict=True)])


def _peft_logprobs(served: Served, tenant: str, ids: list[int]) -> torch.Tensor:
    """The same from transformers and PEFT in float32. (T - 1,)"""
    model = LlamaForCausalLM.from_pretrained(served.folders["base"], dtype=torch.float32)
    if tenant != "base":
        model.load_adapter(str(served.folders[tenant]))
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0]  # (T, V)
    return logits[:-1].log_softmax(-1).gather(1, torch.tensor(ids[1:])[:, None])[:, 0]


def test_prompts_are_tokenized_as_the_trainer_does(served: Served) -> None:
    tokenizer = AutoTokenizer.from_pretrained(served.folders["base"])
    expected = tokenizer.apply_chat_template(PROMPT, add_generation_prompt=True)["input_ids"]

    answer = served.client.post("/tokenize", json={"model": BASE, "messages": PROMPT})

    assert answer.json()["tokens"] == expected


@pytest.mark.parametrize("tenant", ["base", "ada", "bob"])
def test_log_probabilities_are_pefts(
    served: Served, tenant: str, record_property: Callable[[str, object], None]
) -> None:
    ids = [1, *range(10, 90), 2, *range(100, 180)]
    model = served.names.get(tenant, BASE)

    difference = (_engine_logprobs(served, model, ids) - _peft_logprobs(served, tenant, ids)).abs()

    record_property("mean", difference.mean().item())
    record_property("max", difference.max().item())
    print(tenant, "mean", difference.mean().item(), "max", difference.max().item())
    assert difference.mean() < 0.05
    assert difference.max() < 0.5


def test_tenants_in_one_batch_answer_as_alone(served: Served) -> None:
    ids = list(range(20, 60))
    models = [served.names["ada"], BASE, served.names["bob"]] * 4
    alone = {m: _complete(served, m, ids, max_tokens=12)["text"] for m in models[:3]}

    with ThreadPoolExecutor(12) as pool:
        together = list(pool.map(lambda m: _complete(served, m, ids, max_tokens=12)["text"], models))

    assert len(set(alone.values())) == 3
    assert together == [alone[m] for m in models]


def test_stream_reports_usage_with_every_chunk_and_takes_a_cache_salt(served: Served) -> None:
    body = {
        "model": served.names["ada"],
        "messages": PROMPT,
        "max_tokens": 5,
        "stream": True,
        "stream_options": {"include_usage": True, "continuous_usage_stats": True},
        "return_token_ids": True,
        "cache_salt": "tenant-1",
    }

    with served.client.stream("POST", "/v1/chat/completions", json=body) as answer:
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
def test_unknown_names_are_not_found(served: Served, name: str) -> None:
    before = sorted(served.cache.glob("*"))

    answer = served.client.post("/v1/completions", json={"model": name, "prompt": "a", "max_tokens": 1})

    assert answer.status_code == (404 if name else 200)  # vLLM takes an empty name for the base
    assert sorted(served.cache.glob("*")) == before


def test_tampered_adapter_is_not_found(served: Served, tmp_path: Path) -> None:
    store = served.folders["ada"].parent / "objects"
    name = tiny_models.publish(
        store, served.folders["ada"], base=BASE, kind="causal_lora", targets=tiny_models.CAUSAL_TARGETS
    )
    weights = store / "adapters" / name.partition("@")[0] / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")

    answer = served.client.post("/v1/completions", json={"model": name, "prompt": "a", "max_tokens": 1})

    assert answer.status_code == 404
    assert not (served.cache / name).exists()


@pytest.mark.parametrize("token", [None, "Bearer wrong", "Basic engine-token", "bearer  engine-token"])
@pytest.mark.parametrize("path", ["/v1/models", "/tokenize", "/metrics", "/v1/load_lora_adapter", "/docs"])
def test_no_path_answers_without_the_token(served: Served, path: str, token: str | None) -> None:
    headers = {"Authorization": token or ""}

    assert served.client.get(path, headers=headers).status_code == 401
    assert served.client.post(path, headers=headers, json={}).status_code == 401


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
def test_run_time_routes_are_closed(served: Served, path: str) -> None:
    body = {"lora_name": "x", "lora_path": str(served.folders["ada"])}

    answer = served.client.post(path, json=body)

    assert answer.status_code == 404
    models = served.client.get("/v1/models").json()["data"]
    assert "x" not in [model["id"] for model in models]


@pytest.mark.parametrize(
    "schema",
    [{"enum": ["refund", "delivery"]}, {"type": "integer"}, {"type": "boolean"}, {"const": {"a": [1, None]}}],
    ids=str,
)
def test_an_answer_matches_its_schema_and_ends(served: Served, schema: Any) -> None:
    schema = {"type": "object", "properties": {"value": schema}, "required": ["value"]}
    asked = checked_format({"type": "json_schema", "json_schema": {"name": "x", "schema": schema}})
    body = {"model": BASE, "messages": PROMPT, "max_tokens": 64, "response_format": asked}

    answers = [served.client.post("/v1/chat/completions", json=body | {"seed": seed}) for seed in range(3)]

    for answer in answers:
        content = answer.json()["choices"][0]["message"]["content"]
        assert set(json.loads(content)) == {"value"} and " " not in content


def test_a_deadly_schema_harms_no_stream(served: Served) -> None:
    deadly = {"type": "array", "minItems": 2**31}
    asked = {"type": "json_schema", "json_schema": {"name": "x", "schema": deadly}}
    body = {"model": BASE, "messages": PROMPT, "max_tokens": 200, "stream": True}
    with served.client.stream("POST", "/v1/chat/completions", json=body) as stream:
        refused = served.client.post(
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
def test_a_malformed_call_is_refused_and_harms_no_other(served: Served, fields: dict[str, Any]) -> None:
    body = {"model": served.names["ada"], "prompt": [5, 6, 7], "max_tokens": 2, **fields}

    answer = served.client.post("/v1/completions", json=body)

    # 503: a thousand million answers at once are more than the queue holds.
    assert 400 <= answer.status_code < 500 or answer.status_code == 503, answer.text
    assert _complete(served, served.names["bob"], [5, 6, 7])["finish_reason"] in {"length", "stop"}
