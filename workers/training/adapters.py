"""Writing an adapter folder: PEFT's tensor names, our own configuration, safetensors only.

    adapter_model.safetensors  base_model.model.<module>.lora_A.weight (rank, in), .lora_B.weight
                               (out, rank), float32
    adapter_config.json        PEFT's known fields only
    head.safetensors           classifiers: weight (labels, hidden), bias (labels), float32
    parity.json                held-out samples for the certificate (a finished adapter only)
    about.json                 what the runner puts into the manifest; never uploaded

Tensor and configuration bytes depend on the weights alone, so equal runs give equal digests.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, set_peft_model_state_dict
from safetensors.torch import load_file, save_file

from kernel.contracts import AdapterKind, Canary, LongRows, TrainSpec
from workers.training.divergence import require_finite_scores, require_finite_weights

WEIGHTS, CONFIG, HEAD = "adapter_model.safetensors", "adapter_config.json", "head.safetensors"
PARITY, ABOUT = "parity.json", "about.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterAbout:
    """The part of the manifest that only the recipe knows."""

    kind: AdapterKind
    base_model: str
    rank: int
    alpha: int
    target_modules: tuple[str, ...]
    labels: tuple[str, ...] = ()
    template_sha256: str | None = None
    canary: Canary | None = None
    max_length: int = 0  # of a classifier: how its texts are read
    long_rows: LongRows = "refuse"


def lora_config(spec: TrainSpec, target_modules: Sequence[str]) -> LoraConfig:
    """LoRA without dropout, so that a resumed run needs no luck. Source: Hu et al. 2021, arXiv:2106.09685."""
    return LoraConfig(
        r=spec.lora_rank,
        lora_alpha=spec.lora_alpha,
        lora_dropout=0.0,
        bias="none",
        target_modules=list(target_modules),
    )


def write_adapter(folder: Path, step: int, model: Any, about: AdapterAbout, head: Any = None) -> None:
    """Write the LoRA weights of a PEFT model, the head of a classifier, and their description.

    Raises:
        TrainingDiverged: a weight is no finite number. Nothing is written.
    """
    tensors = {WEIGHTS: _lora_tensors(model)}
    if head is not None:
        tensors[HEAD] = {"weight": _portable(head.weight), "bias": _portable(head.bias)}  # (C, H), (C)
    require_finite_weights(step, (bool(t.isfinite().all()) for f in tensors.values() for t in f.values()))
    folder.mkdir(parents=True, exist_ok=True)
    for name, named in tensors.items():
        save_file(named, str(folder / name), metadata={"format": "pt"})
    _write_json(folder / CONFIG, _peft_config(about))
    _write_json(folder / ABOUT, asdict(about))


def read_adapter(folder: Path, model: Any, head: Any = None) -> None:
    """Load what `write_adapter` wrote back into the same kind of model, exactly."""
    set_peft_model_state_dict(model, load_file(str(folder / WEIGHTS)))
    if head is not None:
        head.load_state_dict(load_file(str(folder / HEAD)))


def write_parity(folder: Path, step: int, samples: list[dict[str, Any]]) -> None:
    """Add the certificate's held-out samples to a finished adapter. Raises TrainingDiverged."""
    require_finite_scores(step, (logprob for sample in samples for logprob in sample["logprobs"]))
    _write_json(folder / PARITY, {"samples": samples})


def _lora_tensors(model: Any) -> dict[str, torch.Tensor]:
    return {
        name.replace(".default.", "."): _portable(parameter)
        for name, parameter in sorted(model.named_parameters())
        if ".lora_A." in name or ".lora_B." in name
    }


def _portable(parameter: torch.Tensor) -> torch.Tensor:
    return parameter.detach().to("cpu", torch.float32).contiguous()


def _peft_config(about: AdapterAbout) -> dict[str, object]:
    return {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM" if about.kind == "causal_lora" else "FEATURE_EXTRACTION",
        "base_model_name_or_path": about.base_model,
        "r": about.rank,
        "lora_alpha": about.alpha,
        "lora_dropout": 0.0,
        "target_modules": list(about.target_modules),
        "bias": "none",
        "fan_in_fan_out": False,
        "use_rslora": False,
        "use_dora": False,
        "modules_to_save": None,
        "inference_mode": True,
    }


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1), encoding="utf-8")
