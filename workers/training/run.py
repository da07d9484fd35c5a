"""`python -m workers.training.run SPEC.json WORKDIR`: run a recipe, events on stdout, all else on stderr."""

import importlib
import os
import signal
import sys
import traceback
from pathlib import Path

from kernel.contracts import TrainFailure, TrainSpec
from kernel.errors import FineryError
from kernel.processes import die_with_parent
from kernel.wire import decode
from workers.training.events import EventStream, StopRequested

RECIPES = {
    "supervised": "workers.training.recipes.sft",
    "classification": "workers.training.recipes.classification",
}


def main(arguments: list[str]) -> int:
    """Run the spec's recipe. Status 0: it reported, stopped, or the data was at fault. 1: a bug of ours."""
    die_with_parent()
    events = EventStream(os.fdopen(_take_stdout(), "w", encoding="utf-8"))
    signal.signal(signal.SIGTERM, lambda *_: events.request_stop())
    try:
        spec = decode(Path(arguments[0]).read_bytes(), TrainSpec)
        recipe = importlib.import_module(RECIPES[spec.method])
        recipe.run(spec, Path(arguments[1]), events)
    except StopRequested:
        events.stopped()
    except FineryError as error:
        events.failure(_customer_failure(error))
    except Exception as error:  # noqa: BLE001 - the process's door: whatever is left is a bug of ours
        traceback.print_exc()
        # The type only: a message may quote the customer's rows.
        message = f"The training process failed ({type(error).__name__})."
        events.failure(TrainFailure(blame="platform", code="training_crashed", message=message))
        return 1
    return 0


def _customer_failure(error: FineryError) -> TrainFailure:
    """The message names the line already: `workers.training.data` writes it so."""
    code = error.code or "invalid_training_job"
    return TrainFailure(blame="customer", code=code, message=error.message, param=error.param)


def _take_stdout() -> int:
    """Return the real stdout's descriptor; point descriptor 1 at stderr for all else, C code included."""
    real = os.dup(1)
    os.dup2(2, 1)
    return real


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
