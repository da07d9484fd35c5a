"""A real vLLM on this machine's CPU, started as the supervisor starts it, with adapters made by PEFT."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import torch
from peft import PeftModel
from transformers import LlamaForCausalLM

from tests.workers.engine import tiny_models
from workers.engine.launch import vllm_command
from workers.training.parity import canary_of

BASE = "tiny-llama"
TOKEN = "engine-token"
CONTEXT_LENGTH = 256


@dataclass
class VllmServer:
    """Names of models are the tests' own: "base", and one for each adapter."""

    client: httpx.Client
    names: dict[str, str]  # model -> name that the engine knows
    folders: dict[str, Path]  # model -> folder of its weights
    cache: Path
    process: "subprocess.Popen[bytes]"
    log: Path
    _peft: dict[str, Any] = field(default_factory=dict, init=False)

    def complete(self, model: str, prompt: list[int], **fields: Any) -> Any:
        """The first choice of a completion: one greedy token unless `fields` say otherwise."""
        body = {
            "model": self.names[model],
            "prompt": prompt,
            "max_tokens": 1,
            "temperature": 0,
            "return_token_ids": True,
            **fields,
        }
        answer = self.client.post("/v1/completions", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["choices"][0]

    def prompt_logprobs(self, model: str, ids: list[int]) -> torch.Tensor:
        """The engine's log-probability of each token but the first. (T - 1)"""
        rows = self.complete(model, ids, prompt_logprobs=0)["prompt_logprobs"]
        return torch.tensor([row[str(i)]["logprob"] for row, i in zip(rows[1:], ids[1:], strict=True)])

    def peft_logprobs(self, model: str, ids: list[int]) -> torch.Tensor:
        """The same from transformers and PEFT in float32, with no other row beside. (T - 1)"""
        return self.peft_logprobs_of(model, [ids])[0]

    def peft_logprobs_of(self, model: str, rows: Sequence[Sequence[int]]) -> list[torch.Tensor]:
        """`peft_logprobs` of many rows. Padding comes after a row, where a causal model does not see it."""
        longest = max(map(len, rows))
        ids = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows])  # (B, T)
        with torch.no_grad():
            logprobs = self._peft_model(model)(ids).logits[:, :-1].log_softmax(-1)  # (B, T - 1, V)
        picked = logprobs.gather(2, ids[:, 1:, None])[:, :, 0]  # (B, T - 1)
        return [scores[: len(row) - 1] for scores, row in zip(picked, rows, strict=True)]

    def _peft_model(self, model: str) -> Any:
        if model not in self._peft:
            loaded = LlamaForCausalLM.from_pretrained(self.folders["base"], dtype=torch.float32)
            if model != "base":
                loaded = PeftModel.from_pretrained(loaded, self.folders[model]).merge_and_unload()
            self._peft[model] = loaded.eval()
        return self._peft[model]


@contextmanager
def vllm_server(
    root: Path, adapters: tuple[str, ...], *, arguments: tuple[str, ...] = (), **environment: str
) -> Iterator[VllmServer]:
    """Build the base and the adapters below `root`, start the engine, and stop it at the end.

    `arguments` come after the production command's, so that they override it.
    """
    base, store = root / "base", root / "objects"
    tiny_models.build_llama(base)
    folders, names = {"base": base}, {"base": BASE}
    for seed, adapter in enumerate(adapters, start=1):
        folders[adapter] = root / adapter
        model = LlamaForCausalLM.from_pretrained(base, dtype=torch.float32)
        adapted = tiny_models.build_adapter(model, folders[adapter], tiny_models.CAUSAL_TARGETS, seed, 0.2)
        names[adapter] = tiny_models.publish(
            store,
            folders[adapter],
            base=BASE,
            kind="causal_lora",
            targets=tiny_models.CAUSAL_TARGETS,
            canary=canary_of(adapted, torch.float32),
        )
    port = _free_port()
    command, own = vllm_command(tiny_models.base_entry(BASE, "vllm", base, CONTEXT_LENGTH), port, token=TOKEN)
    own |= {
        "FINERY_ENGINE_TOKEN": TOKEN,
        "FINERY_OBJECTS": str(store),
        "FINERY_STATE_DIR": str(root / "state"),
        "VLLM_LOGGING_LEVEL": "WARNING",
    }
    log = root / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, *arguments], env={**os.environ, **own, **environment}, stdout=file, stderr=file
        )
    client = httpx.Client(
        base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=120
    )
    try:
        wait_until_ready(process, client, log)
        yield VllmServer(client, names, folders, root / "state" / "adapters", process, log)
    finally:
        client.close()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_until_ready(process: "subprocess.Popen[bytes]", client: httpx.Client, log: Path) -> None:
    deadline = time.monotonic() + 280  # 30 s on a free machine
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-4000:]
        try:
            if client.get("/health").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    pytest.fail(log.read_text()[-4000:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
