"""Adapters in memory: loaded at first use, the least recently used ones dropped."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file

from kernel.contracts import AdapterManifest
from workers.engine.adapters import LocalAdapter
from workers.engine.errors import AdapterRejected
from workers.engine.weights import module_of


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Resident:
    """A loaded adapter; equal only to itself. Scaling alpha / rank is already in B."""

    manifest: AdapterManifest
    pairs: dict[str, tuple[torch.Tensor, torch.Tensor]]  # module -> A (r, I), B (O, r)
    head: tuple[torch.Tensor, torch.Tensor] | None  # weight (C, H), bias (C)

    @property
    def bytes(self) -> int:
        tensors = [tensor for pair in self.pairs.values() for tensor in pair] + list(self.head or ())
        return sum(tensor.nbytes for tensor in tensors)


def load_resident(local: LocalAdapter, linears: dict[str, torch.nn.Linear], hidden: int) -> Resident:
    """Read a verified adapter's tensors as float32 onto the base's device.

    Raises:
        AdapterRejected: a module that the base lacks, a shape that does not fit, a value that is not finite.
    """
    sides: dict[str, dict[str, torch.Tensor]] = {}
    for name, tensor in _read(local.folder / "adapter_model.safetensors").items():
        module, side = module_of(name)
        sides.setdefault(module, {})[side] = tensor
    scaling = local.manifest.alpha / local.manifest.rank
    pairs = {}
    for module, pair in sides.items():
        linear = linears.get(module)
        if (
            linear is None
            or pair["A"].shape[1] != linear.in_features
            or len(pair["B"]) != linear.out_features
        ):
            raise AdapterRejected("The adapter does not fit its base.", module=module)
        device = linear.weight.device
        pairs[module] = (pair["A"].to(device), (pair["B"] * scaling).to(device))
    head = None
    if local.manifest.kind == "classification":
        tensors = _read(local.folder / "head.safetensors")
        if tensors["weight"].shape[1] != hidden:
            raise AdapterRejected("The head does not fit the base.")
        head = (tensors["weight"], tensors["bias"])
    return Resident(manifest=local.manifest, pairs=pairs, head=head)


def _read(path: Path) -> dict[str, torch.Tensor]:
    tensors: dict[str, torch.Tensor] = load_file(path)
    for name, tensor in tensors.items():
        tensors[name] = tensor.float()
        if not torch.isfinite(tensors[name]).all():
            raise AdapterRejected("The adapter holds values that are not finite.", tensor=name)
    return tensors


class Residents:
    """The adapters in memory, within a number of bytes. For one event loop."""

    def __init__(self, load: Callable[[str], Resident], *, max_bytes: int) -> None:
        self._load, self._max_bytes = load, max_bytes
        self._loaded: OrderedDict[str, Resident] = OrderedDict()
        self._loading: dict[str, asyncio.Task[Resident]] = {}
        self._bytes = 0

    async def get(self, name: str) -> Resident:
        """Return the adapter, loading it in a thread when it is not here. Calls at the same time load once.

        Raises:
            AdapterNotFound, AdapterRejected: as `fetch` and `load_resident`.
        """
        resident = self._loaded.get(name)
        if resident is not None:
            self._loaded.move_to_end(name)
            return resident
        task = self._loading.get(name)
        if task is None:
            task = self._loading[name] = asyncio.create_task(self._load_one(name))
        return await asyncio.shield(task)  # a caller that leaves does not take it from the others

    async def drop(self, name: str) -> bool:
        """Let an adapter go, one that is being loaded too. Returns whether it was here."""
        if task := self._loading.get(name):
            await asyncio.wait({task})
        dropped = self._loaded.pop(name, None)
        if dropped is not None:
            self._bytes -= dropped.bytes
        return dropped is not None

    @property
    def names(self) -> list[str]:
        return list(self._loaded)

    async def _load_one(self, name: str) -> Resident:
        try:
            resident = await asyncio.to_thread(self._load, name)
        finally:
            del self._loading[name]
        self._loaded[name] = resident
        self._bytes += resident.bytes
        while self._bytes > self._max_bytes and len(self._loaded) > 1:
            # A batch under way holds its own reference: dropping one here never breaks it.
            _, dropped = self._loaded.popitem(last=False)
            self._bytes -= dropped.bytes
        return resident
