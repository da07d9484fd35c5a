"""May this model do this, and what is the most that it can cost?"""

from dataclasses import dataclass

from kernel.errors import InvalidRequest
from kernel.money import Price
from workers.gateway import errors
from workers.gateway.calls import Call
from workers.gateway.snapshot import Target

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that a call can use and cost."""

    tokens: int
    cost_micro_usd: int


def check_operation(call: Call, target: Target) -> None:
    """Raises InvalidRequest when the model cannot do what was asked of it."""
    is_causal = target.base.engine == "vllm"
    if call.is_generation != is_causal or (call.operation == "embeddings" and target.kind is not None):
        raise InvalidRequest(
            f"The model `{call.model}` does not support this operation ({call.operation}).", param="model"
        )
    if call.operation == "classify" and call.has_labels != (target.kind is None):
        message = (
            "'labels' are part of a fine-tuned classifier; leave them out."
            if call.has_labels
            else "'labels' is required with a base model."
        )
        raise InvalidRequest(message, param="labels")


def bound(call: Call, target: Target) -> Bound:
    """Price the call at its upper bound.

    Raises:
        ContextLengthExceeded: no prompt is short enough for that many output tokens.
    """
    context = target.base.context_length
    given = sum(min(prompt, context) for prompt in call.prompt_bounds)
    produced = 0
    if call.is_generation:
        if call.max_tokens is not None and call.max_tokens >= context:
            raise errors.context_length_exceeded(context, call.max_tokens, call.max_tokens_param)
        answers = call.choices * len(call.prompt_bounds)
        produced = answers * (context - 1 if call.max_tokens is None else call.max_tokens)
    return Bound(tokens=given + produced, cost_micro_usd=_highest_cost(target.base.price, given, produced))


def _highest_cost(price: Price, given: int, produced: int) -> int:
    exact = given * max(price.input, price.cached_input) + produced * price.output
    if not exact:
        return 0
    # Rounded up, plus one: a bill has up to three lines, each rounded by itself (half up).
    return -(-exact // _MILLION) + 1
