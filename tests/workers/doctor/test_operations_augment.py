"""More rows out of the ones that are there."""

import re
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.rows import RowFormat
from tests.workers.doctor.plain_rows import labelled, lay_out, origins, run
from workers.doctor.hashes import row_hash
from workers.doctor.operations.impossible import Impossible
from workers.doctor.operations.variation import METHODS, replace_words, slip
from workers.doctor.operations.words import known_words, similar_characters, synonyms

SENTENCES = [
    "I want to return the broken lamp and get my money back quickly",
    "Please cancel my subscription immediately, the quality is terrible",
    "我想取消订单，快递还没有发货，请尽快退款到我的银行卡",
    "商品质量非常糟糕，客服也不回复，怎么办呢",
]
SEED = {"type": "augment", "seed": 7, "methods": ["synonyms", "characters"]}


def augment(tmp_path, rows, format=RowFormat.CLASSIFICATION, **how):
    plain = lay_out(tmp_path / "in", rows, format) / "plain.jsonl"
    return run(tmp_path / "out", {**SEED, **how}, [plain], format)


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("method", list(METHODS))
def test_both_methods_change_both_languages(text, method):
    varied = METHODS[method](text, Random(1))

    assert varied != text
    assert METHODS[method](text, Random(1)) == varied


PIECES = [
    *SENTENCES,
    "not",
    "NO 12.50",
    "don't",
    "never",
    "不",
    "没有",
    "未",
    "3月5日",
    "-7",
    "ann@mail.example",
    "３００元",
]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=6),
    st.sampled_from(list(METHODS)),
    st.integers(0, 99),
)
def test_negations_numbers_and_addresses_are_never_touched(pieces, method, seed):
    kept = re.compile(
        r"\b(?:not|no|never|don't)\b|[不没未]|[\d０-９]+(?:\.\d+)?[月日元]?|\S+@\S+", re.IGNORECASE
    )
    text = " ".join(pieces)

    assert kept.findall(METHODS[method](text, Random(seed))) == kept.findall(text)


def test_a_synonym_keeps_the_case_and_fits_the_article():
    found = {replace_words("Purchase it. PURCHASE", Random(seed)) for seed in range(20)}

    assert found <= {"Buy it. PURCHASE", "Purchase it. BUY", "Buy it. BUY"}
    assert replace_words("an error", Random(1)) == "an error"  # a fault would need another article


def test_the_longest_word_is_the_one_that_is_meant():
    assert {replace_words("信用卡", Random(seed)) for seed in range(9)} == {"贷记卡"}
    assert {replace_words("right away", Random(seed)) for seed in range(9)} <= set(synonyms()["right away"])


def test_words_inside_of_names_and_addresses_stay():
    assert (
        replace_words("buyer shop.example my-shop shop@x", Random(1)) == "buyer shop.example my-shop shop@x"
    )
    assert slip("https://shop.example/return item_77 cable7", Random(1)).endswith(" item_77 cable7")


def test_slips_are_few():
    text = " ".join(["delivery"] * 40)

    changed = sum(word != "delivery" for word in slip(text, Random(1)).split())

    assert changed == 6


def test_the_lists_are_sound():
    assert all(others and word not in others for word, others in synonyms().items())
    assert sum(word.isascii() for word in synonyms()) > 900
    assert sum(not word.isascii() for word in synonyms()) > 700
    forbidden = re.compile(
        r"[不没未无勿莫别否]|\b(?:no|not|never|none|nothing|without)\b|\d|[一二三四五六七八九十百千万]"
    )
    assert [word for word in synonyms() if forbidden.search(word)] == []
    assert set("不没未无勿莫别否一二三四五六七八九十百千万").isdisjoint(similar_characters())
    assert known_words().pattern.count("||") == 0


def test_rare_labels_are_filled_up(tmp_path):
    rows = labelled(*((f"{sentence} {number}", "many") for sentence in SENTENCES for number in range(5)))
    rows += labelled((SENTENCES[0], "few"), (SENTENCES[2], "few"))

    found = augment(tmp_path, rows, rows_per_label=12)

    assert found[:22] == rows
    assert Counter(row["label"] for row in found) == {"many": 20, "few": 12}
    assert len({row_hash(row) for row in found}) == 32
    came_from = Counter(source for _, source in origins(tmp_path / "out")[22:])
    assert came_from == {row_hash(rows[20]): 5, row_hash(rows[21]): 5}


def test_a_share_of_all_rows_is_added(tmp_path):
    rows = labelled(
        *((f"{sentence} {number}", "ab"[number % 2]) for sentence in SENTENCES for number in range(10))
    )

    assert len(augment(tmp_path, rows, percent=25)) == 50
    assert len(augment(tmp_path, rows, percent=150)) == 100


def test_others_make_up_for_a_text_with_nothing_to_change(tmp_path):
    rows = labelled(("77", "a"), (SENTENCES[0], "a"), (SENTENCES[1], "a"))

    found = augment(tmp_path, rows, rows_per_label=6)

    assert len(found) == 6
    assert not any(row["text"].startswith("77") for row in found[3:])


@pytest.mark.parametrize(
    ("format", "row", "field"),
    [
        (RowFormat.REGRESSION, {"text": SENTENCES[0], "value": 3}, "text"),
        (RowFormat.PAIRS, {"anchor": SENTENCES[2], "positive": SENTENCES[3], "score": 0.5}, "anchor"),
        (RowFormat.TRIPLETS, {"anchor": SENTENCES[0], "positive": "p", "negative": "n"}, "anchor"),
    ],
)
def test_only_the_question_changes(tmp_path, format, row, field):
    original, varied = augment(tmp_path, [row], format, percent=100)

    assert original == row
    assert varied[field] != row[field]
    assert {**varied, field: row[field]} == row


def test_entities_and_labels_of_tokens_stay(tmp_path):
    tokens = ["Purchase", "Street", "delivery", "House", "Company", "Doctor", "quickly", "在", "银行"]
    labels = ["B-LOC", "I-LOC", "O", "B-LOC", "B-ORG", "B-PER", "O", "O", "B-ORG"]

    _, *varied = augment(
        tmp_path, [{"tokens": tokens, "labels": labels}], RowFormat.TOKEN_LABELS, percent=800
    )

    assert len(varied) == 8
    for row in varied:
        assert row["labels"] == labels
        assert len(row["tokens"]) == 9
        (changed,) = [place for place, token in enumerate(row["tokens"]) if token != tokens[place]]
        assert labels[changed] == "O"
        assert row["tokens"][changed].split() == [row["tokens"][changed]]


def test_a_new_row_is_there_once(tmp_path):
    found = augment(tmp_path, labelled(("信用卡", "a")), methods=["synonyms"], percent=300)

    assert [row["text"] for row in found] == ["信用卡", "贷记卡"]


@pytest.mark.parametrize(
    ("format", "row", "how", "message"),
    [
        (RowFormat.CLASSIFICATION, {"text": "77", "label": "a"}, {"percent": 100}, "None of the texts"),
        (RowFormat.TEXT, {"text": SENTENCES[0]}, {"percent": 100}, "Rows of text cannot be varied"),
        (RowFormat.REGRESSION, {"text": "x", "value": 1}, {"rows_per_label": 9}, "have no labels to fill up"),
    ],
)
def test_what_cannot_be_varied_is_said(tmp_path, format, row, how, message):
    with pytest.raises(Impossible, match=message):
        augment(tmp_path, [row], format, **how)
