"""Which inputs are alike."""

import numpy as np

from workers.doctor.likes import first_alike, has_like, nearest

QUESTION = "How long does it take until the money is back on my credit card after a return"


def test_equal_and_nearly_equal_inputs_are_one_group_and_the_first_leads_it():
    inputs = ["hello", QUESTION, "Hello ", "something else", QUESTION.upper() + "?", QUESTION + " please"]

    assert first_alike(inputs).tolist() == [0, 1, 0, 3, 1, 1]


def test_what_is_alike_through_another_is_one_group():
    more = ["because", "by", "now", "nobody", "answers", "my", "many", "letters"]
    steps = [" ".join([QUESTION, *more[:n]]) for n in (0, 2, 4, 6, 8)]  # each is near to its neighbours only

    assert first_alike(["other", *steps]).tolist() == [0, 1, 1, 1, 1, 1]
    assert nearest([steps[0]], [steps[4]]) == {}


def test_an_input_has_a_like_by_equality_or_nearness_among_the_others():
    others = ["hello", QUESTION]

    found = has_like(["HELLO", "goodbye", QUESTION + "!!", "hello"], others)

    assert found.tolist() == [True, False, True, True]


def test_a_shared_system_prompt_makes_no_two_chats_alike():
    prompt = f"system: {QUESTION * 5}"
    inputs = [f"{prompt}\nuser: {word}" for word in ("refund", "parcel", "voucher", "invoice", "parcel")]

    assert first_alike(inputs).tolist() == [0, 1, 2, 3, 1]


def test_nothing_is_like_nothing():
    assert first_alike([]).tolist() == []
    assert has_like([], ["a"]).tolist() == []
    assert has_like(["a"], []).tolist() == [False]
    assert isinstance(first_alike(["a"]), np.ndarray)
