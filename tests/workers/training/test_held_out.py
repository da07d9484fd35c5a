"""Rows that a model is judged by: none whose like it was trained on."""

from random import Random
from string import ascii_lowercase

import pytest

from kernel.errors import TooFewExamples
from workers.training.data import ChatRow, LabelledRow
from workers.training.held_out import by_validation_file, hold_out_by_label, hold_out_chats


def texts(*rows: tuple[str, str]) -> list[LabelledRow]:
    return [LabelledRow(line, text, label) for line, (text, label) in enumerate(rows, 1)]


def unlike(count: int, label: str = "a") -> list[tuple[str, str]]:
    """Texts of twelve made-up words, of which no two are alike."""
    words = Random(label)
    return [
        (" ".join("".join(words.choices(ascii_lowercase, k=6)) for _ in range(12)), label)
        for _ in range(count)
    ]


def chats(count: int) -> list[ChatRow]:
    return [
        ChatRow(n, [{"role": "user", "content": text}, {"role": "assistant", "content": "yes"}], None)
        for n, (text, _) in enumerate(unlike(count), 1)
    ]


@pytest.mark.parametrize(("rows", "held"), [(5, 4), (16, 4), (120, 12)])
def test_a_tenth_of_the_chats_is_held_out_within_bounds(rows: int, held: int):
    split = hold_out_chats(chats(rows), seed=1)

    assert len(split.held_out) == held
    assert sorted(chat.line for chat in split.training + split.held_out) == list(range(1, rows + 1))
    assert hold_out_chats(chats(rows), seed=1) == split
    assert split.repeated_rows == 0


def test_four_chats_are_too_few():
    with pytest.raises(TooFewExamples):
        hold_out_chats(chats(4), seed=1)


def test_each_label_of_four_rows_or_more_is_held_out():
    rows = texts(*unlike(4, "a"), *unlike(3, "b"), *unlike(20, "c"))

    split = hold_out_by_label(rows, seed=1)

    assert sorted(row.label for row in split.held_out) == ["a", "c", "c", "c"]
    assert len(split.training) + len(split.held_out) == len(rows)


@pytest.mark.parametrize("seed", range(5))
def test_no_like_of_a_held_out_text_is_trained_on(seed: int):
    plain = [*unlike(40, "a"), *unlike(40, "b")]
    repeats = [(f" {text.upper()}", label) for text, label in plain]
    nearly = [(f"{text} please", label) for text, label in plain[:20]]

    split = hold_out_by_label(texts(*plain, *repeats, *nearly), seed)

    held, trained = (
        {row.text.casefold().removesuffix(" please").strip() for row in rows}
        for rows in (split.held_out, split.training)
    )
    assert not held & trained
    assert split.repeated_rows == 180
    assert 8 <= len(held) <= 14
    inputs = [row.text.casefold().strip() for row in split.held_out]
    assert len(set(inputs)) == len(inputs)  # a repeat is not scored twice


def test_a_text_with_two_labels_is_held_out_as_one():
    pairs = [(f"{text} of a kind", label) for text, _ in unlike(10) for label in "ab"]

    split = hold_out_by_label(texts(*pairs, *unlike(10, "c")), seed=3)

    assert not {row.text for row in split.held_out} & {row.text for row in split.training}
    assert {row.label for row in split.training} == {"a", "b", "c"}


def test_chats_that_are_alike_stay_on_one_side():
    rows = chats(30)
    doubled = rows + [ChatRow(row.line + 30, row.messages, None) for row in rows]

    split = hold_out_chats(doubled, seed=1)

    assert not {row.input for row in split.held_out} & {row.input for row in split.training}
    assert (len(split.held_out), len(split.training), split.repeated_rows) == (3, 54, 60)


def test_rows_of_one_template_are_all_trained_on_and_none_is_scored():
    question = "where is the parcel with the number {:04} that I sent last week"
    rows = texts(*((question.format(n), "ab"[n % 2]) for n in range(40)))

    split = hold_out_by_label(rows, seed=1)

    assert (split.training, split.held_out, split.repeated_rows) == (rows, [], 40)


def test_rows_of_a_validation_file_that_are_like_training_rows_are_scored_apart():
    training = texts(*unlike(10))
    validation = texts(("a new one", "a"), (training[3].text.upper(), "a"), ("yet another", "a"))

    split = by_validation_file(training, validation)

    assert split.training == training
    assert split.held_out == [validation[0], validation[2]]
    assert split.left_out == [validation[1]]
    assert (split.source, split.repeated_rows) == ("validation_file", 1)
