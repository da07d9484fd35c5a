"""What recipes train of rows that are too long: exactly what was quoted, and judged as it is served."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from apps.catalog.base_files import all_bases
from apps.catalog.tokenizing import TokenCounter
from kernel.bases import base_folder
from kernel.errors import BadTrainingData
from kernel.lengths import fit_chat
from tests.workers.training.toys import chat, spec, toy_chats, toy_texts, write_chats, write_texts
from workers.training.chat_tokens import fit_chats, tokenize_chats
from workers.training.data import ChatRow
from workers.training.encoder import embed, embed_windows, short_text
from workers.training.events import EventStream
from workers.training.recipes import classification, sft

CHOICES = ("cut_end", "keep_ends", "split")
LONG = "the cat sat " * 12  # 108 characters, each a token, and two special ones


def talk(turns: int, words: int) -> dict[str, Any]:
    messages = []
    for number in range(turns):
        messages += chat(f"question {number} " + "why " * words, f"answer {number} " + "so " * words)[
            "messages"
        ]
    return {"messages": [{"role": "system", "content": "Be kind."}, *messages]}


@pytest.mark.parametrize("choice", CHOICES)
def test_a_quote_and_a_recipe_cut_chats_alike(choice):
    base = all_bases()["finery-nano"]
    counter, tokenizer = TokenCounter(base), AutoTokenizer.from_pretrained(base_folder(base.source))
    rows = [talk(6, 30), chat("Where is my Gr\u00fc\u00dfe \u5305\u88f9? " * 90, "On its way."), talk(2, 200)]

    class Quoted:
        count = staticmethod(counter.count_chat)
        starts = staticmethod(counter.starts)

    for line, row in enumerate(rows, start=1):
        quoted = fit_chat(row["messages"], max_length=256, long_rows=choice, tokens=Quoted)
        whole = [ChatRow(line, row["messages"], None)]
        pieces = fit_chats(tokenizer, whole, 256, choice, "training_file").get(line, [])

        assert [piece.messages for piece in pieces] == quoted.pieces
        trained = tokenize_chats(tokenizer, pieces, 256, "training_file")
        assert [len(each.input_ids) for each in trained] == [counter.count_chat(p) for p in quoted.pieces]


@pytest.mark.parametrize(
    ("choice", "pieces"), [("cut_end", 1), ("keep_ends", 1), ("split", 3), ("leave_out", 0)]
)
def test_a_long_chat_stays_on_one_side_of_the_split(choice, pieces, toy_llama: Path, tmp_path: Path):
    rows = [*toy_chats(), *(talk(3, 6) for _ in range(4))]  # their turns have some 80 tokens
    rows[-2] = talk(3, 7)
    write_chats(tmp_path / "train.jsonl", rows)
    job = spec(toy_llama, "supervised", long_rows=choice)

    split = sft.load_chats(job, tmp_path, AutoTokenizer.from_pretrained(toy_llama))

    trained, held = ({each.row.line for each in side} for side in (split.training, split.held_out))
    assert not trained & held
    long = [each for each in split.training + split.held_out if each.row.line > 16]
    assert all(len(each.input_ids) <= 128 for each in long)
    assert bool(long) == bool(pieces)
    assert len(long) == pieces * len({each.row.line for each in long})


def test_a_chat_recipe_trains_what_was_quoted(toy_llama: Path, tmp_path: Path):
    write_chats(tmp_path / "train.jsonl", [*toy_chats(), talk(3, 6)])
    write_chats(tmp_path / "valid.jsonl", [chat("number 99?", "it is 99"), talk(3, 7)])
    job, out = spec(toy_llama, "supervised", long_rows="split", n_epochs=1), io.StringIO()
    split = sft.load_chats(job, tmp_path, AutoTokenizer.from_pretrained(toy_llama))

    sft.run(job, tmp_path, EventStream(out))

    report = json.loads(out.getvalue().splitlines()[-1])["report"]
    assert report["trained_tokens"] == sum(len(each.input_ids) for each in split.training)
    assert len(split.training) == 16 + 3
    assert json.loads((tmp_path / "adapter" / "parity.json").read_text())["samples"]


@pytest.mark.parametrize(
    ("choice", "tokens", "examples"),
    [("cut_end", 64, 1), ("keep_ends", 64, 1), ("split", 2 * 2 + 108, 2), ("leave_out", 0, 0)],
)
def test_a_classifier_trains_what_was_quoted(choice, tokens, examples, toy_bert: Path, tmp_path: Path):
    rows = [*toy_texts(), (LONG, "cat_talk")]
    write_texts(tmp_path / "train.csv", rows)
    write_texts(
        tmp_path / "valid.csv",
        [("one cat sits", "cat_talk"), ("a dog?", "dog_talk"), (LONG[9:] + "on", "cat_talk")],
    )
    job, out = spec(toy_bert, "classification", max_length=64, long_rows=choice, n_epochs=1), io.StringIO()
    tokenizer = AutoTokenizer.from_pretrained(toy_bert)
    short = sum(len(ids) for ids in tokenizer([text for text, _ in toy_texts()])["input_ids"])
    assert len(tokenizer(LONG)["input_ids"]) == 110

    classification.run(job, tmp_path, EventStream(out))

    report = json.loads(out.getvalue().splitlines()[-1])["report"]
    assert report["trained_tokens"] == short + tokens
    assert report["steps"] == -(-(20 + examples) // 4)
    about = json.loads((tmp_path / "adapter" / "about.json").read_text())
    assert (about["max_length"], about["long_rows"]) == (64, choice)
    samples = json.loads((tmp_path / "adapter" / "parity.json").read_text())["samples"]
    assert all(len(each["token_ids"]) <= 64 for each in samples)
    assert [each["token_ids"] for each in samples] == tokenizer([each["text"] for each in samples])[
        "input_ids"
    ]


def test_long_rows_are_refused_where_nothing_was_chosen(toy_bert: Path, tmp_path: Path):
    write_texts(tmp_path / "train.csv", [*toy_texts(), (LONG, "cat_talk")])

    with pytest.raises(BadTrainingData, match="Line 22: 110 tokens are more than the 64"):
        classification.run(
            spec(toy_bert, "classification", max_length=64), tmp_path, EventStream(io.StringIO())
        )


def test_a_text_in_windows_is_the_mean_of_them(toy_bert: Path):
    model = AutoModel.from_pretrained(toy_bert, add_pooling_layer=False).eval()
    windows = [[[2, 5, 6, 3], [2, 7, 3]], [[2, 8, 3]]]

    found = embed_windows(model, windows, 0, torch.float32)

    single = embed(model, [[2, 5, 6, 3], [2, 7, 3], [2, 8, 3]], 0, torch.float32)
    torch.testing.assert_close(found, torch.stack([single[:2].mean(dim=0), single[2]]))


def test_a_sample_is_the_beginning_that_fits(toy_bert: Path):
    tokenizer = AutoTokenizer.from_pretrained(toy_bert)

    assert short_text(tokenizer, "a cat", 64) == "a cat"
    cut = short_text(tokenizer, LONG, 64)
    assert LONG.startswith(cut)
    assert 50 < len(tokenizer(cut)["input_ids"]) <= 64
