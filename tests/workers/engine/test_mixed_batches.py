"""Calls of the base and of many tenants' adapters in the same batches: every answer is its own model's."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.workers.engine.mixed_answers import AT_ONCE, ask, judge, mixed_calls
from tests.workers.engine.vllm_server import VllmServer

pytestmark = pytest.mark.engine


def test_the_first_call_may_be_a_short_one(vllm: VllmServer) -> None:
    """Stands first in the file: a short call before any other ended the engine on some processors."""
    assert vllm.complete("base", [7, 8, 9])["finish_reason"] == "length"


def test_every_answer_of_a_mixed_batch_is_its_own_models(vllm: VllmServer) -> None:
    """All slots are filled and adapters take turns; prompts are scored beside answers that go on."""
    models = list(vllm.names)
    warm = [(model, list(range(7, 19)), False) for model in models]  # fills every slot, the last one too

    answers = ask(vllm, warm + mixed_calls(300, models, seed=2))

    assert judge(vllm, answers, models) == {"right": len(answers)}


def test_base_alone_after_adapters_is_the_base(vllm: VllmServer) -> None:
    """A batch of base rows only, with every slot still filled."""
    answers = ask(vllm, [(model, list(range(5, 17)), False) for model in vllm.names])
    answers += ask(vllm, [("base", list(range(20 + i, 34 + i)), i % 2 == 0) for i in range(AT_ONCE)])

    assert judge(vllm, answers, list(vllm.names)) == {"right": len(answers)}


def test_an_engine_does_not_start_without_our_products(tmp_path: Path) -> None:
    """vLLM only logs a plugin that it cannot load: importing the worker's extension ends it."""
    script = "import workers.engine.vllm_plugin.worker"

    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert ended.returncode != 0
    assert "the plugin finery_adapters is not loaded" in ended.stderr


@pytest.mark.parametrize("scale", [1.0, 0.5])
@pytest.mark.parametrize(
    "owners",
    [
        pytest.param([0] * 6, id="base alone"),
        pytest.param([3] * 6, id="one adapter"),
        pytest.param([0, 2, 2, 0, 2, 0, 2], id="one adapter among base rows"),
        pytest.param([4, 3, 2, 1], id="a row each"),
        pytest.param([4, 0, 1, 4, 2, 0, 2, 1, 4, 3], id="few rows each"),
        pytest.param([*[1] * 20, 0, *[2] * 9, 3, 4, 4, 0, *[1] * 3], id="long and short"),
        pytest.param([4, *[2] * 12, *[0] * 5, *[2] * 7], id="a long one in pieces, a short one"),
    ],
)
def test_products_are_the_sums_by_row(owners: list[int], scale: float) -> None:
    """`owners` are adapters' ids, one for each row; adapter 4 is in slot 0, adapter 1 in the last."""
    from vllm.lora.layers import LoRAMapping

    from workers.engine.vllm_plugin.lora_cpu import LoraOnCpu

    torch.manual_seed(0)
    slots, rank, inputs, outputs = [4, 2, None, 3, 1], 4, 16, (8, 4, 4)
    a = tuple(torch.randn(5, 1, rank, inputs) for _ in outputs)
    b = tuple(torch.randn(5, 1, size, rank) for size in outputs)
    rows, base = torch.randn(len(owners), inputs), torch.randn(len(owners), sum(outputs))
    expected = base.clone()
    for row, owner in enumerate(owners):
        for number, part in enumerate(expected.split(outputs, dim=1)):
            if owner:
                slot = slots.index(owner)
                part[row] += scale * b[number][slot, 0] @ (a[number][slot, 0] @ rows[row])
    products = LoraOnCpu(64, 8, "cpu")
    products.update_metadata(LoRAMapping(tuple(owners), tuple(owners)), slots, 6, 100)

    found = base.clone()
    for _ in range(2):  # the first pass moves the matrices
        found = base.clone()
        products.add_lora_linear(found, rows, a, b, scale, outputs)

    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


def test_products_see_an_adapter_that_comes_later() -> None:
    """What the engine writes into its own matrices after the first batch is what is multiplied."""
    from vllm.lora.layers import LoRAMapping

    from workers.engine.vllm_plugin.lora_cpu import LoraOnCpu

    a, b = (torch.zeros(2, 1, 4, 8),), (torch.zeros(2, 1, 6, 4),)
    products = LoraOnCpu(64, 8, "cpu")
    products.update_metadata(LoRAMapping((5,), (5,)), [None, 5], 3, 100)
    found = torch.zeros(1, 6)
    products.add_lora_linear(found, torch.ones(1, 8), a, b, 1.0, (6,))

    a[0][1, 0, :2, :].copy_(torch.ones(2, 8))
    b[0][1, 0, :, :2].copy_(torch.ones(6, 2))
    products.add_lora_linear(found, torch.ones(1, 8), a, b, 1.0, (6,))

    assert found.tolist() == [[16.0] * 6]
