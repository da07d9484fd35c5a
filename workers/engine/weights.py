"""What an adapter's safetensors must hold before an engine may see them.

An adapter whose modules the base does not have would silently serve the bare base; one whose rank is not the
manifest's would be scaled wrongly or overrun the engine's buffers. Only headers are read here, no tensor.
"""

import re
from pathlib import Path

from safetensors import SafetensorError, safe_open

from kernel.contracts import AdapterManifest
from workers.engine.errors import AdapterRejected

_LORA_TENSOR = re.compile(r"base_model\.model\.([A-Za-z0-9_.]+)\.lora_([AB])\.weight")

Shape = tuple[int, ...]


def check_weights(folder: Path, manifest: AdapterManifest) -> None:
    """Accept the folder's tensors only if names and shapes follow the manifest.

    LoRA pairs: A `(rank, in)`, B `(out, rank)`, under PEFT's names, on the manifest's target modules only and
    on each of them at least once. A classifier's head: weight `(labels, hidden)`, bias `(labels)`.

    Raises:
        AdapterRejected: anything else is in there, or something is missing.
    """
    _check_lora(_shapes(folder / "adapter_model.safetensors"), manifest)
    if manifest.kind == "classification":
        _check_head(_shapes(folder / "head.safetensors"), len(manifest.labels))


def module_of(tensor_name: str) -> tuple[str, str]:
    """Split `base_model.model.<module>.lora_A.weight` into the module's path and the side, `A` or `B`.

    Raises:
        AdapterRejected: the name is not of that form.
    """
    found = _LORA_TENSOR.fullmatch(tensor_name)
    if found is None:
        raise AdapterRejected("The adapter holds a tensor that is not LoRA.", tensor=tensor_name[:200])
    return found[1], found[2]


def _shapes(path: Path) -> dict[str, Shape]:
    try:
        with safe_open(str(path), framework="numpy") as tensors:
            return {name: tuple(tensors.get_slice(name).get_shape()) for name in tensors.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise AdapterRejected(f"{path.name} is not a safetensors file.") from error


def _check_lora(shapes: dict[str, Shape], manifest: AdapterManifest) -> None:
    sides: dict[str, dict[str, Shape]] = {}
    for name, shape in shapes.items():
        module, side = module_of(name)
        sides.setdefault(module, {})[side] = shape
    for module, pair in sides.items():
        if set(pair) != {"A", "B"} or len(pair["A"]) != 2 or len(pair["B"]) != 2:
            raise AdapterRejected("A LoRA pair is not complete.", module=module)
        if pair["A"][0] != manifest.rank or pair["B"][1] != manifest.rank:
            raise AdapterRejected("The weights' rank is not the manifest's.", module=module)
    targets = {target: False for target in manifest.target_modules}
    for module in sides:
        matching = [t for t in targets if module == t or module.endswith("." + t)]
        if not matching:
            raise AdapterRejected(
                "The weights adapt a module that the manifest does not name.", module=module
            )
        targets.update(dict.fromkeys(matching, True))
    if not targets or not all(targets.values()):
        raise AdapterRejected("The weights lack a module that the manifest names.")


def _check_head(shapes: dict[str, Shape], labels: int) -> None:
    weight, bias = shapes.get("weight", ()), shapes.get("bias", ())
    if set(shapes) != {"weight", "bias"} or len(weight) != 2 or weight[0] != labels or bias != (labels,):
        raise AdapterRejected("The head's shape does not follow the manifest's labels.")
