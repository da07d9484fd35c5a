"""How good a model came out, against what is cheap. N: held-out rows."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest  # type: ignore[import-untyped]

from kernel.contracts import Baseline, BaselineName, TrainResult, Verdict
from workers.training.chat_scores import ChatScores
from workers.training.held_out import Split

LEVEL = 0.95  # of intervals, and of what counts as beyond chance
_RESAMPLES = 1_000

Hits = NDArray[np.bool_]  # (N): whether each row was answered right


def accuracy_result(hits: Hits, baselines: Mapping[BaselineName, Hits], split: Split[Any]) -> TrainResult:
    """Accuracy with Wilson's interval; against the best baseline the rows that only one of them knows count.

    Args:
        hits: of the model, on the held-out rows, then on those that the score leaves out.
        baselines: likewise, on the held-out rows.

    Source: McNemar 1947, "Note on the sampling error of the difference between correlated proportions".
    """
    scored = hits[: len(split.held_out)]
    best = max(baselines, key=lambda name: int(baselines[name].sum()))
    gained = int((scored & ~baselines[best]).sum())
    lost = int((baselines[best] & ~scored).sum())
    beyond_chance = gained != lost and binomtest(gained, gained + lost).pvalue < 1 - LEVEL
    interval = binomtest(int(scored.sum()), len(scored)).proportion_ci(LEVEL, method="wilson")
    return TrainResult(
        metric="accuracy",
        value=float(scored.mean()),
        interval=(float(interval.low), float(interval.high)),
        rows=len(scored),
        baselines=tuple(Baseline(name=name, value=float(right.mean())) for name, right in baselines.items()),
        best_baseline=best,
        verdict=_verdict(beyond_chance, is_gain=gained > lost),
        source=split.source,
        repeated_rows=split.repeated_rows,
        value_with_repeats=float(hits.mean()) if split.left_out else None,
    )


def loss_result(tuned: ChatScores, base: ChatScores, split: Split[Any], seed: int) -> TrainResult:
    """Loss per token with an interval bootstrapped over rows; the difference to the base likewise.

    Args:
        tuned, base: on the held-out chats, then on those that the score leaves out.

    Source: Efron 1979, "Bootstrap methods: another look at the jackknife".
    """
    rows = len(split.held_out)
    scored, untuned = tuned[:rows], base[:rows]
    drawn = np.random.default_rng(seed).multinomial(rows, np.full(rows, 1 / rows), _RESAMPLES)  # (R, N)
    tokens = drawn @ scored.tokens  # (R)
    least, most = _bounds(drawn @ (untuned.losses - scored.losses) / tokens)  # that was gained
    return TrainResult(
        metric="loss",
        value=scored.loss,
        interval=_bounds(drawn @ scored.losses / tokens),
        rows=rows,
        baselines=(Baseline(name="base", value=untuned.loss),),
        best_baseline="base",
        verdict=_verdict(least > 0 or most < 0, is_gain=least > 0),
        source=split.source,
        repeated_rows=split.repeated_rows,
        value_with_repeats=tuned.loss if split.left_out else None,
    )


def _bounds(values: NDArray[np.float64]) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def _verdict(beyond_chance: bool, *, is_gain: bool) -> Verdict:
    if not beyond_chance:
        return "no_better"
    return "better" if is_gain else "worse"
