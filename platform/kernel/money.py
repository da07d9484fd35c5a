"""Prices and costs: integers only. 1 US dollar = 1,000,000 micro-dollars."""

from dataclasses import dataclass
from typing import Literal

MICRO_USD = 1_000_000
_MILLION = 1_000_000

TokenKind = Literal["training", "input", "cached_input", "output"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a base costs, in micro-dollars per million tokens. `version` is the price book's row."""

    version: int
    training: int
    input: int
    cached_input: int
    output: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One priced quantity."""

    kind: TokenKind
    tokens: int
    amount_micro_usd: int


def token_cost(tokens: int, micro_usd_per_million: int) -> int:
    """Cost of `tokens` in micro-dollars, each line rounded half up to a whole micro-dollar."""
    return (tokens * micro_usd_per_million + _MILLION // 2) // _MILLION


def usage_cost(
    price: Price, *, input_tokens: int, cached_tokens: int, output_tokens: int
) -> tuple[CostLine, ...]:
    """Price one call by itself. `cached_tokens` are part of `input_tokens` and cost their own rate."""
    return tuple(
        CostLine(kind=kind, tokens=tokens, amount_micro_usd=token_cost(tokens, rate))
        for kind, tokens, rate in _counted(price, input_tokens, cached_tokens, output_tokens)
    )


def booked_cost(
    price: Price, carry: int, *, input_tokens: int, cached_tokens: int, output_tokens: int
) -> tuple[tuple[CostLine, ...], int]:
    """Price one call of many: what is less than a micro-dollar is carried to the next call, not rounded.

    So a thousand small calls cost what their tokens cost together, to the micro-dollar.

    Args:
        price: as sold.
        carry: millionths of a micro-dollar left by the calls before, 0 to 999,999.

    Returns:
        The lines, and the new carry.
    """
    lines = []
    for kind, tokens, rate in _counted(price, input_tokens, cached_tokens, output_tokens):
        amount, carry = divmod(carry + tokens * rate, _MILLION)
        lines.append(CostLine(kind=kind, tokens=tokens, amount_micro_usd=amount))
    return tuple(lines), carry


def _counted(
    price: Price, input_tokens: int, cached_tokens: int, output_tokens: int
) -> list[tuple[TokenKind, int, int]]:
    counted: list[tuple[TokenKind, int, int]] = [
        ("input", input_tokens - cached_tokens, price.input),
        ("cached_input", cached_tokens, price.cached_input),
        ("output", output_tokens, price.output),
    ]
    return [line for line in counted if line[1]]


def training_cost(price: Price, trained_tokens: int) -> int:
    """Cost of a training run in micro-dollars."""
    return token_cost(trained_tokens, price.training)


def total_micro_usd(lines: tuple[CostLine, ...]) -> int:
    return sum(line.amount_micro_usd for line in lines)
