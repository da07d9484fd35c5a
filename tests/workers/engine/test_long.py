"""What takes minutes on a real engine."""

from pathlib import Path

import pytest
from transformers import LlamaForCausalLM

from kernel.contracts import Canary
from tests.workers.engine import tiny_models
from tests.workers.engine.mixed_answers import ask, judge, mixed_calls
from tests.workers.engine.vllm_server import BASE, VllmServer, vllm_server
from workers.engine.launch import WRONG_WEIGHTS_STATUS
from workers.training.parity import canary_of

pytestmark = [pytest.mark.engine, pytest.mark.long]


def test_five_thousand_mixed_answers_are_their_own_models(vllm: VllmServer) -> None:
    models = list(vllm.names)

    found = judge(vllm, answers := ask(vllm, mixed_calls(5000, models, seed=3)), models)

    assert (found["foreign"], found["off"]) == (0, 0)
    assert found["right"] >= 0.99 * len(answers)


def test_an_engine_with_other_weights_than_promised_ends(tmp_path: Path) -> None:
    """The second adapter's manifest promises the first one's answers."""
    with vllm_server(tmp_path, ("honest", "lying")) as server:
        model = LlamaForCausalLM.from_pretrained(server.folders["base"])
        other = tiny_models.build_adapter(model, tmp_path / "other", tiny_models.CAUSAL_TARGETS, 9, 0.2)
        canary: Canary = canary_of(other, model.dtype)
        server.names["lying"] = tiny_models.publish(
            tmp_path / "objects",
            server.folders["lying"],
            base=BASE,
            kind="causal_lora",
            targets=tiny_models.CAUSAL_TARGETS,
            canary=canary,
        )
        assert server.complete("honest", [5, 6, 7])["finish_reason"] == "length"

        server.complete("lying", [5, 6, 7])

        assert server.process.wait(60) == WRONG_WEIGHTS_STATUS
    assert "ALARM" in server.log.read_text()
