"""The cheap classifier that a tuned one must beat."""

import pytest

from workers.training import ngrams
from workers.training.ngrams import ngram_predictions

TEXTS = [f"{word} number {n}" for n in range(30) for word in ("refund", "parcel", "退款", "包裹")]
TARGETS = [0, 1, 2, 3] * 30
ASKED = ["my refund please", "where is the parcel", "我要退款", "包裹在哪里"]


@pytest.mark.parametrize("most", [4_000_000, 600])
def test_it_knows_labels_by_pieces_of_words_in_any_script(most, monkeypatch):
    monkeypatch.setattr(ngrams, "_MOST_CHARACTERS", most)

    first, again = (ngram_predictions(TEXTS, TARGETS, ASKED, seed=1) for _ in range(2))

    assert first == again == [0, 1, 2, 3]


def test_where_one_label_is_left_it_is_the_answer(monkeypatch):
    monkeypatch.setattr(ngrams, "_MOST_CHARACTERS", 20)

    assert len(set(ngram_predictions(TEXTS, TARGETS, ASKED, seed=1))) == 1
