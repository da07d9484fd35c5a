"""What our workers have beyond vLLM's (`--worker-extension-cls`), imported in each before it loads a model.

vLLM only logs a plugin that cannot be loaded, and goes on with its own path for adapters, which answers calls
of the bare base with a tenant's adapter. An import that fails ends the engine.
"""

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
