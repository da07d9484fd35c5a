"""Verdicts and intervals: against the best cheap model, and never better by chance."""

from typing import Any

import numpy as np
import pytest

from kernel.contracts import BaselineName
from workers.training.chat_scores import ChatScores
from workers.training.held_out import Split
from workers.training.results import accuracy_result, loss_result


def split(rows: int, left_out: int = 0) -> Split[Any]:
    held: list[Any] = [None] * rows
    return Split(
        training=[],
        held_out=held,
        left_out=[None] * left_out,
        source="validation_file",
        repeated_rows=left_out,
    )


def right(rows: int, first: int, last: int):
    hits = np.zeros(rows, bool)
    hits[first:last] = True
    return hits


@pytest.mark.parametrize(
    ("tuned", "verdict"),
    [
        (90, "better"),
        (63, "no_better"),
        (60, "no_better"),
        (57, "no_better"),
        (40, "worse"),
    ],
)
def test_the_verdict_is_against_the_best_baseline_and_beyond_chance(tuned, verdict):
    baselines: dict[BaselineName, Any] = {
        "majority": right(100, 0, 20),
        "ngrams": right(100, 0, 60),
        "base": right(100, 40, 99),
    }

    result = accuracy_result(right(100, 0, tuned), baselines, split(100))

    assert (result.best_baseline, result.verdict) == ("ngrams", verdict)
    assert result.value == tuned / 100
    assert result.interval[0] < result.value < result.interval[1]


def test_rows_that_were_left_out_count_only_in_the_value_with_repeats():
    result = accuracy_result(right(150, 0, 50), {"majority": right(100, 0, 10)}, split(100, left_out=50))

    assert (result.rows, result.value, result.value_with_repeats) == (100, 0.5, 1 / 3)


def scores(losses) -> ChatScores:
    tokens = np.full(len(losses), 10)
    return ChatScores(np.array(losses) * 10.0, np.zeros_like(tokens), tokens)


@pytest.mark.parametrize(("gain", "verdict"), [(0.5, "better"), (0.0, "no_better"), (-0.5, "worse")])
def test_a_loss_is_compared_chat_by_chat(gain, verdict):
    noise = np.random.default_rng(3).normal(0, 0.2, 60)
    base = np.random.default_rng(1).uniform(1, 6, 60)  # chats differ far more than the gain is

    result = loss_result(scores(base - gain + noise - noise.mean()), scores(base), split(60), seed=1)

    assert (result.metric, result.verdict, result.best_baseline) == ("loss", verdict, "base")
    assert result.value == pytest.approx(base.mean() - gain)
    assert result.interval[0] < result.value < result.interval[1]
    assert result == loss_result(scores(base - gain + noise - noise.mean()), scores(base), split(60), seed=1)
