"""Adapters' products on a CPU: each row with its own adapter's matrices, rows of the bare base with none.

vLLM's own CPU path indexes the stacked matrices with -1 for rows without an adapter, which is the last slot:
such a row was answered with another tenant's adapter. It also copies both matrices once per token.

Shapes: T tokens of a batch, S slots, n slices of a layer (q, k and v are three), R the highest rank, D the
layer's inputs, O its outputs over all slices.
"""

from dataclasses import dataclass, field
from typing import Any, NoReturn

import torch
from torch.nn import functional
from vllm.lora.punica_wrapper.punica_base import PunicaWrapperBase

# Adapters with up to so many rows in a batch are multiplied together, padded to the longest of them.
_FEW_ROWS = 8


@dataclass(frozen=True, slots=True)
class _Single:
    """Rows of one adapter that has many of them, or is alone."""

    slot: int
    rows: slice | torch.Tensor


@dataclass(frozen=True, slots=True)
class _Several:
    """Adapters with few rows each. `taken` is (K * M): the rows of K slots in their order, padded to M."""

    slots: slice | torch.Tensor  # K of them
    count: int  # K
    taken: torch.Tensor
    kept: torch.Tensor | None  # places of `taken` that are no padding; None: all
    rows: torch.Tensor  # the rows at those places


@dataclass(slots=True)
class _Layer:
    """A layer's matrices of all slots. The engine's own tensors are made views of these.

    The B matrices of the slices stand on the diagonal, so that one product serves all slices.
    """

    a: torch.Tensor  # (S, n * R, D)
    b: torch.Tensor  # (S, n * R, O)
    slices: list[tuple[int, int, torch.Tensor]] = field(
        default_factory=list
    )  # (first output, last, (S, R, o))


class LoraOnCpu(PunicaWrapperBase):  # type: ignore[misc]  # vLLM is not type-checked here
    """What vLLM calls for each layer with adapters, on a CPU."""

    def __init__(self, max_num_batched_tokens: int, max_batches: int, device: Any, **_: Any) -> None:
        super().__init__(max_num_batched_tokens, max_batches, device)
        self._groups: list[_Single | _Several] = []
        self._layers: dict[int, _Layer] = {}

    def update_metadata(
        self, mapping: Any, lora_index_to_id: list[int | None], max_loras: int, vocab_size: int, **_: Any
    ) -> None:
        """Take the next batch: `mapping.index_mapping` has an adapter's id for each token, 0 for the base."""
        self._update_base_metadata(mapping, lora_index_to_id, max_loras, vocab_size)
        slots = {adapter: slot for slot, adapter in enumerate(lora_index_to_id) if adapter is not None}
        rows: dict[int, list[int]] = {}
        for row, adapter in enumerate(mapping.index_mapping):
            if adapter > 0:
                rows.setdefault(slots[adapter], []).append(row)
        self._groups = _grouped(rows)

    def add_lora_linear(
        self,
        y: torch.Tensor,
        x: torch.Tensor,
        lora_a_stacked: tuple[torch.Tensor, ...],
        lora_b_stacked: tuple[torch.Tensor, ...],
        scale: float,
        output_slices: tuple[int, ...],
        **_: Any,
    ) -> None:
        """Add each row's `x A B * scale` to `y`, in place. `x` is (T, D), `y` (T, O)."""
        layer = self._layers.get(id(lora_a_stacked))
        if layer is None:
            layer = self._layers[id(lora_a_stacked)] = _packed(lora_a_stacked, lora_b_stacked, output_slices)
        for group in self._groups:
            if isinstance(group, _Single):
                _add_single(y, x, layer, scale, group)
            else:
                _add_several(y, x, layer, scale, group)

    def _not_served(self, *_: Any, **__: Any) -> NoReturn:
        # The engine is started with target modules that never lead here: see CAUSAL_TARGET_MODULES.
        raise NotImplementedError("adapters of embeddings, heads and sharded layers are not served on a CPU")

    add_shrink = add_expand = add_lora_embedding = add_lora_logits = apply_lora_full_linear = _not_served


def _grouped(rows: dict[int, list[int]]) -> list[_Single | _Several]:
    few = sorted(slot for slot, own in rows.items() if len(own) <= _FEW_ROWS)
    if len(few) < 2:
        few = []
    groups: list[_Single | _Several] = [
        _Single(slot, _as_slice(own)) for slot, own in sorted(rows.items()) if slot not in set(few)
    ]
    # Alike in length together: padding a row of one to the eight of another would read and write for nothing.
    for longest in (1, _FEW_ROWS):
        alike = [slot for slot in few if (len(rows[slot]) == 1) == (longest == 1)]
        if len(alike) == 1:
            groups.append(_Single(alike[0], _as_slice(rows[alike[0]])))
        elif alike:
            groups.append(_several(alike, rows))
    return groups


def _as_slice(rows: list[int]) -> slice | torch.Tensor:
    if rows[-1] - rows[0] + 1 == len(rows):
        return slice(rows[0], rows[-1] + 1)
    return torch.tensor(rows)


def _several(slots: list[int], rows: dict[int, list[int]]) -> _Several:
    longest = max(len(rows[slot]) for slot in slots)
    taken: list[int] = []
    kept: list[int] = []
    for number, slot in enumerate(slots):
        own = rows[slot]
        taken += own + [own[0]] * (longest - len(own))
        kept += range(number * longest, number * longest + len(own))
    taken_rows = torch.tensor(taken)
    if len(kept) == len(taken):
        return _Several(_as_slice(slots), len(slots), taken_rows, None, taken_rows)
    places = torch.tensor(kept)
    return _Several(_as_slice(slots), len(slots), taken_rows, places, taken_rows[places])


def _packed(
    stacked_a: tuple[torch.Tensor, ...], stacked_b: tuple[torch.Tensor, ...], output_slices: tuple[int, ...]
) -> _Layer:
    """Move the engine's tensors, A (S, 1, R, D) and B (S, 1, o, R) of each slice, into common storage."""
    slots, _, rank, inputs = stacked_a[0].shape
    height = len(stacked_a) * rank
    layer = _Layer(
        stacked_a[0].new_zeros(slots, height, inputs),
        stacked_b[0].new_zeros(slots, height, sum(output_slices)),
    )
    first = 0
    for number, (a, b, outputs) in enumerate(zip(stacked_a, stacked_b, output_slices, strict=True)):
        high = slice(number * rank, (number + 1) * rank)
        place_a = layer.a[:, high].unsqueeze(1)  # (S, 1, R, D)
        place_b = layer.b[:, high, first : first + outputs]  # (S, R, o)
        place_a.copy_(a)
        place_b.copy_(b.squeeze(1).transpose(1, 2))
        a.set_(place_a)
        b.set_(place_b.transpose(1, 2).unsqueeze(1))
        layer.slices.append((first, first + outputs, place_b))
        first += outputs
    return layer


def _add_single(y: torch.Tensor, x: torch.Tensor, layer: _Layer, scale: float, group: _Single) -> None:
    a, b = layer.a[group.slot], layer.b[group.slot]
    outputs = b.shape[1]
    if isinstance(group.rows, slice):
        y[group.rows, :outputs].addmm_(functional.linear(x[group.rows], a), b, alpha=scale)
    else:
        product = functional.linear(x[group.rows], a) @ b
        y[:, :outputs].index_add_(0, group.rows, product, alpha=scale)


def _add_several(y: torch.Tensor, x: torch.Tensor, layer: _Layer, scale: float, group: _Several) -> None:
    rank = layer.slices[0][2].shape[1]
    own = x.index_select(0, group.taken).view(group.count, -1, x.shape[1])  # (K, M, D)
    low = torch.bmm(own, layer.a[group.slots].transpose(1, 2))  # (K, M, n * R)
    for number, (first, last, b) in enumerate(layer.slices):
        product = torch.bmm(low[:, :, number * rank : (number + 1) * rank], b[group.slots])  # (K, M, o)
        flat = product.view(-1, last - first)
        y[:, first:last].index_add_(
            0, group.rows, flat if group.kept is None else flat[group.kept], alpha=scale
        )
