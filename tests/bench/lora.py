"""What adapters cost on a CPU: output tokens per second of a base alone, with ours, with vLLM's own way.

    python -m tests.bench.lora        (make bench-lora)

prints `lora: base=N one=N eight=N thirty_two=N stock_one=N`, then the same per second of processor time,
which a busy machine disturbs less. A Llama of 135 million random parameters in bfloat16, adapters of rank 16
on all seven projections, 40 calls at once (32 of adapters, 8 of the base; in `base` all 40), 64 tokens in.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kernel.adapters import CAUSAL_TARGET_MODULES

CALLS, BASE_CALLS, PROMPT_TOKENS, ROUNDS = 40, 8, 64, 3
ADAPTERS, RANK = 32, 16
# vLLM's own way is so slow that more tokens would take minutes.
ANSWER_TOKENS = {"base": 32, "ours": 32, "stock": 6}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", nargs="?", choices=sorted(ANSWER_TOKENS))
    parser.add_argument("folder", nargs="?", type=Path)
    options = parser.parse_args()
    if options.mode:
        print(json.dumps(measure(options.mode, options.folder)))
        return
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        found: dict[str, Any] = {}
        for mode in ANSWER_TOKENS:
            found |= in_child(mode, Path(folder))
    for title, place in (("lora", 0), ("lora, per second of processor time", 1)):
        figures = " ".join(f"{name}={speeds[place]:.0f}" for name, speeds in found.items())
        print(f"{title}: {figures}")


def in_child(mode: str, folder: Path) -> dict[str, Any]:
    """Each way in a process of its own, since a plugin is loaded for good."""
    environment = {
        **os.environ,
        "VLLM_PLUGINS": "finery_adapters" if mode == "ours" else "",
        "VLLM_LOGGING_LEVEL": "ERROR",
        "VLLM_CPU_KVCACHE_SPACE": "1",
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
        "TORCHDYNAMO_DISABLE": "1",
        "OMP_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
        "FINERY_ENGINE_TOKEN": "x",
        "FINERY_ENGINE_BASE": "x",
        "FINERY_OBJECTS": str(folder),
        "FINERY_STATE_DIR": str(folder),
    }
    command = [sys.executable, "-m", "tests.bench.lora", mode, str(folder)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(mode: str, folder: Path) -> dict[str, tuple[float, float]]:
    """Tokens per second, and per second of processor time: the best of some rounds, one for each case."""
    from vllm import LLM, SamplingParams
    from vllm.lora.request import LoRARequest

    ours = {
        "worker_extension_cls": "workers.engine.vllm_plugin.worker.WorkerExtension",
        "lora_target_modules": list(CAUSAL_TARGET_MODULES),
    }
    lora = {"enable_lora": True, "max_loras": ADAPTERS, "max_cpu_loras": ADAPTERS, "max_lora_rank": RANK}
    engine = LLM(
        model=str(folder / "base"),
        dtype="bfloat16",
        enforce_eager=True,
        skip_tokenizer_init=True,
        max_model_len=256,
        max_num_seqs=CALLS,
        enable_prefix_caching=False,
        disable_log_stats=True,
        **({} if mode == "base" else lora),
        **(ours if mode == "ours" else {}),
    )
    adapters = [LoRARequest(f"a{n}", n + 1, str(folder / f"a{n}")) for n in range(ADAPTERS)]
    cases = {"base": {"base": 0}, "ours": {"one": 1, "eight": 8, "thirty_two": 32}, "stock": {"stock_one": 1}}
    wish = SamplingParams(temperature=0, max_tokens=ANSWER_TOKENS[mode], ignore_eos=True, detokenize=False)
    prompts = [
        {"prompt_token_ids": [(call * 31 + n * 7) % 40_000 for n in range(PROMPT_TOKENS)]}
        for call in range(CALLS)
    ]
    found = {}
    for name, count in cases[mode].items():
        owners = [
            adapters[call % count] if count and call < CALLS - BASE_CALLS else None for call in range(CALLS)
        ]
        speeds = []
        for _ in range(ROUNDS if mode != "stock" else 1):
            started, used = time.perf_counter(), _processor_seconds()
            answers = engine.generate(prompts, wish, lora_request=owners, use_tqdm=False)
            tokens = sum(len(answer.outputs[0].token_ids) for answer in answers)
            speeds.append((tokens / (time.perf_counter() - started), tokens / (_processor_seconds() - used)))
        found[name] = (max(s[0] for s in speeds), max(s[1] for s in speeds))
    return found


def _processor_seconds() -> float:
    """Of this process and all below it."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
            ticks[int(entry.name)] = int(fields[11]) + int(fields[12])
    own = os.getpid()

    def is_below(pid: int) -> bool:
        while pid > 1 and pid != own:
            pid = parents.get(pid, 0)
        return pid == own

    return sum(used for pid, used in ticks.items() if is_below(pid)) / os.sysconf("SC_CLK_TCK")


def build(folder: Path) -> None:
    """The base and the adapters, random."""
    import torch
    from safetensors.torch import save_file
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=49_152,
        hidden_size=576,
        intermediate_size=1_536,
        num_hidden_layers=30,
        num_attention_heads=9,
        num_key_value_heads=3,
        max_position_embeddings=2_048,
        tie_word_embeddings=True,
    )
    torch.manual_seed(0)
    base = LlamaForCausalLM(config).to(torch.bfloat16)
    base.save_pretrained(folder / "base")
    layers = {
        name: module.weight.shape
        for name, module in base.named_modules()
        if name.rpartition(".")[2] in CAUSAL_TARGET_MODULES
    }
    about = {
        "peft_type": "LORA",
        "r": RANK,
        "lora_alpha": RANK,
        "target_modules": list(CAUSAL_TARGET_MODULES),
    }
    for number in range(ADAPTERS):
        tensors = {}
        for name, (outputs, inputs) in layers.items():
            path = f"base_model.model.{name}"
            tensors[f"{path}.lora_A.weight"] = (torch.randn(RANK, inputs) * 0.02).to(torch.bfloat16)
            tensors[f"{path}.lora_B.weight"] = (torch.randn(outputs, RANK) * 0.02).to(torch.bfloat16)
        (folder / f"a{number}").mkdir()
        save_file(tensors, folder / f"a{number}" / "adapter_model.safetensors")
        (folder / f"a{number}" / "adapter_config.json").write_text(json.dumps(about))


if __name__ == "__main__":
    main()
