"""The classification recipe in this process, and the parts that the engine must repeat."""

import io
import json
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

from kernel.errors import BadTrainingData, TooFewExamples
from tests.workers.training.toys import spec, toy_texts, write_texts
from workers.training.encoder import embed, macro_f1, unknown_share
from workers.training.events import EventStream
from workers.training.recipes import classification


@pytest.fixture(scope="module")
def finished(toy_bert: Path, tmp_path_factory: pytest.TempPathFactory):
    workdir = tmp_path_factory.mktemp("finished")
    write_texts(workdir / "train.csv", toy_texts())
    out = io.StringIO()
    classification.run(spec(toy_bert, "classification"), workdir, EventStream(out))
    return workdir, [json.loads(line) for line in out.getvalue().splitlines()]


def test_it_learns_and_says_how_well(finished):
    report = finished[1][-1]["report"]

    assert report["metrics"]["heldout_accuracy"] == 1.0
    assert report["metrics"]["heldout_macro_f1"] == 1.0
    assert report["metrics"]["prior_accuracy"] == 0.5
    assert report["metrics"]["heldout_rows"] == 4
    assert report["metrics"]["unknown_token_share"] == 0.0
    assert 0.0 <= report["metrics"]["base_accuracy"] <= 1.0
    assert report["steps"] == 12  # 16 rows, 4 a batch, 3 epochs


def test_the_files_alone_repeat_the_parity_samples(finished, toy_bert: Path):
    workdir, _ = finished
    adapter = workdir / "adapter"
    samples = json.loads((adapter / "parity.json").read_text())["samples"]
    bare = AutoModel.from_pretrained(toy_bert, add_pooling_layer=False)
    head = load_file(adapter / "head.safetensors")

    model = PeftModel.from_pretrained(bare, str(adapter)).eval()
    ids = AutoTokenizer.from_pretrained(toy_bert)([sample["text"] for sample in samples])["input_ids"]
    pooled = embed(model, ids, 0, torch.float32)
    logprobs = (pooled @ head["weight"].T + head["bias"]).log_softmax(-1)

    for sample, tokens, found in zip(samples, ids, logprobs.tolist(), strict=True):
        assert sample["token_ids"] == tokens
        assert sample["labels"] == ["cat_talk", "dog_talk"]
        assert found == pytest.approx(sample["logprobs"], abs=0.1)


def test_pooling_does_not_depend_on_the_padding(toy_bert: Path):
    model = AutoModel.from_pretrained(toy_bert, add_pooling_layer=False).eval()
    ids = [[2, 5, 6, 3], [2, 7, 8, 9, 10, 11, 3]]

    together = embed(model, ids, 0, torch.float32)
    alone = torch.cat([embed(model, [one], 0, torch.float32) for one in ids])

    assert torch.allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([("a cat", "cat"), ("", "dog")], BadTrainingData, "Line 3: `text` is missing or empty."),
        ([("a cat", "cat"), ("a dog", "")], BadTrainingData, "Line 3: `label` is missing or empty."),
        ([("a cat", "cat"), ("b " * 300, "dog")], BadTrainingData, "Line 3: .* tokens are more than the 128"),
        ([("a cat", "cat")], TooFewExamples, "at least two labels"),
    ],
)
def test_a_bad_file_is_refused_before_training(rows, error, message, toy_bert: Path, tmp_path: Path):
    write_texts(tmp_path / "train.csv", rows)

    with pytest.raises(error, match=message):
        classification.run(spec(toy_bert, "classification"), tmp_path, EventStream(io.StringIO()))


def test_a_validation_label_must_have_training_rows(toy_bert: Path, tmp_path: Path):
    write_texts(tmp_path / "train.csv", toy_texts())
    write_texts(tmp_path / "valid.csv", [("a bird", "bird_talk")])

    with pytest.raises(BadTrainingData, match="Line 2: no training row has the label `bird_talk`") as caught:
        classification.run(spec(toy_bert, "classification"), tmp_path, EventStream(io.StringIO()))

    assert caught.value.param == "validation_file"


def test_unknown_tokens_are_counted_without_special_ones(toy_bert: Path):
    tokenizer = AutoTokenizer.from_pretrained(toy_bert)

    assert unknown_share(tokenizer(["猫 cat"])["input_ids"], tokenizer) == pytest.approx(1 / 4)


def test_macro_f1_weighs_labels_alike():
    assert macro_f1([0, 0, 0, 1], [0, 0, 1, 1]) == pytest.approx((0.8 + 2 / 3) / 2)
