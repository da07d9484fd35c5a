"""The encoder engine against PEFT, with several tenants in one forward pass, and its HTTP."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from peft import PeftModel
from pydantic import SecretStr
from starlette.testclient import TestClient
from transformers import AutoTokenizer, BertModel

from tests.workers.engine import tiny_models
from tests.workers.engine.tiny_models import BERT_TARGETS
from workers.engine.encoder.app import create_app
from workers.engine.encoder.engine import EncoderEngine
from workers.engine.encoder.lora import Segments
from workers.engine.encoder.model import Encoder
from workers.engine.encoder.residents import Resident
from workers.engine.encoder.settings import EncoderSettings

BASE, TOKEN = "tiny-bert", "engine-token"
LABELS = {"ada": ("no", "yes"), "bob": ("card_lost", "refund", "other")}
TEXTS = ["where is my parcel?", "hi", "i want to return a thing that i bought and never got, please"]


@dataclass
class World:
    folders: dict[str, Path]
    names: dict[str, str]
    encoder: Encoder
    settings: EncoderSettings
    client: TestClient


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    root = tmp_path_factory.mktemp("encoder")
    tiny_models.build_bert(root / "base")
    folders, names = {"base": root / "base"}, {}
    for seed, (tenant, labels) in enumerate(LABELS.items(), start=1):
        folders[tenant] = root / tenant
        model = BertModel.from_pretrained(root / "base")
        tiny_models.build_adapter(model, folders[tenant], BERT_TARGETS, seed, 0.3)
        tiny_models.add_head(folders[tenant], len(labels), 64, seed)
        names[tenant] = tiny_models.publish(
            root / "store",
            folders[tenant],
            base=BASE,
            kind="classification",
            targets=BERT_TARGETS,
            labels=labels,
        )
    settings = EncoderSettings(
        engine_token=SecretStr(TOKEN),
        engine_base=BASE,
        objects=root / "store",
        state_dir=root / "state",
        engine_context_length=64,
        engine_rows_per_call=20,
        engine_body_bytes=10_000,
    )
    encoder = Encoder(root / "base", context_length=64)
    app = create_app(settings, EncoderEngine(settings, encoder))
    with TestClient(app, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        yield World(folders, names, encoder, settings, client)


def _resident(world: World, tenant: str) -> Resident:
    return EncoderEngine(world.settings, world.encoder)._load(world.names[tenant])


def _peft_vectors(world: World, tenant: str, texts: list[str]) -> torch.Tensor:
    """Mean-pooled states by transformers and PEFT, one text at a time. (B, H)"""
    model: Any = BertModel.from_pretrained(world.folders["base"]).eval()
    if tenant != "base":
        model = PeftModel.from_pretrained(model, world.folders[tenant]).eval()
    tokenizer = AutoTokenizer.from_pretrained(world.folders["base"])
    with torch.no_grad():
        states = [model(**tokenizer([text], return_tensors="pt")).last_hidden_state for text in texts]
    return torch.stack([state[0].mean(0) for state in states])


@pytest.mark.parametrize("repeat", [1, 8], ids=["masked", "segmented"])
def test_rows_of_different_tenants_in_one_pass_equal_peft(world: World, repeat: int) -> None:
    ada, bob = _resident(world, "ada"), _resident(world, "bob")
    rows = world.encoder.tokenize(TEXTS[:2]) * repeat
    batch = [*rows, *rows, *rows]
    adapters = [ada] * len(rows) + [None] * len(rows) + [bob] * len(rows)

    vectors = world.encoder.encode(batch, adapters)

    for tenant, part in zip(("ada", "base", "bob"), vectors.chunk(3), strict=True):
        expected = _peft_vectors(world, tenant, TEXTS[:2]).repeat(repeat, 1)
        assert (part - expected).abs().max() < 1e-5


def test_segments_are_runs_of_one_adapter(world: World) -> None:
    ada, bob = _resident(world, "ada"), _resident(world, "bob")

    segments = Segments.of([None, ada, ada, bob, None, None])

    assert segments.parts == [(1, 3, ada), (3, 4, bob)]


def test_classify_gives_the_tenants_own_labels_and_pefts_probabilities(world: World) -> None:
    for tenant, labels in LABELS.items():
        answer = world.client.post("/v1/classify", json={"model": world.names[tenant], "input": TEXTS})

        body = answer.json()
        head = tiny_models.add_head(world.folders[tenant], len(labels), 64, list(LABELS).index(tenant) + 1)
        expected = (_peft_vectors(world, tenant, TEXTS) @ head["weight"].T + head["bias"]).softmax(-1)
        found = torch.tensor([[row["probs"][label] for label in labels] for row in body["data"]])
        assert (found - expected).abs().max() < 1e-5
        assert [row["index"] for row in body["data"]] == [0, 1, 2]
        assert [row["label"] for row in body["data"]] == [labels[i] for i in expected.argmax(-1)]
        tokens = sum(map(len, world.encoder.tokenize(TEXTS)))
        assert body["usage"] == {"prompt_tokens": tokens, "total_tokens": tokens}
        assert (body["object"], body["model"]) == ("list", world.names[tenant])


def test_zero_shot_is_the_cosine_to_the_labels_words(world: World) -> None:
    labels = ["card_lost", "my-refund"]

    answer = world.client.post("/v1/classify", json={"model": BASE, "input": TEXTS, "labels": labels})

    texts, words = (
        _peft_vectors(world, "base", TEXTS),
        _peft_vectors(world, "base", ["card lost", "my refund"]),
    )
    cosine = torch.nn.functional.cosine_similarity(texts[:, None], words[None], dim=-1)
    expected = (cosine / 0.05).softmax(-1)
    found = torch.tensor([[row["probs"][label] for label in labels] for row in answer.json()["data"]])
    assert (found - expected).abs().max() < 1e-4


def test_embeddings_have_length_one_in_both_encodings(world: World) -> None:
    body = {"model": BASE, "input": TEXTS}

    floats = world.client.post("/v1/embeddings", json=body).json()
    encoded = world.client.post("/v1/embeddings", json={**body, "encoding_format": "base64"}).json()

    expected = torch.nn.functional.normalize(_peft_vectors(world, "base", TEXTS), dim=-1).numpy()
    for i, row in enumerate(floats["data"]):
        raw = np.frombuffer(base64.b64decode(encoded["data"][i]["embedding"]), "<f4")
        assert (row["object"], row["index"]) == ("embedding", i)
        assert np.abs(np.array(row["embedding"]) - expected[i]).max() < 1e-5
        assert np.abs(raw - expected[i]).max() < 1e-5


def test_embeddings_of_token_ids_equal_those_of_their_text(world: World) -> None:
    ids = world.encoder.tokenize(TEXTS)

    by_text = world.client.post("/v1/embeddings", json={"model": BASE, "input": TEXTS[0]}).json()
    by_ids = world.client.post("/v1/embeddings", json={"model": BASE, "input": ids}).json()
    by_row = world.client.post("/v1/embeddings", json={"model": BASE, "input": ids[0]}).json()

    first = np.array(by_text["data"][0]["embedding"])
    assert np.abs(np.array(by_ids["data"][0]["embedding"]) - first).max() < 1e-5
    assert np.abs(np.array(by_row["data"][0]["embedding"]) - first).max() < 1e-5


def test_tokens_are_the_bases_own(world: World) -> None:
    answer = world.client.post("/v1/tokens", json={"input": TEXTS})

    expected = AutoTokenizer.from_pretrained(world.folders["base"])(TEXTS)["input_ids"]
    assert answer.json() == {"token_ids": expected}


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "param"),
    [
        ("classify", {"model": BASE, "input": ["a"]}, 400, None, "labels"),
        ("classify", {"model": BASE, "input": ["a"], "labels": ["a"]}, 400, None, "labels"),
        ("classify", {"model": BASE, "input": ["a"], "labels": ["a", "a"]}, 400, None, "labels"),
        ("classify", {"model": "ada", "input": ["a"], "labels": ["a", "b"]}, 400, None, "labels"),
        ("classify", {"model": "ada", "input": []}, 400, None, "input"),
        ("classify", {"model": "ada", "input": ["a"] * 21}, 400, None, "input"),
        ("classify", {"model": "ada", "input": ["a", " "]}, 400, None, "input[1]"),
        ("classify", {"model": "ada", "input": ["a", "b " * 70]}, 400, "context_length_exceeded", "input[1]"),
        (
            "classify",
            {"model": "ada", "input": ["a", "b" * 5000]},
            400,
            "context_length_exceeded",
            "input[1]",
        ),
        ("classify", {"model": "ada", "input": ["a" * 10_000]}, 413, "payload_too_large", None),
        ("classify", {"model": "ada", "input": "a"}, 400, None, None),
        ("classify", {"model": "../x", "input": ["a"]}, 404, "model_not_found", "model"),
        (
            "classify",
            {"model": "adp_" + "0" * 26 + "@" + "0" * 12, "input": ["a"]},
            404,
            "model_not_found",
            "model",
        ),
        ("embeddings", {"model": BASE, "input": []}, 400, None, "input"),
        ("embeddings", {"model": BASE, "input": ["a", 1]}, 400, None, "input"),
        ("embeddings", {"model": BASE, "input": [[5, 99999]]}, 400, None, "input[0]"),
        ("embeddings", {"model": BASE, "input": [[-1]]}, 400, None, "input[0]"),
        ("embeddings", {"model": BASE, "input": [[5] * 65]}, 400, "context_length_exceeded", "input[0]"),
        ("embeddings", {"model": BASE, "input": "a", "dimensions": 8}, 400, None, "dimensions"),
        ("embeddings", {"model": BASE, "input": "a", "encoding_format": "x"}, 400, None, None),
    ],
)
def test_refusals_have_openais_shape(
    world: World, path: str, body: dict[str, Any], status: int, code: str | None, param: str | None
) -> None:
    body = {**body, "model": world.names.get(body["model"], body["model"])}

    answer = world.client.post(f"/v1/{path}", json=body)

    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (status, code, param)
    assert set(error) == {"message", "type", "param", "code"}


@pytest.mark.parametrize("authorization", ["", "Bearer wrong", "Basic engine-token", "Bearer engine-token x"])
def test_only_health_answers_without_the_token(world: World, authorization: str) -> None:
    headers = {"Authorization": authorization}

    for path in ("/v1/classify", "/v1/embeddings", "/v1/tokens", "/nothing"):
        assert world.client.post(path, headers=headers, json={}).status_code == 401
    assert world.client.get("/health", headers=headers).status_code == 200
    assert world.client.post("/nothing", json={}).status_code == 404


def test_erased_adapter_is_out_of_memory_and_cache_and_stays_out(world: World) -> None:
    name = tiny_models.publish(
        world.settings.objects,
        world.folders["ada"],
        base=BASE,
        kind="classification",
        targets=BERT_TARGETS,
        labels=LABELS["ada"],
    )
    engine: EncoderEngine = world.client.app.state.engine  # type: ignore[attr-defined]
    body = {"model": name, "input": TEXTS}
    before = world.client.post("/v1/classify", json=body | {"model": world.names["ada"]}).json()
    assert world.client.post("/v1/classify", json=body).status_code == 200
    world.client.post("/v1/classify", json={"model": BASE, "input": ["a"], "labels": ["private", "words"]})
    assert name in engine.loaded
    bytes_before = engine._residents._bytes

    answer = world.client.delete(f"/v1/adapters/{name}")

    assert answer.json() == {"id": name, "object": "adapter", "deleted": True, "was_loaded": True}
    assert engine.loaded == [other for other in engine.loaded if other != name]
    assert engine._residents._bytes < bytes_before
    assert engine._label_vectors == {}
    assert not (world.settings.adapter_cache / name).exists()
    assert world.client.post("/v1/classify", json=body).status_code == 404  # though the store still has it
    assert world.client.delete(f"/v1/adapters/{name}").json()["was_loaded"] is False
    again = world.client.post("/v1/classify", json=body | {"model": world.names["ada"]}).json()
    assert again == before


@pytest.mark.parametrize("path", ["x", "adp_x", "..", "adp_" + "0" * 26 + "@" + "0" * 12 + "/x"])
def test_only_an_adapters_name_can_be_erased(world: World, path: str) -> None:
    assert world.client.delete(f"/v1/adapters/{path}").status_code == 404


def test_erasing_needs_the_token(world: World) -> None:
    path = f"/v1/adapters/{world.names['ada']}"

    assert world.client.delete(path, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert world.client.get(path).status_code == 405

    body = {"model": world.names["ada"], "input": TEXTS}
    assert world.client.post("/v1/classify", json=body).status_code == 200
