"""The parity certificate: what serves is what was trained, proved on held-out rows by the serving engine."""

import json
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from kernel.contracts import ParityCertificate
from kernel.parity import LEAST_EFFECT, MAX_TOLERANCE, MEAN_TOLERANCE
from workers.runner.control_plane import ControlPlane

# A classifier's labels below this probability are noise in the logarithm.
LEAST_PROBABILITY = 0.01
_ASK_AGAIN_SECONDS = 1.0
_TIMEOUT = httpx.Timeout(120.0, connect=5.0)  # the first call loads the adapter


class ParityMismatch(Exception):
    """The engine does not compute what the trainer computed."""


class EngineUnavailable(Exception):
    """No engine became ready in time, or it failed to answer."""


@dataclass(slots=True)
class Differences:
    """Gathered over all samples. Log-probabilities in nats."""

    rows: int = 0
    tokens: int = 0
    trained: list[float] = field(default_factory=list)  # |engine - trainer| with the adapter
    base: list[float] = field(default_factory=list)  # |engine - trainer| on the bare base
    effect: list[float] = field(default_factory=list)  # |adapter - base|, both from the engine


def certify(
    engine: httpx.Client, method: str, base_model: str, adapter: str, samples_file: Path
) -> ParityCertificate:
    """Compare the engine's tokens and log-probabilities with the trainer's.

    Args:
        engine: a client of the engine's private API.
        adapter: the engine's name; its first use pulls the adapter from the store.
        samples_file: the recipe's `parity.json`.

    Raises:
        ParityMismatch: names the first token or number at odds.
        EngineUnavailable: the engine failed to answer.
    """
    samples = json.loads(samples_file.read_bytes())["samples"]
    compare = _compare_causal if method == "supervised" else _compare_classifiers
    found = Differences()
    try:
        compare(engine, base_model, adapter, samples, found)
    except (httpx.HTTPError, KeyError, IndexError, ValueError) as error:
        raise EngineUnavailable(f"the engine failed a parity call ({type(error).__name__})") from error
    return _judged(found)


def engine_client(
    control: ControlPlane, base_model: str, token: str, wait_seconds: float, check: Callable[[], None]
) -> httpx.Client:
    """Ask the control plane for the base's engine until it is ready. `check` may raise to give up.

    Raises:
        EngineUnavailable: not ready in time.
    """
    until = time.monotonic() + wait_seconds
    while True:
        entry = control.engine(base_model)
        if entry.state == "ready":
            headers = {"Authorization": f"Bearer {token}"}
            return httpx.Client(base_url=entry.url, headers=headers, timeout=_TIMEOUT)
        if time.monotonic() > until:
            raise EngineUnavailable(f"no engine for {base_model} within {wait_seconds:.0f} s")
        check()
        time.sleep(_ASK_AGAIN_SECONDS)


def _judged(found: Differences) -> ParityCertificate:
    if not found.trained:
        raise ParityMismatch("No held-out row could be compared.")
    effect = _mean(found.effect)
    for name, differences in (("the trained model", found.trained), ("the base model", found.base)):
        if differences and (_mean(differences) > MEAN_TOLERANCE or max(differences) > MAX_TOLERANCE):
            raise ParityMismatch(
                f"Log-probabilities of {name} differ between trainer and engine by {_mean(differences):.4f} "
                f"on average and {max(differences):.4f} at most."
            )
    if effect < LEAST_EFFECT:
        raise ParityMismatch("The adapter does not change what the engine answers.")
    return ParityCertificate(
        rows=found.rows,
        tokens_compared=found.tokens,
        mismatched_tokens=0,
        max_logprob_difference=max(found.trained),
        mean_logprob_difference=_mean(found.trained),
        base_logprob_difference=effect,
    )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _same_tokens(number: int, trainer: list[int], engine: list[int]) -> None:
    for position in range(max(len(trainer), len(engine))):
        expected = trainer[position] if position < len(trainer) else None
        served = engine[position] if position < len(engine) else None
        if expected != served:
            raise ParityMismatch(
                f"Sample {number}, token {position}: trained on id {expected}, served as id {served}."
            )


def _compare_causal(
    engine: httpx.Client, base_model: str, adapter: str, samples: list[dict[str, Any]], found: Differences
) -> None:
    """All samples of the adapter and of its base at once: in mixed batches they are served too."""
    with ThreadPoolExecutor(2 * len(samples) or 1) as pool:
        trained = [pool.submit(_completion_logprobs, engine, adapter, sample) for sample in samples]
        base = [pool.submit(_completion_logprobs, engine, base_model, sample) for sample in samples]
        for number, sample in enumerate(samples, start=1):
            body = {"model": adapter, "messages": sample["messages"], "add_generation_prompt": True}
            _same_tokens(number, sample["prompt_token_ids"], _answer(engine, "/tokenize", body)["tokens"])
    for sample, with_adapter, without in zip(samples, trained, base, strict=True):
        found.rows += 1
        found.tokens += len(sample["prompt_token_ids"]) + len(sample["completion_token_ids"])
        found.trained += _distances(with_adapter.result(), sample["logprobs"])
        found.base += _distances(without.result(), sample["base_logprobs"])
        found.effect += _distances(with_adapter.result(), without.result())


def _completion_logprobs(engine: httpx.Client, model: str, sample: dict[str, Any]) -> list[float]:
    prompt, completion = sample["prompt_token_ids"], sample["completion_token_ids"]
    body = {
        "model": model,
        "prompt": prompt + completion,
        "prompt_logprobs": 0,
        "max_tokens": 1,
        "temperature": 0,
    }
    by_position = _answer(engine, "/v1/completions", body)["choices"][0]["prompt_logprobs"]
    scored = zip(by_position[len(prompt) :], completion, strict=True)
    return [float(entry[str(token)]["logprob"]) for entry, token in scored]


def _compare_classifiers(
    engine: httpx.Client, base_model: str, adapter: str, samples: list[dict[str, Any]], found: Differences
) -> None:
    for number, sample in enumerate(samples, start=1):
        _compare_classifier(engine, base_model, adapter, number, sample, found)


def _compare_classifier(
    engine: httpx.Client,
    base_model: str,
    adapter: str,
    number: int,
    sample: dict[str, Any],
    found: Differences,
) -> None:
    text, labels = sample["text"], sample["labels"]
    trained = _label_logprobs(engine, {"model": adapter, "input": [text]}, labels)
    token_ids = _answer(engine, "/v1/tokens", {"input": [text]})["token_ids"][0]
    _same_tokens(number, sample["token_ids"], token_ids)
    base = _label_logprobs(engine, {"model": base_model, "input": [text], "labels": labels}, labels)
    likely = [i for i, logprob in enumerate(sample["logprobs"]) if logprob > math.log(LEAST_PROBABILITY)]
    found.rows += 1
    found.tokens += len(token_ids)
    found.trained += [abs(trained[i] - sample["logprobs"][i]) for i in likely]
    found.effect += _distances(trained, base)


def _label_logprobs(engine: httpx.Client, body: dict[str, Any], labels: list[str]) -> list[float]:
    probabilities = _answer(engine, "/v1/classify", body)["data"][0]["probs"]
    return [math.log(max(float(probabilities[label]), 1e-12)) for label in labels]


def _distances(left: list[float], right: list[float]) -> list[float]:
    return [abs(a - b) for a, b in zip(left, right, strict=True)]


def _answer(engine: httpx.Client, path: str, body: dict[str, Any]) -> Any:
    return engine.post(path, json=body).raise_for_status().json()
