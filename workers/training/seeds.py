"""Seeds: the same spec on the same machine gives the same adapter, byte for byte on a CPU."""

import random

import torch


def seed_everything(seed: int) -> None:
    """Seed Python's and torch's generators (all devices); deterministic kernels where torch has them."""
    random.seed(seed)
    torch.manual_seed(seed)
    # warn_only: some CUDA kernels have no deterministic form, and a job must not fail for that.
    torch.use_deterministic_algorithms(True, warn_only=True)
    # It would also fill every new tensor with NaN, to show reads of unset memory: half of a small job's time.
    torch.utils.deterministic.fill_uninitialized_memory = False


def seeded(seed: int, *position: int) -> random.Random:
    """A generator of its own for one place in a run, such as (seed, epoch): no state to save or restore."""
    return random.Random(":".join(str(part) for part in (seed, *position)))
