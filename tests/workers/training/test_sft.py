"""The supervised recipe in this process: numbers, adapter files, refusals."""

import csv
import io
import json
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from kernel.adapters import CAUSAL_TARGET_MODULES
from kernel.errors import BadTrainingData, TrainingDiverged
from tests.workers.training.toys import Row, chat, spec, toy_chats, write_chats
from workers.training import chat_scores
from workers.training.chat_scores import ChatScores, score_chats
from workers.training.chat_tokens import NO_LOSS, split_last_answer, tokenize_chats
from workers.training.data import ChatRow
from workers.training.divergence import require_learned
from workers.training.events import EventStream
from workers.training.parity import MOST_SAMPLES, completion_logprobs
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
    split = sft.load_chats(spec(toy_llama, "supervised"), workdir, tokenizer)

    once = sum(len(row.input_ids) for row in split.training)

    assert (len(split.training), len(split.held_out)) == (12, 4)
    assert events[-1]["report"]["trained_tokens"] == 3 * once


def test_the_report_compares_with_the_base(finished):
    report = finished[1][-1]["report"]
    metrics, result = report["metrics"], report["result"]

    assert metrics["valid_loss"] == result["value"] < metrics["base_valid_loss"]
    assert metrics["valid_rows"] == result["rows"] == 4
    assert (result["metric"], result["best_baseline"], result["verdict"]) == ("loss", "base", "better")
    assert result["baselines"] == [{"name": "base", "value": metrics["base_valid_loss"]}]
    low, high = result["interval"]
    assert low <= result["value"] <= high < metrics["base_valid_loss"]


def test_each_held_out_chat_is_in_the_table_with_its_loss_before_and_after(finished):
    workdir, events = finished
    report = events[-1]["report"]
    header, *rows = csv.reader((workdir / "results" / "predictions.csv").read_text("utf-8-sig").splitlines())

    assert report["result_files"] == ["predictions.csv"]
    assert header == ["line", "tokens", "base_loss", "loss", "token_accuracy", "is_scored"]
    tokens = sum(int(row[1]) for row in rows)
    for column, value in ((2, report["metrics"]["base_valid_loss"]), (3, report["metrics"]["valid_loss"])):
        assert sum(int(row[1]) * float(row[column]) for row in rows) / tokens == pytest.approx(
            value, abs=1e-4
        )


def test_scores_do_not_depend_on_how_chats_are_batched(finished, toy_llama: Path, monkeypatch):
    workdir, _ = finished
    tokenizer = AutoTokenizer.from_pretrained(toy_llama)
    split = sft.load_chats(spec(toy_llama, "supervised"), workdir, tokenizer)
    model = AutoModelForCausalLM.from_pretrained(toy_llama, dtype=torch.float32)

    def score() -> ChatScores:
        return score_chats(model, split.training, 4, torch.float32, lambda: None)

    together = score()
    monkeypatch.setattr(chat_scores, "_BATCH_TOKENS", 1)
    alone = score()

    assert together.losses == pytest.approx(alone.losses, rel=1e-5)
    assert together.hits.tolist() == alone.hits.tolist()
    first = completion_logprobs(
        model, *split_last_answer(AutoTokenizer.from_pretrained(toy_llama), split.training[0]), torch.float32
    )
    assert alone.losses[0] == pytest.approx(-sum(first), rel=1e-5)


def test_without_a_chat_to_hold_out_there_is_a_model_and_no_figure(toy_llama: Path, tmp_path: Path):
    question = "where is the parcel with the letters {} that was sent last week"
    write_chats(tmp_path / "train.jsonl", [chat(question.format(c), f"it is {c}") for c in "abcdef"])
    out = io.StringIO()

    sft.run(spec(toy_llama, "supervised", n_epochs=1), tmp_path, EventStream(out))

    events = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [event["event"] for event in events] == ["progress", "progress", "checkpoint", "report"]
    assert (events[-1]["report"]["result"], events[-1]["report"]["result_files"]) == (None, [])
    assert json.loads((tmp_path / "adapter" / "parity.json").read_text())["samples"]


def test_a_rate_that_ruins_the_model_ends_the_run_at_its_step(toy_llama: Path, tmp_path: Path):
    write_chats(tmp_path / "train.jsonl", toy_chats())
    job = spec(toy_llama, "supervised", learning_rate=1e20)

    with pytest.raises(
        TrainingDiverged, match="at step 3: the training loss is not a finite number"
    ) as caught:
        sft.run(job, tmp_path, EventStream(io.StringIO()))

    assert caught.value.param == "learning_rate_multiplier"
    assert not (tmp_path / "adapter").exists()


@pytest.mark.parametrize(
    ("loss", "base_loss", "is_ruined"), [(9.3, 2.0, True), (9.1, 2.0, False), (9.3, 9.4, False)]
)
def test_a_model_worse_than_its_base_and_than_chance_is_ruined(loss, base_loss, is_ruined):
    expected = pytest.raises(TrainingDiverged, match=r"9\.3 nats") if is_ruined else nullcontext()

    with expected:
        require_learned(40, loss, base_loss, vocabulary=10_000)  # 9.21 nats


def test_the_adapter_has_pefts_names_and_our_configuration(finished):
    workdir, _ = finished
    tensors = load_file(workdir / "adapter" / "adapter_model.safetensors")
    config = json.loads((workdir / "adapter" / "adapter_config.json").read_text())

    name = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
    assert tensors[name].shape == (4, 64)
    assert len(tensors) == 2 * 7 * 2  # layers, modules, A and B
    assert config["base_model_name_or_path"] == "toy"
    assert config["target_modules"] == list(CAUSAL_TARGET_MODULES)


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
    assert len(samples) == MOST_SAMPLES  # the four that are held out, then others


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
