"""The resolver: from an adapter's name to a verified folder that vLLM may load."""

import asyncio
import logging

from vllm.lora.request import LoRARequest
from vllm.lora.resolver import LoRAResolver

from kernel.errors import FineryError
from workers.engine.adapters import ADAPTER_NAME, fetch
from workers.engine.settings import EngineSettings

log = logging.getLogger(__name__)


class StoreResolver(LoRAResolver):  # type: ignore[misc]  # vLLM is not type-checked here
    """Finds adapters in our object store. vLLM asks it once per name and process."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings

    async def resolve_lora(self, base_model_name: str, lora_name: str) -> LoRARequest | None:
        """Return the request that loads `lora_name`, or None: vLLM then answers 404.

        `base_model_name` is the path of the base's files: the identity that counts is the launcher's base id.
        """
        if ADAPTER_NAME.fullmatch(lora_name) is None:
            return None
        settings = self._settings
        try:
            found = await asyncio.to_thread(
                fetch, lora_name, settings.store, settings.adapter_cache, base=settings.engine_base
            )
        except FineryError as error:
            log.warning("adapter %s is not served: %s %s", lora_name, error.message, error.context)
            return None
        return LoRARequest(
            lora_name=lora_name, lora_int_id=found.manifest.lora_int_id, lora_path=str(found.folder)
        )
