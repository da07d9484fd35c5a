"""What becomes of rows that are too long: chats by whole turns, texts by tokens."""

from typing import Any

import pytest

from kernel.lengths import fit_chat, fit_ids

LONG = ("cut_end", "keep_ends", "split", "leave_out")


class Words:
    """A token a word, and one for each message."""

    def count(self, messages) -> int:
        return sum(1 + len(message["content"].split()) for message in messages)

    def starts(self, text: str) -> list[int]:
        return [at for at in range(len(text)) if not text[at].isspace() and (at == 0 or text[at - 1] == " ")]


def words(name: str, count: int) -> str:
    return " ".join(f"{name}{number:03}" for number in range(count))


def turn(name: str, asked: int = 9, answered: int = 9, **answer) -> list[dict[str, Any]]:
    return [
        {"role": "user", "content": words(f"{name}q", asked)},
        {"role": "assistant", "content": words(f"{name}a", answered), **answer},
    ]


SYSTEM = {"role": "system", "content": words("s", 4)}
TURNS = [turn(name) for name in "abcde"]  # 20 tokens each, after 5 of the system message
TALK = [SYSTEM, *(message for each in TURNS for message in each)]


def fit(messages, how, max_length=50):
    return fit_chat(messages, max_length=max_length, long_rows=how, tokens=Words())


@pytest.mark.parametrize("how", ["refuse", *LONG])
def test_a_chat_that_fits_is_left_as_it_is(how):
    found = fit(TALK, how, max_length=105)

    assert (found.pieces, found.is_whole) == ([TALK], True)


@pytest.mark.parametrize(
    ("how", "kept"),
    [
        ("cut_end", [[SYSTEM, *TURNS[0], *TURNS[1]]]),
        ("keep_ends", [[SYSTEM, *TURNS[0], *TURNS[4]]]),
        ("split", [[SYSTEM, *TURNS[0], *TURNS[1]], [SYSTEM, *TURNS[2], *TURNS[3]], [SYSTEM, *TURNS[4]]]),
        ("leave_out", []),
    ],
)
def test_whole_turns_go_and_the_system_message_stays(how, kept):
    found = fit(TALK, how)

    assert (found.pieces, found.is_whole) == (kept, how == "split")


def test_both_ends_of_a_chat_are_its_first_and_its_last_turns():
    assert fit(TALK, "keep_ends", max_length=85).pieces == [
        [SYSTEM, *TURNS[0], *TURNS[2], *TURNS[3], *TURNS[4]]
    ]
    assert fit(TALK, "keep_ends", max_length=44).pieces == [[SYSTEM, *TURNS[4]]]  # not both


def test_a_turn_keeps_its_tool_calls_and_their_results():
    calls = [
        {"role": "user", "content": words("q", 5)},
        {"role": "assistant", "content": "", "tool_calls": [{"id": "1"}]},
        {"role": "tool", "content": words("r", 5), "tool_call_id": "1"},
        {"role": "assistant", "content": words("a", 5)},
    ]

    assert fit([*calls, *TURNS[0]], "split", max_length=20).pieces == [calls, TURNS[0]]


@pytest.mark.parametrize(
    ("how", "begins", "ends"),
    [("cut_end", "aq000 aq001", None), ("keep_ends", "aq000 aq001", "aq998 aq999")],
)
def test_a_single_turn_loses_input_and_never_of_its_answer(how, begins, ends):
    [asked, answer] = turn("a", asked=1000)

    [[cut, kept]] = fit([asked, answer], how).pieces

    assert kept == answer
    assert Words().count([cut, kept]) == 50
    assert cut["content"].startswith(begins)
    assert ends is None or cut["content"].endswith(ends)
    assert set(cut["content"].split()) < set(asked["content"].split())


@pytest.mark.parametrize("how", LONG)
@pytest.mark.parametrize(
    "messages",
    [turn("a", answered=100), turn("a", asked=100, answered=45), [SYSTEM, *turn("a", asked=100, weight=0)]],
)
def test_a_row_is_left_out_when_its_answer_cannot_stay_whole_and_be_learned(how, messages):
    assert fit(messages, how).pieces == []


def test_a_turn_that_does_not_fit_by_itself_is_missed():
    found = fit([*TURNS[0], *turn("x", answered=90), *TURNS[1], *TURNS[2]], "split", max_length=40)

    assert found.pieces == [TURNS[0], [*TURNS[1], *TURNS[2]]]
    assert not found.is_whole


def test_what_is_not_learned_is_no_piece():
    muted = turn("m", weight=0)

    assert fit([*muted, *TURNS[0]], "split", max_length=20).pieces == [TURNS[0]]


@pytest.mark.parametrize(
    ("how", "windows"),
    [
        ("cut_end", [[90, 0, 1, 2, 3, 99]]),
        ("keep_ends", [[90, 0, 1, 8, 9, 99]]),
        ("split", [[90, 0, 1, 2, 99], [90, 3, 4, 5, 99], [90, 6, 7, 8, 9, 99]]),
        ("leave_out", []),
        ("refuse", []),
    ],
)
def test_windows_of_a_text_have_its_special_tokens(how, windows):
    ids = [90, *range(10), 99]

    assert fit_ids(ids, prefix=1, suffix=1, max_length=6, long_rows=how) == windows
    assert fit_ids(ids, prefix=1, suffix=1, max_length=12, long_rows=how) == [ids]


@pytest.mark.parametrize("length", range(5, 40))
def test_a_split_text_loses_no_token_and_no_window_is_too_long(length):
    windows = fit_ids(list(range(length)), prefix=1, suffix=1, max_length=8, long_rows="split")

    assert max(map(len, windows)) <= 8
    assert [token for window in windows for token in window[1:-1]] == list(range(1, length - 1))
