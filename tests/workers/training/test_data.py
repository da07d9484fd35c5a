"""Reading files, bucketing; and the door that turns errors into failures."""

import json
from pathlib import Path

import pytest

from kernel.errors import BadTrainingData
from tests.workers.training.toys import (
    build_llama,
    chat,
    run_command,
    run_recipe,
    spec,
    toy_chats,
    write_chats,
    write_texts,
)
from workers.training.data import (
    LabelledRow,
    length_bucketed_batches,
    read_chats,
    read_labelled,
)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("{nonsense", "this is not JSON in UTF-8."),
        ("[]", "each line must be a JSON object."),
        ('{"messages": []}', "`messages` must be a non-empty list."),
        (json.dumps({"messages": [{"role": "robot", "content": "x"}]}), "each message needs a known `role`."),
        (
            json.dumps({"messages": [{"role": "user", "content": "x"}]}),
            "the last message must be the assistant's.",
        ),
        (json.dumps(chat("x", None)), "`content` must be text."),  # type: ignore[arg-type]
    ],
)
def test_a_bad_chat_is_named_by_its_line(row: str, problem: str, tmp_path: Path):
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps(chat("a", "b")) + "\n\n" + row + "\n")

    with pytest.raises(BadTrainingData) as caught:
        read_chats(path, "training_file")

    assert caught.value.message == f"Line 3: {problem}"
    assert caught.value.context["line"] == 3


def test_a_csv_row_is_named_by_its_first_line(tmp_path: Path):
    path = write_texts(tmp_path / "train.csv", [("two\nlines", "a"), ("more", "")])

    with pytest.raises(BadTrainingData, match="Line 4: `label` is missing or empty"):
        read_labelled(path, "training_file")


def test_json_lines_are_labelled_texts_too(tmp_path: Path):
    path = tmp_path / "train.jsonl"
    path.write_text('{"text": "猫", "label": "cat"}\n', encoding="utf-8")

    assert read_labelled(path, "training_file") == [LabelledRow(1, "猫", "cat")]


def test_buckets_hold_every_row_once_and_differ_by_epoch():
    lengths = [(i * 37) % 91 for i in range(203)]

    first = length_bucketed_batches(lengths, 8, seed=1, epoch=0)
    padding = sum(len(b) * max(lengths[i] for i in b) for b in first) - sum(lengths)

    assert sorted(i for batch in first for i in batch) == list(range(203))
    assert first == length_bucketed_batches(lengths, 8, seed=1, epoch=0)
    assert first != length_bucketed_batches(lengths, 8, seed=1, epoch=1)
    assert padding < 0.1 * sum(lengths)


def test_a_customers_error_is_a_failure_with_code_and_line(tmp_path: Path):
    write_chats(tmp_path / "train.jsonl", [*toy_chats(6), {"messages": "none"}])

    events, status = run_command(spec(build_llama(tmp_path / "base"), "supervised"), tmp_path)

    assert status == 0
    assert events == [
        {
            "event": "failure",
            "blame": "customer",
            "code": "invalid_training_file",
            "message": "Line 7: `messages` must be a non-empty list.",
            "param": "training_file",
            "version": 1,
        }
    ]


def test_a_bug_is_a_failure_of_ours_without_customer_text(tmp_path: Path):
    write_chats(tmp_path / "train.jsonl", toy_chats())

    events, status = run_recipe(spec(tmp_path / "absent", "supervised"), tmp_path)

    assert status == 1
    assert [(event["blame"], event["code"]) for event in events] == [("platform", "training_crashed")]
    assert "Traceback" in (tmp_path / "errors.log").read_text()
