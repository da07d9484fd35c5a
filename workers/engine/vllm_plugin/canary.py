"""The canary: that the weights which answer are those that were asked for, again and again while serving.

An engine is asked for the base and some adapters at once, as tenants would, and its log-probabilities are
compared with those that the trainer computed (the manifest's `canary`). A tenant's answer may come from
another tenant's weights without any error: this is the only thing that would notice.
"""

import asyncio
import logging
import os
import sys
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vllm import SamplingParams
from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError

from kernel.adapters import CANARY_FORCED_TOKENS
from kernel.contracts import AdapterManifest, Canary
from kernel.wire import decode
from workers.engine.launch import WRONG_WEIGHTS_STATUS

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
_MOST_ADAPTERS = 8  # asked for at once
# Nats per token. Trainer and engine compute in bfloat16, in which unlikely tokens differ by more than others.
_TOLERANCE = 0.25
_NOISE = 0.05
_BASE = ""  # stands for the bare base where adapters stand by their names


def wrong_weights(
    answers: Mapping[str, Sequence[float]], expected: Mapping[str, Sequence[float]]
) -> str | None:
    """Say which answer is not its own model's: far from what is expected of it, or nearer to another's.

    Both map a model's name to the log-probabilities of the same tokens, in nats.
    """
    for name, logprobs in answers.items():
        own = _distance(logprobs, expected[name])
        if own > _TOLERANCE:
            return f"{name or 'the base'} is {own:.3f} nats per token from what was trained"
        for other, others in expected.items():
            if own > _NOISE and _distance(logprobs, others) < own / 2:
                return f"{name or 'the base'} answers as {other or 'the base'}"
    return None


def _distance(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(abs(a - b) for a, b in zip(left, right, strict=True)) / len(left)


class CanaryWatch:
    """Asks at the start, after each load and each minute. `state` is vLLM's: `app.state`."""

    def __init__(self, state: Any) -> None:
        self._state = state
        self._manifests: dict[str, AdapterManifest] = {}
        self._asked: list[str] = []  # longest ago first
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch; further calls change nothing."""
        if self._task is None:
            self._task = asyncio.create_task(self._watch())
            self._task.add_done_callback(_say_the_end)

    async def _watch(self) -> None:
        while True:
            try:
                problem = await self.check()
            except (EngineDeadError, EngineGenerateError, OSError, ValueError):
                # The engine is ending, or an answer was cut: no statement about its weights.
                log.exception("the canary could not be asked")
                problem = None
            if problem is not None:
                end_at_once(problem)
            await self._until_due()

    async def _until_due(self) -> None:
        """Wait a minute, or until an adapter was loaded that was never asked for."""
        for _ in range(int(EVERY_SECONDS)):
            await asyncio.sleep(1)
            if self._loaded().keys() - set(self._asked):
                return

    async def check(self) -> str | None:
        """Ask for the base and the adapters that were longest not asked for; returns what is wrong."""
        loaded = self._loaded()
        self._asked = [name for name in self._asked if name in loaded]
        new = [name for name in loaded if name not in self._asked]
        chosen = [*new, *self._asked][:_MOST_ADAPTERS]
        canaries = {name: canary for name in chosen if (canary := self._canary(loaded[name])) is not None}
        self._asked = [name for name in [*self._asked, *new] if name not in chosen] + chosen
        if not canaries:
            return None
        some = next(iter(canaries.values()))
        expected: dict[str, Sequence[float]] = {name: canary.logprobs for name, canary in canaries.items()}
        expected[_BASE] = some.base_logprobs
        asked = [_BASE, *canaries]
        answers = await asyncio.gather(*(self._ask(some.token_ids, loaded.get(name)) for name in asked))
        return wrong_weights(dict(zip(asked, answers, strict=True)), expected)

    def _loaded(self) -> dict[str, Any]:
        return dict(self._state.openai_serving_models.lora_requests)

    def _canary(self, request: Any) -> Canary | None:
        name = request.lora_name
        if name not in self._manifests:
            content = (Path(request.lora_path) / "manifest.json").read_bytes()
            self._manifests[name] = decode(content, AdapterManifest)
        return self._manifests[name].canary

    async def _ask(self, ids: Sequence[int], adapter: Any) -> list[float]:
        """Log-probability of each token but the first: the prompt's, then the forced answer's."""
        prompt, answer = list(ids[:-CANARY_FORCED_TOKENS]), list(ids[-CANARY_FORCED_TOKENS:])
        wish = SamplingParams(
            temperature=0,
            max_tokens=len(answer),
            min_tokens=len(answer),
            allowed_token_ids=answer[:1],
            logprobs=0,
            prompt_logprobs=0,
            ignore_eos=True,
        )
        outputs = []
        stream = self._state.engine_client.generate(
            {"prompt_token_ids": prompt}, wish, f"canary-{uuid.uuid4().hex}", lora_request=adapter
        )
        async for output in stream:
            outputs.append(output)
        last = outputs[-1]
        scored = [*zip(last.prompt_logprobs[1:], prompt[1:], strict=True)]
        scored += zip(last.outputs[0].logprobs, answer, strict=True)
        return [entry[token].logprob for entry, token in scored]


def _say_the_end(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("ALARM: the canary of this engine has ended", exc_info=error)


def end_at_once(problem: str) -> None:
    """End this engine without a drain: what it would still answer may be another tenant's."""
    log.critical("ALARM: this engine answers with wrong weights and ends: %s", problem)
    sys.stderr.flush()
    os._exit(WRONG_WEIGHTS_STATUS)
