"""The shared words."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import keys, wire
from kernel.contracts import Directive, Progress
from kernel.errors import BadTrainingData
from kernel.ids import new_id
from kernel.money import Price, booked_cost, token_cost, total_micro_usd, usage_cost

PRICE = Price(version=1, training=400_000, input=50_000, cached_input=25_000, output=200_000)


def test_ids_of_one_process_grow():
    made = [new_id("x-") for _ in range(10_000)]

    assert made == sorted(set(made))
    assert {len(one) for one in made} == {28}


@given(st.integers(0, 10**9), st.integers(0, 10**7))
def test_cost_is_rounded_half_up(tokens, rate):
    exact = tokens * rate / 1_000_000

    assert abs(token_cost(tokens, rate) - exact) <= 0.5 + exact * 1e-15


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_cached_tokens_cost_the_cached_rate_instead(fresh, cached, output):
    lines = usage_cost(PRICE, input_tokens=fresh + cached, cached_tokens=cached, output_tokens=output)

    assert sum(line.tokens for line in lines) == fresh + cached + output
    assert total_micro_usd(lines) == (
        token_cost(fresh, PRICE.input)
        + token_cost(cached, PRICE.cached_input)
        + token_cost(output, PRICE.output)
    )


def test_key_is_recognised_and_a_changed_one_is_not():
    key = keys.new_key("key_" + "0" * 26)

    assert keys.is_well_formed(key)
    assert keys.is_well_formed(keys.new_key("key_" + "0" * 26, is_admin=True))
    for index in range(7, len(key)):
        changed = key[:index] + ("A" if key[index] != "A" else "B") + key[index + 1 :]
        assert not keys.is_well_formed(changed), index


@given(st.text())
def test_no_text_breaks_the_key_check(text):
    assert not keys.is_well_formed(text)


def test_errors_survive_pickling():
    error = pickle.loads(pickle.dumps(BadTrainingData("bad", param="training_file", line=3)))

    assert (error.message, error.param, error.context) == ("bad", "training_file", {"line": 3})


def test_unknown_version_is_refused():
    step = Progress(step=1, total_steps=2, epoch=0.5, train_loss=1.0, learning_rate=1e-3, trained_tokens=5)
    sent = wire.encode(step)

    assert wire.decode(sent, Progress) == step
    with pytest.raises(ValueError, match="version 2"):
        wire.decode(sent.replace(b'"version":1', b'"version":2'), Progress)


def test_message_without_version_is_read():
    assert wire.decode(b'{"stop":"cancel"}', Directive) == Directive(stop="cancel")


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 5000)), max_size=60))
def test_many_small_calls_cost_what_their_tokens_cost_together(calls):
    carry, booked = 0, 0
    for fresh, cached, output in calls:
        lines, carry = booked_cost(
            PRICE, carry, input_tokens=fresh + cached, cached_tokens=cached, output_tokens=output
        )
        booked += total_micro_usd(lines)

    exact = sum(f * PRICE.input + c * PRICE.cached_input + o * PRICE.output for f, c, o in calls)
    assert booked * 1_000_000 + carry == exact
