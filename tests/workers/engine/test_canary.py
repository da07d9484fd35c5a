"""The canary: weights that answer for others are noticed, and the engine that has them serves nobody."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kernel.adapters import CANARY_FORCED_TOKENS, canary_token_ids
from kernel.contracts import AdapterManifest, Canary
from kernel.wire import encode
from workers.engine.vllm_plugin.canary import CanaryWatch, wrong_weights

EXPECTED = {"": [-1.0, -2.0, -3.0], "a": [-1.5, -2.5, -3.5], "b": [-0.5, -1.0, -4.0]}
ALIKE = {"": [-1.0, -2.0, -3.0], "a": [-1.01, -2.0, -3.02]}


@pytest.mark.parametrize(
    ("answers", "expected", "said"),
    [
        (EXPECTED, EXPECTED, None),
        ({"": [-1.03, -1.96, -3.04], "a": [-1.5, -2.45, -3.5]}, EXPECTED, None),
        ({"": EXPECTED["a"], "a": EXPECTED["a"]}, EXPECTED, "the base is 0.500"),
        ({"a": EXPECTED[""]}, EXPECTED, "a is 0.500"),
        ({"a": EXPECTED["b"]}, EXPECTED, "a is 1.0"),
        (
            {"a": [-1.1, -2.1, -3.1]},
            {"": [-1.1, -2.1, -3.1], "a": [-1.2, -2.2, -3.2]},
            "a answers as the base",
        ),
        (ALIKE, ALIKE, None),  # adapters that hardly differ cannot be told apart, nor confused to harm
        ({"": ALIKE["a"], "a": ALIKE[""]}, ALIKE, None),
    ],
)
def test_an_answer_is_nearest_to_its_own_model(answers, expected, said):
    found = wrong_weights(answers, expected)

    assert found is None if said is None else found is not None and found.startswith(said)


@dataclass
class Engine:
    """Answers from `scores`, by adapter; `mixed_up` says whose it gives instead."""

    scores: dict[str, tuple[float, ...]]
    ids: tuple[int, ...]
    mixed_up: dict[str, str] = field(default_factory=dict)
    running: int = 0
    most_at_once: int = 0

    async def generate(self, prompt: Any, wish: Any, request_id: str, lora_request: Any) -> Any:
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        await asyncio.sleep(0)
        name = lora_request.lora_name if lora_request else ""
        scores = self.scores[self.mixed_up.get(name, name)]
        entries = [
            {token: SimpleNamespace(logprob=score)} for token, score in zip(self.ids[1:], scores, strict=True)
        ]
        asked = len(prompt["prompt_token_ids"])
        assert (wish.allowed_token_ids, wish.max_tokens) == ([self.ids[-1]], CANARY_FORCED_TOKENS)
        self.running -= 1
        yield SimpleNamespace(
            prompt_logprobs=[None, *entries[: asked - 1]],
            outputs=[SimpleNamespace(logprobs=entries[asked - 1 :])],
        )


@pytest.fixture
def engine(tmp_path: Path) -> tuple[Engine, CanaryWatch]:
    ids = canary_token_ids(300)
    scores = {name: tuple(-1.0 - number for _ in ids[1:]) for number, name in enumerate(["", "a", "b"])}
    requests = {}
    for name in ("a", "b"):
        canary = Canary(token_ids=ids, logprobs=scores[name], base_logprobs=scores[""])
        manifest = AdapterManifest(
            adapter_id=name,
            lora_int_id=1,
            kind="causal_lora",
            base_model="x",
            rank=1,
            alpha=1,
            target_modules=("q_proj",),
            canary=canary,
        )
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_bytes(encode(manifest))
        requests[name] = SimpleNamespace(lora_name=name, lora_path=str(tmp_path / name))
    engine = Engine(scores, ids)
    models = SimpleNamespace(lora_requests=requests)
    return engine, CanaryWatch(SimpleNamespace(engine_client=engine, openai_serving_models=models))


async def test_base_and_adapters_are_asked_in_one_batch(engine):
    answering, watch = engine

    assert await watch.check() is None

    assert answering.most_at_once == 3


@pytest.mark.parametrize("mixed_up", [{"": "b"}, {"a": "b"}, {"b": ""}, {"a": "b", "b": "a"}], ids=str)
async def test_weights_that_answer_for_others_are_noticed(engine, mixed_up):
    answering, watch = engine
    answering.mixed_up = mixed_up

    assert await watch.check() is not None


async def test_every_adapter_has_its_turn(engine, monkeypatch):
    _, watch = engine
    monkeypatch.setattr("workers.engine.vllm_plugin.canary._MOST_ADAPTERS", 1)

    for turn in ("a", "b", "a"):
        await watch.check()
        assert watch._asked[-1] == turn
