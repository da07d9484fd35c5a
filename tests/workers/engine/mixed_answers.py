"""Many calls of a base and of adapters at once, each answer followed back to the weights that gave it.

    python -m tests.workers.engine.mixed_answers 5000

prints `mixed: answers=5000 models=37 foreign=0 unclear=0 off=0`: answers of another model than the one that
was called, answers that fit two models equally well, and answers that fit the right model only badly. `0` as
a second argument leaves out calls that score their prompt.
"""

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch

from kernel.parity import MAX_TOLERANCE, MEAN_TOLERANCE
from tests.workers.engine.vllm_server import VllmServer, vllm_server

AT_ONCE = 32
_COMPARED_AT_ONCE = 100
ADAPTERS = tuple(f"tenant-{number}" for number in range(36))  # more than the engine has slots for


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine said of one sequence of tokens: prompt and answer, or the prompt alone."""

    model: str
    ids: tuple[int, ...]
    start: int  # the first token that was scored
    logprobs: tuple[float, ...]  # of ids[start:]


def ask(server: VllmServer, calls: Sequence[tuple[str, list[int], bool]]) -> list[Answer]:
    """Send all calls, `AT_ONCE` at a time: (model, prompt, whether the prompt itself is scored)."""

    def one(call: tuple[str, list[int], bool]) -> Answer:
        model, prompt, is_scored = call
        if is_scored:
            scores = server.prompt_logprobs(model, prompt)
            return Answer(model, tuple(prompt), 1, tuple(scores.tolist()))
        choice = server.complete(model, prompt, max_tokens=6, logprobs=0, ignore_eos=True)
        ids = (*prompt, *choice["token_ids"])
        return Answer(model, ids, len(prompt), tuple(choice["logprobs"]["token_logprobs"]))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, calls))


def judge(server: VllmServer, answers: Sequence[Answer], models: Sequence[str]) -> Counter[str]:
    """Count `right`, `foreign`, `unclear` and `off`. Each answer is compared with every model's PEFT."""
    distances: list[dict[str, torch.Tensor]] = [{} for _ in answers]
    for model in models:
        for start in range(0, len(answers), _COMPARED_AT_ONCE):
            some = answers[start : start + _COMPARED_AT_ONCE]
            expected = server.peft_logprobs_of(model, [answer.ids for answer in some])
            for number, (answer, logprobs) in enumerate(zip(some, expected, strict=True), start=start):
                distances[number][model] = (
                    logprobs[answer.start - 1 :] - torch.tensor(answer.logprobs)
                ).abs()
    return Counter(_verdict(answer.model, own) for answer, own in zip(answers, distances, strict=True))


def _verdict(model: str, distances: dict[str, torch.Tensor]) -> str:
    own = distances[model]
    nearest_other = min(float(d.mean()) for name, d in distances.items() if name != model)
    if own.mean() > MEAN_TOLERANCE or own.max() > MAX_TOLERANCE:
        return "foreign" if nearest_other < own.mean() else "off"
    return "right" if nearest_other > MEAN_TOLERANCE else "unclear"


def mixed_calls(
    count: int, models: Sequence[str], seed: int, scored_share: float = 0.25
) -> list[tuple[str, list[int], bool]]:
    """Prompts of 8 to 60 tokens, some alike (a warm prefix cache); four calls in ten are the base's."""
    chosen = random.Random(seed)
    shared = [[chosen.randrange(4, 250) for _ in range(40)] for _ in range(4)]
    calls = []
    for _ in range(count):
        model = "base" if chosen.random() < 0.4 else chosen.choice(models)
        start = chosen.choice(shared) if chosen.random() < 0.5 else []
        prompt = start + [chosen.randrange(4, 250) for _ in range(chosen.randrange(8, 20))]
        calls.append((model, prompt, chosen.random() < scored_share))
    return calls


def main(count: int, scored_share: float) -> int:
    with tempfile.TemporaryDirectory() as folder, vllm_server(Path(folder), ADAPTERS) as server:
        models = list(server.names)
        answers = ask(server, mixed_calls(count, models, 1, scored_share))
        found = judge(server, answers, models)
    print(
        f"mixed: answers={len(answers)} models={len(models)} foreign={found['foreign']} "
        f"unclear={found['unclear']} off={found['off']}"
    )
    return 0 if found["right"] == len(answers) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), float(sys.argv[2]) if sys.argv[2:] else 0.25))
