"""A run whose numbers left all bounds ends at once, as the customer's to mend: another try would not help."""

import math
from collections.abc import Iterable

from kernel.contracts import Progress
from kernel.errors import TrainingDiverged


def diverged(step: int, what: str) -> TrainingDiverged:
    """The error for one step; `what` says what is wrong there."""
    return TrainingDiverged(
        f"Training diverged at step {step}: {what}. Lower learning_rate_multiplier and try again. "
        "This job costs nothing.",
        param="learning_rate_multiplier",
        step=step,
    )


def require_finite(progress: Progress) -> None:
    """Raises TrainingDiverged for a loss that is no finite number."""
    for name, value in (("training", progress.train_loss), ("validation", progress.valid_loss)):
        if value is not None and not math.isfinite(value):
            raise diverged(progress.step, f"the {name} loss is not a finite number")


def require_finite_weights(step: int, are_finite: Iterable[bool]) -> None:
    """Raises TrainingDiverged for weights that nobody can serve."""
    if not all(are_finite):
        raise diverged(step, "the model's weights are not finite numbers")


def require_finite_scores(step: int, logprobs: Iterable[float]) -> None:
    """Raises TrainingDiverged for a model whose answers have no probability."""
    if not all(map(math.isfinite, logprobs)):
        raise diverged(step, "the model's log-probabilities are not finite numbers")


def require_learned(step: int, loss: float, base_loss: float, vocabulary: int) -> None:
    """Raises TrainingDiverged for a language model that is worse than its base, and than chance."""
    if loss > max(base_loss, math.log(vocabulary)):
        raise diverged(
            step, f"a loss of {loss:.1f} nats per token on held-out rows is worse than guessing at random"
        )
