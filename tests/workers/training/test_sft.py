"""The supervised recipe in this process: numbers, adapter files, refusals."""

import io
import json
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from kernel.errors import BadTrainingData
from tests.workers.training.toys import Row, chat, spec, toy_chats, write_chats
from workers.training.chat_tokens import NO_LOSS, tokenize_chats
from workers.training.data import ChatRow
from workers.training.events import EventStream
from workers.training.parity import completion_logprobs
from workers.training.recipes import sft


@pytest.fixture(scope="module")
def finished(toy_llama: Path, tmp_path_factory: pytest.TempPathFactory):
    workdir = tmp_path_factory.mktemp("finished")
    write_chats(workdir / "train.jsonl", toy_chats())
    out = io.StringIO()
    sft.run(spec(toy_llama, "supervised", learning_rate=2e-2), workdir, EventStream(out))
    return workdir, [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_step_is_told_once_and_each_epoch_validated(finished):
    _, events = finished
    progress = [event for event in events if event["event"] == "progress"]

    assert [event["step"] for event in progress] == list(range(1, 10))  # 12 rows, 4 a batch, 3 epochs
    assert [event["step"] for event in progress if event["valid_loss"] is not None] == [3, 6, 9]
    assert [event["step"] for event in events if event["event"] == "checkpoint"] == [3, 6, 9]
    assert progress[-1]["train_loss"] < progress[0]["train_loss"]


def test_trained_tokens_are_those_of_the_training_rows(finished, toy_llama: Path):
    workdir, events = finished
    tokenizer = AutoTokenizer.from_pretrained(toy_llama)
    training, held_out = sft.load_chats(spec(toy_llama, "supervised"), workdir, tokenizer)

    once = sum(len(row.input_ids) for row in training)

    assert (len(training), len(held_out)) == (12, 4)
    assert events[-1]["report"]["trained_tokens"] == 3 * once


def test_the_report_compares_with_the_base(finished):
    metrics = finished[1][-1]["report"]["metrics"]

    assert metrics["valid_loss"] < metrics["base_valid_loss"]
    assert metrics["valid_rows"] == 4


def test_the_adapter_has_pefts_names_and_our_configuration(finished):
    workdir, _ = finished
    tensors = load_file(workdir / "adapter" / "adapter_model.safetensors")
    config = json.loads((workdir / "adapter" / "adapter_config.json").read_text())

    name = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
    assert tensors[name].shape == (4, 64)
    assert len(tensors) == 2 * 7 * 2  # layers, modules, A and B
    assert config["base_model_name_or_path"] == "toy"
    assert config["target_modules"] == list(sft.TARGET_MODULES)


def test_parity_samples_are_what_peft_computes_from_the_files(finished, toy_llama: Path):
    workdir, _ = finished
    samples = json.loads((workdir / "adapter" / "parity.json").read_text())["samples"]
    base = AutoModelForCausalLM.from_pretrained(toy_llama, dtype=torch.float32)
    model = PeftModel.from_pretrained(base, str(workdir / "adapter")).eval()

    for sample in samples:
        prompt, completion = sample["prompt_token_ids"], sample["completion_token_ids"]
        found = completion_logprobs(model, prompt, completion, torch.float32)
        assert found == pytest.approx(sample["logprobs"], abs=0.15)  # bfloat16 against float32
        assert found != pytest.approx(sample["base_logprobs"], abs=0.3)
        assert completion[-1] == 0  # the end token is trained and compared
    assert len(samples) == 4


def test_a_row_over_the_length_is_an_error_with_its_line(toy_llama: Path, tmp_path: Path):
    rows = toy_chats()
    rows[4] = chat("long?", "x" * 200)
    write_chats(tmp_path / "train.jsonl", rows)

    with pytest.raises(BadTrainingData, match=r"Line 5: 209 tokens are more than the 128") as caught:
        sft.run(spec(toy_llama, "supervised"), tmp_path, EventStream(io.StringIO()))

    assert caught.value.context["line"] == 5
    assert not (tmp_path / "adapter").exists()


def test_weight_zero_takes_a_message_out_of_the_loss(toy_llama: Path):
    tokenizer = AutoTokenizer.from_pretrained(toy_llama)
    messages: list[Row] = [
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "bb", "weight": 0},
        {"role": "user", "content": "c"},
        {"role": "assistant", "content": "dd"},
    ]

    [tokens] = tokenize_chats(tokenizer, [ChatRow(1, messages, None)], 128, "training_file")

    counted = [label for label in tokens.labels if label != NO_LOSS]
    assert tokenizer.decode(counted) == "dd<|end|>"


def test_tools_are_refused_by_a_base_that_would_drop_them(toy_llama: Path):
    tokenizer = AutoTokenizer.from_pretrained(toy_llama)
    tools: list[Row] = [{"type": "function"}]
    row = ChatRow(3, chat("a", "b")["messages"], tools)

    with pytest.raises(BadTrainingData, match="Line 3: this base cannot be trained on tools"):
        tokenize_chats(tokenizer, [row], 128, "training_file")
