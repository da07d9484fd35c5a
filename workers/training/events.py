"""What a recipe says to whoever started it: one JSON object a line (docs/contracts.md)."""

import json
from pathlib import Path
from typing import Any, TextIO

import msgspec

from kernel.contracts import Progress, TrainFailure, TrainReport
from workers.training.divergence import require_finite


class StopRequested(Exception):
    """Raised inside a recipe at the first step after a stop was asked for. Not an error."""


class EventStream:
    """Writes events to `out`. `progress` is also where a recipe learns that it should stop."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._stop_requested = False
        self._trained_tokens = 0

    def request_stop(self) -> None:
        """Make the next `progress` (or `raise_if_stopping`) raise. Safe in a signal handler."""
        self._stop_requested = True

    def raise_if_stopping(self) -> None:
        """Raises:
        StopRequested: a stop was asked for.
        """
        if self._stop_requested:
            raise StopRequested

    def progress(self, progress: Progress) -> None:
        """Tell of one optimizer step, then stop if asked to.

        Raises:
            TrainingDiverged: a loss is no finite number.
            StopRequested: a stop was asked for.
        """
        require_finite(progress)
        self._trained_tokens = progress.trained_tokens
        self._write("progress", msgspec.to_builtins(progress))
        self.raise_if_stopping()

    def checkpoint(self, step: int, folder: Path, adapter_folder: Path, progress: Progress) -> None:
        """Announce a checkpoint. Both folders must be complete by now."""
        fields = {
            "step": step,
            "folder": str(folder),
            "adapter_folder": str(adapter_folder),
            "progress": msgspec.to_builtins(progress),
        }
        self._write("checkpoint", fields)

    def report(self, adapter_folder: Path, results_folder: Path, report: TrainReport) -> None:
        """Announce the end of a good run. The results folder has the files that the report names."""
        fields = {
            "adapter_folder": str(adapter_folder),
            "results_folder": str(results_folder),
            "report": msgspec.to_builtins(report),
        }
        self._write("report", fields)

    def failure(self, failure: TrainFailure) -> None:
        """Announce that there will be no model."""
        self._write("failure", msgspec.to_builtins(failure))

    def stopped(self) -> None:
        """Announce that the run stopped because it was asked to."""
        self._write("stopped", {"trained_tokens": self._trained_tokens})

    def _write(self, event: str, fields: dict[str, Any]) -> None:
        self._out.write(json.dumps({"event": event, **fields}, allow_nan=False) + "\n")
        self._out.flush()
