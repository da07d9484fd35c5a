"""Base and tuned models side by side, called as any OpenAI customer calls them."""

import time
from typing import Any

import openai
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workers.demo.errors import DemoFailedError

_PROMPTS = (
    "How long do I have to send something back?",
    "do you ship to canada",
    "I was charged twice for one order.",
)
# Not in the training file.
_TEXTS = {
    "where on earth is my parcel, it should be here by now": "track_order",
    "The mirror came out of the box in a thousand pieces": "damaged_item",
    "please wipe everything you know about me": "delete_account",
    "my coupon gets rejected at checkout": "discount_code",
    "I'd rather talk to a real person": "talk_to_human",
    "you took the money two times": "double_charge",
}
_MAX_TOKENS = 64


def chat(client: openai.OpenAI, base: str, tuned: str, console: Console) -> int:
    """Ask both models the same, then once more as a stream; return the number of calls."""
    table = Table("prompt", f"{base}", f"{tuned}", title="chat.completions", show_lines=True)
    for prompt in _PROMPTS:
        table.add_row(prompt, *(_answer(client, model, prompt) for model in (base, tuned)))
    console.print(table)
    for model in (base, tuned):
        _stream(client, model, _PROMPTS[0], console)
    return 2 * len(_PROMPTS) + 2


def _answer(client: openai.OpenAI, model: str, prompt: str) -> str:
    made: Any = client.chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": prompt}],
        max_completion_tokens=_MAX_TOKENS,
        temperature=0,
    )
    if made.usage is None or made.usage.completion_tokens < 1:
        raise DemoFailedError(f"{model} answered nothing", "gateway")
    return escape(str(made.choices[0].message.content).strip())


def _stream(client: openai.OpenAI, model: str, prompt: str, console: Console) -> None:
    console.print(f"  streamed from [bold]{model}[/bold]: ", end="")
    started, first, usage = time.monotonic(), None, None
    frames: Any = client.chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": prompt}],
        max_completion_tokens=_MAX_TOKENS,
        temperature=0,
        stream=True,
        stream_options={"include_usage": True},
    )
    for frame in frames:
        usage = frame.usage or usage
        text = frame.choices[0].delta.content if frame.choices else None
        if text:
            first = first or time.monotonic() - started
            console.print(text, end="", style="cyan", markup=False, highlight=False)
    console.print()
    if first is None or usage is None:
        raise DemoFailedError(f"{model} streamed nothing", "gateway")
    console.print(
        f"  first token after {first * 1000:.0f} ms, {usage.completion_tokens} tokens in "
        f"{time.monotonic() - started:.1f} s",
        style="dim",
    )


def classify(client: openai.OpenAI, base: str, tuned: str, console: Console) -> int:
    """Classify the same texts with the bare base (labels as words) and the tuned model; return the calls."""
    texts = list(_TEXTS)
    tuned_rows = _labels(client, {"model": tuned, "input": texts})
    names = sorted(tuned_rows[0]["probs"])
    base_rows = _labels(client, {"model": base, "input": texts, "labels": names})
    table = Table("text", "meant", f"{base} (zero-shot)", tuned, title="/v1/classify")
    for (text, meant), old, new in zip(_TEXTS.items(), base_rows, tuned_rows, strict=True):
        table.add_row(text, meant, _marked(old, meant), _marked(new, meant))
    console.print(table)
    return 2


def _labels(client: openai.OpenAI, body: dict[str, object]) -> list[dict[str, Any]]:
    answer: Any = client.post("/classify", body=body, cast_to=object)
    return sorted(answer["data"], key=lambda row: int(row["index"]))


def _marked(row: dict[str, Any], meant: str) -> str:
    colour = "green" if row["label"] == meant else "red"
    return f"[{colour}]{row['label']}[/{colour}] {row['probs'][row['label']]:.0%}"
