"""The classification recipe in this process, and the parts that the engine must repeat."""

import csv
import io
import json
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

from kernel.errors import BadTrainingData, TooFewExamples, TrainingDiverged
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
    result = report["result"]

    assert report["metrics"]["heldout_accuracy"] == result["value"] == 1.0
    assert report["metrics"]["heldout_macro_f1"] == 1.0
    assert report["metrics"]["unknown_token_share"] == 0.0
    assert report["steps"] == 12  # 16 rows, 4 a batch, 3 epochs
    assert result["rows"] == report["metrics"]["heldout_rows"] == 4
    assert result["interval"] == pytest.approx([0.5101, 1.0], abs=1e-4)  # Wilson's of 4 out of 4
    values = {each["name"]: each["value"] for each in result["baselines"]}
    assert list(values) == ["base", "majority", "ngrams", "frozen_features"]
    assert values["majority"] == 0.5
    assert values[result["best_baseline"]] == 1.0
    assert result["verdict"] == "no_better"  # as good as the best cheap one is not better
    assert (result["source"], result["repeated_rows"], result["value_with_repeats"]) == (
        "training_file",
        0,
        None,
    )


def test_the_customer_gets_report_matrix_and_predictions(finished):
    workdir, events = finished
    tables = {
        name: list(csv.reader((workdir / "results" / name).read_text("utf-8-sig").splitlines()))
        for name in events[-1]["report"]["result_files"]
    }

    assert events[-1]["results_folder"] == str(workdir / "results")
    assert tables["classification_report.csv"] == [
        ["label", "precision", "recall", "f1", "support"],
        ["cat_talk", "1.0", "1.0", "1.0", "2"],
        ["dog_talk", "1.0", "1.0", "1.0", "2"],
    ]
    assert tables["confusion_matrix.csv"] == [
        ["label \\ predicted", "cat_talk", "dog_talk"],
        ["cat_talk", "2", "0"],
        ["dog_talk", "0", "2"],
    ]
    header, *rows = tables["predictions.csv"]
    assert header == ["line", "text", "label", "predicted", "probability", "is_right", "is_scored"]
    assert [row[2] for row in rows] == ["cat_talk", "cat_talk", "dog_talk", "dog_talk"]
    assert all(row[1] and row[2] == row[3] and row[5:] == ["True", "True"] for row in rows)


def test_validation_rows_that_are_like_training_rows_are_scored_apart(toy_bert: Path, tmp_path: Path):
    rows = toy_texts()
    write_texts(tmp_path / "train.csv", rows)
    write_texts(tmp_path / "valid.csv", [(rows[0][0].upper(), "dog_talk"), ("my dog is here", "dog_talk")])
    out = io.StringIO()

    classification.run(spec(toy_bert, "classification"), tmp_path, EventStream(out))

    result = json.loads(out.getvalue().splitlines()[-1])["report"]["result"]
    assert (result["source"], result["rows"], result["repeated_rows"]) == ("validation_file", 1, 1)
    assert (result["value"], result["value_with_repeats"]) == (1.0, 0.5)


def test_without_a_row_to_hold_out_there_is_a_model_and_no_figure(toy_bert: Path, tmp_path: Path):
    question = "where is the parcel with the letters {} that was sent last week"
    write_texts(tmp_path / "train.csv", [(question.format(c), "ab"[n % 2]) for n, c in enumerate("abcdefgh")])
    out = io.StringIO()

    classification.run(spec(toy_bert, "classification", n_epochs=1), tmp_path, EventStream(out))

    last = json.loads(out.getvalue().splitlines()[-1])
    assert last["event"] == "report"
    assert (last["report"]["result"], last["report"]["result_files"]) == (None, [])


def test_a_rate_that_ruins_the_model_ends_the_run_at_its_step(toy_bert: Path, tmp_path: Path):
    write_texts(tmp_path / "train.csv", toy_texts())
    out = io.StringIO()

    with pytest.raises(
        TrainingDiverged, match="diverged at step 2: the training loss is not a finite number"
    ):
        classification.run(spec(toy_bert, "classification", learning_rate=1e20), tmp_path, EventStream(out))

    assert [json.loads(line)["step"] for line in out.getvalue().splitlines()] == [1]


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
