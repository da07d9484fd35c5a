"""How an engine is started: the command line and the variables on top of the caller's environment.

The caller's environment must hold FINERY_ENGINE_TOKEN, FINERY_OBJECTS and FINERY_STATE_DIR. No secret is ever
an argument, since every user of the machine can read arguments.
"""

import os
import shutil
import sys

from kernel.adapters import CAUSAL_TARGET_MODULES
from kernel.bases import base_folder
from kernel.contracts import BaseEntry

_HOST = "127.0.0.1"
DRAIN_SECONDS = 30  # how long a stopping engine finishes its streams
WRONG_WEIGHTS_STATUS = 70  # how an engine ends that was found to answer with other weights than asked for
_CPU_ADAPTERS_PER_BATCH, _GPU_ADAPTERS_PER_BATCH = 32, 4
_MAX_ADAPTERS_IN_MEMORY = 64
_CPU_SEQUENCES, _GPU_SEQUENCES = 32, 128
_QUEUED_CALLS_PER_SEQUENCE = 8
# llguidance bounds the work of each token, and refuses what it does not implement. With white space between
# the parts, a small model writes nothing else until its tokens are used up.
_STRUCTURED_OUTPUTS = '{"backend": "guidance", "disable_any_whitespace": true}'
_GPU_MEMORY_FRACTION = 0.5  # the rest is for training and for a second base on the same card


def has_gpu() -> bool:
    """True on a machine with NVIDIA's driver."""
    return shutil.which("nvidia-smi") is not None


def vllm_command(base: BaseEntry, port: int, *, token: str | None = None) -> tuple[list[str], dict[str, str]]:
    """vLLM for a causal base on a loopback port: (arguments, extra environment).

    Pass `token` (FINERY_ENGINE_TOKEN) to set vLLM's own key too; our guard covers every path with or without.

    Raises:
        FileNotFoundError: the base is not on this machine.
    """
    sequences = _GPU_SEQUENCES if has_gpu() else _CPU_SEQUENCES
    folder = str(base_folder(base.source))
    adapters = _GPU_ADAPTERS_PER_BATCH if has_gpu() else _CPU_ADAPTERS_PER_BATCH
    command = [
        *(sys.executable, "-m", "vllm.entrypoints.openai.api_server"),
        *("--model", folder, "--served-model-name", base.id),
        *("--host", _HOST, "--port", str(port)),
        *("--dtype", "bfloat16", "--max-model-len", str(base.context_length)),
        *("--max-num-seqs", str(sequences)),
        *("--max-num-queued-reqs", str(sequences * _QUEUED_CALLS_PER_SEQUENCE)),
        *("--enable-lora", "--max-loras", str(adapters)),
        *("--lora-target-modules", *CAUSAL_TARGET_MODULES),
        *("--worker-extension-cls", "workers.engine.vllm_plugin.worker.WorkerExtension"),
        *("--max-cpu-loras", str(_MAX_ADAPTERS_IN_MEMORY), "--max-lora-rank", str(_rank_bucket(base))),
        *("--enable-prefix-caching", "--prefix-caching-hash-algo", "sha256"),
        *("--generation-config", "vllm"),  # OpenAI's sampling defaults, not the checkpoint's
        "--enable-prompt-tokens-details",
        *("--structured-outputs-config", _STRUCTURED_OUTPUTS),
        *("--middleware", "workers.engine.vllm_plugin.guard.EngineGuard"),
        *("--shutdown-timeout", str(DRAIN_SECONDS)),
        *("--disable-fastapi-docs", "--disable-uvicorn-access-log", "--uvicorn-log-level", "warning"),
    ]
    command += ("--gpu-memory-utilization", str(_GPU_MEMORY_FRACTION)) if has_gpu() else ("--enforce-eager",)
    environment = _vllm_environment(base, folder)
    if token is not None:
        environment["VLLM_API_KEY"] = token
    return command, environment


def _vllm_environment(base: BaseEntry, folder: str) -> dict[str, str]:
    environment = {
        **_shared_environment(base),
        "FINERY_ENGINE_FOLDER": folder,
        "VLLM_PLUGINS": "finery_adapters",
        # vLLM asks a resolver only with this. It opens load and unload routes too: the guard closes them.
        "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "1",
        "VLLM_MAX_N_SEQUENCES": "16",
        "VLLM_NO_USAGE_STATS": "1",
        "DO_NOT_TRACK": "1",
    }
    if not has_gpu():
        environment |= {
            "VLLM_CPU_KVCACHE_SPACE": "1",
            "VLLM_CPU_OMP_THREADS_BIND": "nobind",
            # Some of vLLM's small functions are compiled at first use even in eager mode: that needs a C++
            # compiler, takes seconds in the middle of a call, and a half-written cache file ends the engine.
            "TORCHDYNAMO_DISABLE": "1",
        }
    return environment


def encoder_command(base: BaseEntry, port: int) -> tuple[list[str], dict[str, str]]:
    """Our encoder engine on a loopback port: (arguments, extra environment)."""
    command = [sys.executable, "-m", "workers.engine.encoder"]
    command += ["--base", base.id, "--source", base.source, "--port", str(port)]
    environment = {
        **_shared_environment(base),
        "FINERY_ENGINE_MAX_RANK": str(base.max_lora_rank),
        "FINERY_ENGINE_CONTEXT_LENGTH": str(base.context_length),
    }
    return command, environment


def engine_command(
    base: BaseEntry, port: int, *, token: str | None = None
) -> tuple[list[str], dict[str, str]]:
    """The command of whichever engine the base names."""
    return vllm_command(base, port, token=token) if base.engine == "vllm" else encoder_command(base, port)


def _rank_bucket(base: BaseEntry) -> int:
    # vLLM accepts only these; kernels pay for the highest rank, so the smallest that fits.
    return next(rank for rank in (8, 16, 32, 64, 128, 256, 320, 512) if rank >= base.max_lora_rank)


def _shared_environment(base: BaseEntry) -> dict[str, str]:
    return {
        "FINERY_ENGINE_BASE": base.id,
        "HF_HUB_OFFLINE": "1",
        # Threads that outnumber free cores make small matrices many times slower.
        "OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // 2)),
        "TOKENIZERS_PARALLELISM": "false",
        # vLLM's three processes import the same code: without cached bytecode a start takes a minute more.
        "PYTHONDONTWRITEBYTECODE": "",
    }
