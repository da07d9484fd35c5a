"""From the trainer's callbacks to our events."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback

from kernel.contracts import Progress
from workers.training.adapters import AdapterAbout, write_adapter
from workers.training.events import EventStream
from workers.training.parity import canary_of


class ProgressCallback(TrainerCallback):  # type: ignore[misc]  # transformers is not type-checked here
    """One `progress` per optimizer step; the last step of an epoch waits for its validation loss, if any.

    Needs logging_steps=1, saving once per epoch, and evaluation once per epoch or never.
    """

    def __init__(self, events: EventStream, about: AdapterAbout, adapters: Path, dtype: torch.dtype) -> None:
        self._events, self._about, self._adapters, self._dtype = events, about, adapters, dtype
        self._latest: dict[str, Any] = {}

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **kwargs: Any) -> None:
        """Keep a training step's numbers, and send them unless the epoch ends here."""
        if "loss" not in logs:
            return
        self._latest = {
            "step": state.global_step,
            "total_steps": state.max_steps,
            "epoch": round(state.epoch, 6),
            "train_loss": logs["loss"],
            "train_accuracy": logs.get("mean_token_accuracy"),
            "learning_rate": logs["learning_rate"],
            "trained_tokens": int(state.num_input_tokens_seen),
        }
        steps_per_epoch = state.max_steps // args.num_train_epochs
        if state.global_step % steps_per_epoch or args.eval_strategy == "no":
            self._events.progress(Progress(**self._latest))

    def on_evaluate(
        self, args: Any, state: Any, control: Any, metrics: dict[str, float], **kwargs: Any
    ) -> None:
        """Send the last step of an epoch."""
        self._latest["valid_loss"] = metrics["eval_loss"]
        self._latest["valid_accuracy"] = metrics.get("eval_mean_token_accuracy")
        self._events.progress(Progress(**self._latest))

    def on_prediction_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Stop within a long evaluation too."""
        self._events.raise_if_stopping()

    def on_save(self, args: Any, state: Any, control: Any, model: Any, **kwargs: Any) -> None:
        """The trainer's folder is complete here; add the adapter as engines read it, then announce both."""
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        adapter_folder = self._adapters / f"step-{state.global_step}"
        about = replace(self._about, canary=canary_of(model, self._dtype))
        write_adapter(adapter_folder, state.global_step, model, about)
        self._events.checkpoint(state.global_step, folder, adapter_folder, Progress(**self._latest))
