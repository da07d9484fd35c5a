"""LoRA for a batch whose rows belong to different tenants, in one forward pass of the shared base.

Axes: B rows, T tokens (padded), I and O a linear layer's inputs and outputs, r an adapter's rank, R the sum
of the ranks in the batch.
Source: Punica (arXiv 2310.18547) for the idea; which of the two ways is used when was measured on a CPU.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch

from workers.engine.encoder.residents import Resident

# Below, two matrix products over all adapters at once with a mask; above, one pair of products per adapter.
_MASKED_UP_TO_TOKENS = 128


@dataclass(slots=True)
class Segments:
    """Which adapter each row of a batch has. Rows of one adapter must be neighbours."""

    parts: list[tuple[int, int, Resident]] = field(default_factory=list)  # first row, end row, adapter

    @classmethod
    def of(cls, adapters: Sequence[Resident | None]) -> "Segments":
        """Segments of a batch given each row's adapter, None for the bare base."""
        segments, start = cls(), 0
        for row in range(1, len(adapters) + 1):
            if row == len(adapters) or adapters[row] is not adapters[start]:
                adapter = adapters[start]
                if adapter is not None:
                    segments.parts.append((start, row, adapter))
                start = row
        return segments

    def add(self, module: str, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Return `y` plus each row's own `scaling * B A x`.

        Args:
            x: the layer's input (B, T, I) or (B, I).
            y: the base layer's output (B, T, O) or (B, O), of which the result may be the storage.
        """
        parts = [part for part in self.parts if module in part[2].pairs]
        if not parts:
            return y
        tokens = x.shape[0] * x.shape[1] if x.dim() == 3 else x.shape[0]
        if len(parts) > 1 and tokens <= _MASKED_UP_TO_TOKENS:
            return self._add_masked(module, parts, x, y)
        for start, end, adapter in parts:
            a, b = adapter.pairs[module]  # (r, I), (O, r)
            y[start:end] += (x[start:end] @ a.T) @ b.T
        return y

    def _add_masked(
        self, module: str, parts: list[tuple[int, int, Resident]], x: torch.Tensor, y: torch.Tensor
    ) -> torch.Tensor:
        pairs = [adapter.pairs[module] for _, _, adapter in parts]
        a = torch.cat([pair[0] for pair in pairs])  # (R, I)
        b = torch.cat([pair[1] for pair in pairs], dim=1)  # (O, R)
        mask = x.new_zeros(x.shape[0], a.shape[0])  # (B, R)
        column = 0
        for (start, end, _), pair in zip(parts, pairs, strict=True):
            width = pair[0].shape[0]
            mask[start:end, column : column + width] = 1
            column += width
        if x.dim() == 3:
            mask = mask[:, None]  # (B, 1, R)
        return y + ((x @ a.T) * mask) @ b.T


class LoraHooks:
    """Makes a model's linear layers add the adapters of the batch at hand. One batch at a time."""

    def __init__(self, linears: Mapping[str, torch.nn.Linear]) -> None:
        self._segments = Segments()
        for name, linear in linears.items():
            linear.register_forward_hook(self._hook(name))

    def use(self, segments: Segments) -> None:
        """Set the segments of the next forward pass."""
        self._segments = segments

    def _hook(self, name: str) -> Callable[..., torch.Tensor]:
        def hook(_: torch.nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor:
            return self._segments.add(name, inputs[0], output)

        return hook
