"""What it cost, from the public usage and cost endpoints."""

import time
from typing import Any

import openai
from rich.console import Console
from rich.table import Column, Table

from workers.demo.errors import DemoFailedError

_POSTING_SECONDS = 30.0


def show(client: openai.OpenAI, calls: int, console: Console) -> None:
    """Print usage by model, costs by line and the balance.

    Raises:
        DemoFailedError: the ledger does not show our calls in time, or holds money for none.
    """
    since = int(time.time()) - 86_400
    usage, balance = _posted(client, calls, since)
    table = Table(
        Column("model", overflow="fold"),
        "calls",
        "input tokens",
        "of them cached",
        "output tokens",
        title="Usage",
    )
    for row in usage:
        numbers = (
            row["num_model_requests"],
            row["input_tokens"],
            row["input_cached_tokens"],
            row["output_tokens"],
        )
        table.add_row(str(row["model"]), *(f"{number:,}" for number in numbers))
    console.print(table)
    costs = _rows(client, "/organization/costs", {"start_time": since, "group_by": ["line_item"]})
    prices = _prices(client)
    table = Table(Column("line", overflow="fold"), "tokens", "per million", "cost", title="Receipt")
    for row in costs:
        line = str(row["line_item"])
        table.add_row(line, f"{row['quantity']:,}", f"${prices[line]:.3f}", _dollars(row["amount_micro_usd"]))
    total = sum(row["amount_micro_usd"] for row in costs)
    table.add_section()
    table.add_row("total", "", "", _dollars(total), style="bold")
    table.add_row("remaining balance", "", "", _dollars(balance["balance_micro_usd"]))
    console.print(table)
    if total <= 0:
        raise DemoFailedError("nothing was billed", "tasks", "gateway")


def _dollars(micro_usd: int) -> str:
    return f"${micro_usd / 1e6:.6f}"


def _prices(client: openai.OpenAI) -> dict[str, float]:
    """Dollars per million tokens, by the name that a line of the receipt has."""
    bases: Any = client.get("/bases", cast_to=object)
    return {
        f"{base['id']}, {kind.replace('_', ' ')}": micro_usd / 1e6
        for base in bases["data"]
        for kind, micro_usd in base["price"].items()
    }


def _posted(client: openai.OpenAI, calls: int, since: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Usage and balance once the ledger has every call and nothing is held."""
    deadline = time.monotonic() + _POSTING_SECONDS
    while True:
        usage = _rows(client, "/organization/usage/completions", {"start_time": since, "group_by": ["model"]})
        balance: Any = client.get("/organization/balance", cast_to=object)
        counted = sum(row["num_model_requests"] for row in usage)
        if counted >= calls and balance["held_micro_usd"] == 0:
            return usage, balance
        if time.monotonic() > deadline:
            raise DemoFailedError(
                f"the ledger shows {counted} of {calls} calls, and {balance['held_micro_usd']} held",
                "tasks",
                "gateway",
            )
        time.sleep(0.5)


def _rows(client: openai.OpenAI, path: str, query: dict[str, object]) -> list[dict[str, Any]]:
    page: Any = client.get(path, cast_to=object, options={"params": query})
    return [row for bucket in page["data"] for row in bucket["results"]]
