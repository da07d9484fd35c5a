"""What our workers have beyond vLLM's (`--worker-extension-cls`), imported in each before it loads a model.

vLLM only logs a plugin that cannot be loaded, and goes on with its own path for adapters, which answers calls
of the bare base with a tenant's adapter. An import that fails ends the engine.
"""

from typing import Any

import torch
from vllm.platforms import current_platform

from workers.engine.vllm_plugin import LORA_ON_CPU

if current_platform.is_cpu() and current_platform.get_punica_wrapper() != LORA_ON_CPU:
    raise RuntimeError("the plugin finery_adapters is not loaded: this engine must not serve adapters")

if current_platform.is_cpu():
    # vLLM's attention uses a processor's matrix unit (AMX) without asking the system for it. Other libraries
    # ask at their first large product: an engine whose first call was short died of an illegal instruction.
    torch.cpu._init_amx()


class WorkerExtension:
    """Methods that the front calls in every worker (`collective_rpc`)."""

    model_runner: Any

    def forget_adapter(self, adapter_id: int) -> None:
        """Drop an adapter's weights, those in a slot's matrices too. One that is not here is no error."""
        manager = self.model_runner.lora_manager._adapter_manager
        if adapter_id in manager.lora_index_to_id:
            slot = manager.lora_index_to_id.index(adapter_id)
            for module in manager.modules.values():
                module.reset_lora(slot)
        manager.remove_adapter(adapter_id)
