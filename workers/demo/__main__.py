"""`python -m workers.demo [--once]`: a new customer's first hour, through the public API only."""

import argparse
import signal
import sys
import time
from pathlib import Path

import httpx
import openai
from rich.console import Console
from rich.rule import Rule

from workers.demo import calls, fine_tune, receipt, sign_up
from workers.demo.errors import DemoFailedError
from workers.demo.one_machine import OneMachine
from workers.supervisor.settings import ROOT, State

_SAMPLES = ROOT / "apps" / "datasets" / "samples"
_INTENTS = fine_tune.Task(
    title="sort messages by intent",
    sample=_SAMPLES / "customer_intents_en.csv",
    base="all-minilm-l6-v2",
    method="classification",
    suffix="intents",
)
_SUPPORT = fine_tune.Task(
    title="answer as our support",
    sample=_SAMPLES / "support_chat_en.jsonl",
    base="finery-nano",
    method="supervised",
    suffix="support",
)
_EVERY_PROCESS = ("web", "internal", "tasks", "runner", "gateway")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m workers.demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop everything after the last step")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--state", type=Path, default=ROOT / "var")
    options = parser.parse_args()
    console = Console()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stop as on Ctrl-C, with all we started
    machine = OneMachine(State(folder=options.state.resolve()))
    try:
        machine.start(options.port, console)
        customer = play(machine, console)
        if not options.once:
            leave_open(machine, customer, console)
    except DemoFailedError as error:
        return fail(machine, console, str(error), error.processes)
    except (openai.OpenAIError, httpx.HTTPError) as error:
        return fail(machine, console, f"{type(error).__name__}: {error}", _EVERY_PROCESS)
    except KeyboardInterrupt:
        console.print("\nstopped before the end")
        return 130
    finally:
        machine.stop()
    return 0


def play(machine: OneMachine, console: Console) -> sign_up.Customer:
    """The five steps. Each ends well or raises."""
    started = time.monotonic()
    console.print(Rule("1. Sign up"))
    customer = sign_up.sign_up(machine.url, machine.state.mails)
    console.print(f"  {customer.email} proved the address and made the organization {customer.organization}")
    client = openai.OpenAI(base_url=f"{machine.url}/v1", api_key=customer.api_key, timeout=600)

    console.print(Rule("2. Upload and check data"))
    files = {task: fine_tune.upload(client, task, console) for task in (_INTENTS, _SUPPORT)}

    console.print(Rule("3. Fine-tune"))
    jobs = {fine_tune.start(client, task, file, console): task for task, file in files.items()}
    tuned = fine_tune.watch(client, jobs, console)
    fine_tune.show(tuned, console)
    fine_tune.check(tuned)

    console.print(Rule("4. Call base and tuned models"))
    intents, support = tuned
    made = calls.classify(client, _INTENTS.base, intents.model, console)
    made += calls.chat(client, _SUPPORT.base, support.model, console)

    console.print(Rule("5. What it cost"))
    admin = client.with_options(api_key=customer.admin_key)
    receipt.show(admin, made, console)
    console.print(f"done in {time.monotonic() - started:.0f} s")
    return customer


def leave_open(machine: OneMachine, customer: sign_up.Customer, console: Console) -> None:
    """Keep the platform up until Ctrl-C."""
    console.print(Rule("The dashboard is open"))
    console.print(f"  address   {machine.url}\n  e-mail    {customer.email}", highlight=False)
    console.print(
        f"  password  {customer.password}\n  API key   {customer.api_key}", highlight=False, markup=False
    )
    console.print("  Ctrl-C stops everything")
    try:
        while not machine.has_ended:
            time.sleep(0.5)
    except KeyboardInterrupt:
        console.print("\nstopping")
        return
    raise DemoFailedError(f"the platform ended by itself (log: {machine.log})")


def fail(machine: OneMachine, console: Console, message: str, processes: tuple[str, ...]) -> int:
    for process in processes:
        console.print(Rule(f"end of {process}.log", style="dim"))
        console.print(machine.log_tail(process), style="dim", markup=False, highlight=False)
    console.print("failed: ", style="bold red", end="")
    console.print(message, markup=False, highlight=False, soft_wrap=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
