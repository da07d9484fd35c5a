"""What a customer may ask for, and what "auto" comes to."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from apps.catalog.selectors import get_base
from kernel import wire
from kernel.contracts import LongRows, Method
from kernel.errors import InvalidRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """A create call, checked for shape. Hyper-parameters are numbers or "auto"."""

    model: str
    method: Method
    training_file: str
    validation_file: str = ""
    hyperparameters: dict[str, Any] = field(default_factory=dict)
    suffix: str = ""
    seed: int | None = None
    metadata: dict[str, str] | None = None

    def digest(self, project_id: str) -> str:
        """Equal for equal requests of one project."""
        return hashlib.sha256(project_id.encode() + wire.encode(self)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Hyper-parameters with every "auto" decided. `learning_rate` is the peak; `max_length` in tokens."""

    n_epochs: int
    batch_size: int
    learning_rate_multiplier: float
    learning_rate: float
    lora_rank: int
    lora_alpha: int
    max_length: int
    long_rows: LongRows


def resolve(request: JobRequest) -> Resolved:
    """Decide the hyper-parameters.

    Raises:
        ModelNotFound: no such base.
        InvalidRequest: the base cannot be tuned by this method or see that many tokens, or it is a tuned
            model itself.
    """
    if request.model.startswith("ft:"):
        raise InvalidRequest(
            f"{request.model} is a fine-tuned model, and tuning it further is not possible yet. Name its "
            f"base model, {request.model.split(':')[1]}, with a training file that holds all examples.",
            param="model",
        )
    base = get_base(request.model)
    auto = base.defaults.get(request.method)
    if auto is None:
        raise InvalidRequest(
            f"{request.model} cannot be fine-tuned by the method '{request.method}'; "
            f"it takes {', '.join(base.methods)}.",
            param="method",
        )
    chosen = {name: value for name, value in request.hyperparameters.items() if value != "auto"}
    max_length = int(chosen.get("max_length", auto.max_length))
    if max_length > base.context_length:
        raise InvalidRequest(
            f"'max_length' is {max_length}, but {request.model} reads at most {base.context_length} tokens.",
            param=f"method.{request.method}.hyperparameters.max_length",
        )
    multiplier = float(chosen.get("learning_rate_multiplier", 1.0))
    return Resolved(
        n_epochs=int(chosen.get("n_epochs", auto.n_epochs)),
        batch_size=int(chosen.get("batch_size", auto.batch_size)),
        learning_rate_multiplier=multiplier,
        learning_rate=auto.learning_rate * multiplier,
        lora_rank=auto.lora_rank,
        lora_alpha=auto.lora_alpha,
        max_length=max_length,
        long_rows=chosen.get("long_rows", "refuse"),
    )
