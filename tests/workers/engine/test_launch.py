"""How engines are started: no secret where others can read it, no route left open."""

from itertools import pairwise
from pathlib import Path

import pytest

from kernel.contracts import MOST_ANSWERS
from tests.workers.engine import tiny_models
from workers.engine.launch import encoder_command, engine_command, vllm_command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text("{}")
    return tmp_path


def test_the_token_is_in_no_argument(folder: Path) -> None:
    command, environment = vllm_command(
        tiny_models.base_entry("tiny", "vllm", folder, 256), 1, token="secret"
    )

    assert "secret" not in " ".join(command)
    assert environment["VLLM_API_KEY"] == "secret"


def test_vllm_listens_on_loopback_behind_the_guard_with_our_plugin_alone(folder: Path) -> None:
    command, environment = vllm_command(tiny_models.base_entry("tiny", "vllm", folder, 256), 8123)

    options = dict(pairwise(command))
    assert options["--host"] == "127.0.0.1"
    assert options["--middleware"] == "workers.engine.vllm_plugin.guard.EngineGuard"
    assert options["--served-model-name"] == "tiny"
    assert options["--max-lora-rank"] == "16"
    assert (
        int(options["--max-num-queued-reqs"]) >= MOST_ANSWERS
    )  # or an idle engine would say that it is busy
    assert environment["VLLM_PLUGINS"] == "finery_adapters"
    assert environment["HF_HUB_OFFLINE"] == "1"
    assert "--trust-remote-code" not in command


def test_the_base_names_its_engine(folder: Path) -> None:
    causal = tiny_models.base_entry("tiny", "vllm", folder, 256)
    encoder = tiny_models.base_entry("tiny", "encoder", folder, 256)

    assert engine_command(causal, 1) == vllm_command(causal, 1)
    assert engine_command(encoder, 1) == encoder_command(encoder, 1)
    assert encoder_command(encoder, 1)[1]["FINERY_ENGINE_CONTEXT_LENGTH"] == "256"


def test_a_base_that_is_not_here_is_said_before_a_process_starts(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        vllm_command(tiny_models.base_entry("tiny", "vllm", tmp_path / "none", 256), 1)
