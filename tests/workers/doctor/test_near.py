"""Texts that are nearly the same."""

import random
import tracemalloc

import numpy as np
import pytest

from workers.doctor.near import Commonplaces, candidates, sign, similarity

MANY = 10**9
ENGLISH = "The parcel that I ordered on Monday has not arrived at my house in the old town yet"
CHINESE = "我上周一在你们网店订购的那张餐桌到现在还没有送到家里来，请帮我查一下物流"


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_a_word_more_is_near_and_another_text_is_not(text):
    texts = [text, f"{text}呢" if text is CHINESE else f"{text} sir", text[::-1]]

    assert list(candidates(sign(texts), MANY)) == [(0, 1)]
    assert similarity(texts[0], texts[1]) > 0.9
    assert similarity(texts[0], texts[2]) < 0.1


def test_case_and_punctuation_do_not_matter():
    assert similarity("I'm waiting.", "im WAITING") == 1.0


def test_texts_of_punctuation_differ():
    assert similarity("!!!!!!", "??????") == 0.0


def test_a_split_pairs_only_across_it():
    texts = [ENGLISH, f"{ENGLISH}!", f"{ENGLISH} now", CHINESE]

    assert list(candidates(sign(texts), MANY, split=2)) == [(0, 2), (1, 2)]


def test_candidates_of_one_template_are_bounded():
    signatures = sign(f"{ENGLISH} {number % 7}" for number in range(3_000))

    found = list(candidates(signatures, MANY))

    assert 3_000 < len(found) < 16 * 8 * 3_000
    assert list(candidates(signatures, 100)) == found[:100]


def test_candidates_that_nobody_asks_for_take_no_memory():
    chance = np.random.default_rng(1)
    signatures = np.zeros((20_000, 128), np.uint32)
    signatures[:, ::8] = chance.integers(0, 3, (20_000, 16))  # near ones, with other mates in each band

    tracemalloc.start()
    list(candidates(signatures, 1_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 30 * 1024**2


def test_pieces_that_many_rows_share_are_left_out():
    rows = [["You are a helpful assistant.", f"question {number}"] for number in range(10)]
    common = Commonplaces(rows)

    assert common.without(rows[3]) == "question 3"
    assert common.without(["You are a helpful assistant."]) == "You are a helpful assistant."


def test_near_pairs_are_found_among_many_others():
    chance = random.Random(5)
    words = ["".join(chance.choices("abcdefgh", k=6)) for _ in range(500)]
    texts = [" ".join(chance.choices(words, k=30)) for _ in range(400)]
    twins = [f"{text} thanks" for text in texts[:50]]

    found = set(candidates(sign(texts + twins), MANY))

    assert len(found & {(number, 400 + number) for number in range(50)}) >= 49
    assert len(found) <= 55
