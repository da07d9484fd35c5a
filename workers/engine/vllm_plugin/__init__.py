"""Our part of vLLM: a resolver that finds tenants' adapters, their products on a CPU, and a guard in front of
its HTTP server."""

from kernel.processes import die_with_parent

LORA_ON_CPU = "workers.engine.vllm_plugin.lora_cpu.LoraOnCpu"


def register() -> None:
    """Entry point `finery_adapters` of the group `vllm.general_plugins`: called in each of vLLM's processes.

    Raises:
        pydantic.ValidationError: a setting is missing; an engine that could find no adapter does not start.
    """
    # Imported here, as vLLM takes seconds to import and this package is loaded by others too.
    from vllm.lora.resolver import LoRAResolverRegistry
    from vllm.platforms import current_platform

    from workers.engine.settings import EngineSettings
    from workers.engine.vllm_plugin.resolver import StoreResolver
    from workers.engine.vllm_plugin.schema_guard import trust_the_guard

    die_with_parent()  # vLLM is three processes deep, and a killed front would leave the others behind
    trust_the_guard()
    LoRAResolverRegistry.register_resolver("finery", StoreResolver(EngineSettings.from_environment()))
    if current_platform.is_cpu():
        type(current_platform).get_punica_wrapper = classmethod(lambda cls: LORA_ON_CPU)
