"""Two files become two models."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from workers.demo.errors import DemoFailedError

_VALIDATION_SECONDS = 120.0
_TRAINING_SECONDS = 1200.0
_TELL_SECONDS = 15.0
_OVER = ("succeeded", "failed", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the customer wants tuned."""

    title: str
    sample: Path
    base: str
    method: str
    suffix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """A succeeded job: the model's public name, and what the platform measured on held-out rows."""

    task: Task
    model: str
    result: dict[str, Any]

    @property
    def before(self) -> float:
        """The untuned base, by the same measure."""
        return float(next(each["value"] for each in self.result["baselines"] if each["name"] == "base"))


def upload(client: openai.OpenAI, task: Task, console: Console) -> str:
    """Upload the task's file, wait for its report, return its id."""
    made = client.files.create(file=task.sample, purpose="fine-tune")
    with console.status(f"checking {task.sample.name}"):
        deadline = time.monotonic() + _VALIDATION_SECONDS
        while made.status not in ("processed", "error") and time.monotonic() < deadline:
            time.sleep(0.3)
            made = client.files.retrieve(made.id)
    report: Any = client.get(f"/files/{made.id}/report", cast_to=object)
    if made.status != "processed":
        raise DemoFailedError(f"{task.sample.name} is {made.status}: {report['errors'][:3]}", "tasks", "web")
    labels = f", {len(report['labels'])} labels" if report["labels"] else ""
    console.print(
        f"  {made.filename}: {report['rows']} rows{labels}, {made.bytes:,} bytes, checked ({made.id})"
    )
    return str(made.id)


def start(client: openai.OpenAI, task: Task, file: str, console: Console) -> str:
    """Ask for a quote, then create the job; return its id."""
    body = {
        "model": task.base,
        "training_file": file,
        "suffix": task.suffix,
        "seed": 7,
        "method": {"type": task.method},
    }
    quote: Any = client.post("/fine_tuning/quotes", body=body, cast_to=object)
    job: Any = client.fine_tuning.jobs.create(**body)
    console.print(
        f"  {task.title}: {quote['trained_tokens']:,} tokens in {quote['n_epochs']} epochs, "
        f"at most ${quote['amount_micro_usd'] / 1e6:.4f}, about {quote['estimated_seconds']} s ({job.id})"
    )
    return str(job.id)


def watch(client: openai.OpenAI, jobs: dict[str, Task], console: Console) -> list[Tuned]:
    """Follow the jobs to their end.

    Raises:
        DemoFailedError: one did not succeed, or not in time.
    """
    columns = (
        TextColumn("  {task.description}"),
        BarColumn(),
        TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
    )
    deadline = time.monotonic() + _TRAINING_SECONDS
    done: dict[str, Tuned] = {}
    with Progress(*columns, console=console) as progress:
        bars = {job: progress.add_task(task.title, total=None, state="") for job, task in jobs.items()}
        told = time.monotonic()
        while len(done) < len(jobs):
            for job in jobs.keys() - done.keys():
                tuned = _look(client, job, jobs[job], progress, bars[job])
                if tuned is not None:
                    done[job] = tuned
            if time.monotonic() > deadline:
                raise DemoFailedError(f"not trained in {_TRAINING_SECONDS:.0f} s", "runner", "tasks")
            if not console.is_terminal and time.monotonic() - told > _TELL_SECONDS:  # no bars there
                told = time.monotonic()
                for bar in progress.tasks:
                    console.print(f"  {bar.description}: {bar.fields['state']}")
            time.sleep(1)
    return [done[job] for job in jobs]


def _look(client: openai.OpenAI, job_id: str, task: Task, progress: Progress, bar: TaskID) -> Tuned | None:
    job: Any = client.fine_tuning.jobs.retrieve(job_id)
    extra: dict[str, Any] = job.model_extra["finery"]
    state, steps = str(job.status), extra.get("progress")
    if steps:
        progress.update(bar, total=steps["total_steps"], completed=steps["step"])
        points: Any = client.get(f"/fine_tuning/jobs/{job_id}/metrics", cast_to=object)
        loss = f", loss {points['data'][-1]['train_loss']:.3f}" if points["data"] else ""
        state += f" {steps['step']}/{steps['total_steps']}{loss}"
    progress.update(bar, state=state)
    if job.status not in _OVER:
        return None
    if job.status != "succeeded":
        why = job.error.message if job.error else "no reason given"
        raise DemoFailedError(f"{task.title}: the job {job.status}: {why}", "runner", "web")
    return Tuned(task=task, model=str(job.fine_tuned_model), result=extra["result"])


def show(tuned: list[Tuned], console: Console) -> None:
    """What the platform measured on rows whose like was not trained on."""
    table = Table("model", "measure", "before", "after", "95 %", "held-out rows", title="Your models")
    for one in tuned:
        result, form = one.result, "{:.1%}" if one.result["metric"] == "accuracy" else "{:.2f}"
        table.add_row(
            one.model,
            result["metric"],
            form.format(one.before),
            form.format(result["value"]),
            " to ".join(map(form.format, result["interval"])),
            str(result["rows"]),
        )
    console.print(table)


def check(tuned: list[Tuned]) -> None:
    """A demo in which tuning made nothing better has failed.

    Raises:
        DemoFailedError: a model is not better than its base.
    """
    for one in tuned:
        metric, after = one.result["metric"], one.result["value"]
        if after == one.before or (after > one.before) != (metric == "accuracy"):
            raise DemoFailedError(
                f"{one.model}: {metric} {after:.3f}, the base had {one.before:.3f}", "runner"
            )
