"""A recipe that follows a script in its training file, under the real entry point. Also its command line.

The script: `steps`, `pause_seconds` between them, `ending`: report, customer, crash, die or silence.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, str(Path(__file__).resolve()))

if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

from kernel.contracts import Progress, TrainReport, TrainSpec  # noqa: E402
from kernel.errors import BadTrainingData  # noqa: E402
from workers.training import run as entry  # noqa: E402
from workers.training.events import EventStream  # noqa: E402

LABELS = ["cat", "dog"]


def run(spec: TrainSpec, workdir: Path, events: EventStream) -> None:
    script = json.loads((workdir / "train.jsonl").read_text())
    (workdir / "environment.json").write_text(json.dumps(dict(os.environ)))
    start = int((workdir / "resume" / "step").read_text()) if (workdir / "resume").is_dir() else 0
    for step in range(start + 1, script["steps"] + 1):
        progress = Progress(
            step=step,
            total_steps=script["steps"],
            epoch=float(step),
            train_loss=1.0 / step,
            learning_rate=1e-3,
            trained_tokens=10 * step,
        )
        events.progress(progress)
        folder = workdir / "checkpoints" / str(step)
        if step % script.get("checkpoint_every", 1000) == 0:
            folder.mkdir(parents=True)
            (folder / "step").write_text(str(step))
            events.checkpoint(step, folder, _adapter(spec, workdir / f"adapter-{step}", step), progress)
        time.sleep(script.get("pause_seconds", 0))
    _end(script.get("ending", "report"))
    adapter = _adapter(spec, workdir / "adapter", script["steps"])
    sample = {"text": "a cat", "token_ids": [1, 2], "labels": LABELS, "logprobs": [-0.1, -2.35]}
    (adapter / "parity.json").write_text(json.dumps({"samples": [sample | {"base_logprobs": [-0.7, -0.7]}]}))
    (workdir / "results").mkdir()
    (workdir / "results" / "predictions.csv").write_text("line\n1\n")
    report = TrainReport(
        steps=script["steps"],
        trained_tokens=10 * script["steps"],
        train_loss=0.5,
        result_files=("predictions.csv",),
    )
    events.report(adapter, workdir / "results", report)


def _end(ending: str) -> None:
    if ending == "customer":
        raise BadTrainingData("Line 3: `text` is missing or empty.", param="training_file", line=3)
    if ending == "crash":
        raise RuntimeError("secret customer words")
    if ending == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if ending == "silence":
        time.sleep(600)


def _adapter(spec: TrainSpec, folder: Path, step: int) -> Path:
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_bytes(b"weights %d" % step)
    (folder / "adapter_config.json").write_text("{}")
    (folder / "head.safetensors").write_bytes(b"head")
    about = {
        "kind": "classification",
        "base_model": spec.base_model,
        "rank": spec.lora_rank,
        "alpha": spec.lora_alpha,
        "target_modules": ["query"],
        "labels": LABELS,
        "template_sha256": None,
    }
    (folder / "about.json").write_text(json.dumps(about))
    return folder


if __name__ == "__main__":
    entry.RECIPES["classification"] = "tests.workers.runner.scripted"
    sys.exit(entry.main(sys.argv[1:]))
