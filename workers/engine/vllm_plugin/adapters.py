"""Adapters in vLLM's memory: forgetting one while others are served.

vLLM's own unload takes an adapter off the list and leaves its weights where they are.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from workers.engine.adapters import evict
from workers.engine.settings import EngineSettings

# A call that asked for the adapter just before has reached the engine by then.
_SETTLE_SECONDS = 2.0
# How long answers that have begun may go on.
_FINISH_SECONDS = 30.0


@dataclass(slots=True)
class LoadedAdapters:
    """The front's view of what its engine holds. `state` is vLLM's: `app.state`."""

    state: Any
    settings: EngineSettings
    _leaving: dict[str, tuple[int, float]] = field(default_factory=dict)  # name -> (engine's id, since when)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def forget(self, name: str) -> bool:
        """Take an adapter out of memory for good, with what was computed of it; True when that is done.

        False while calls that have begun are answered: ask again. Other adapters' calls go on. Repeating it
        changes nothing.
        """
        async with self._lock:
            evict(name, self.settings.adapter_cache)
            loaded = self.state.openai_serving_models.lora_requests.pop(name, None)
            if loaded is not None:
                self._leaving[name] = (loaded.lora_int_id, time.monotonic())
            if name not in self._leaving:
                return True
            engine_id, since = self._leaving[name]
            waited = time.monotonic() - since
            if waited < _SETTLE_SECONDS:
                return False
            engine = self.state.engine_client
            running = [
                key for key, call in engine.output_processor.request_states.items() if call.lora_name == name
            ]
            if running:
                if waited > _FINISH_SECONDS:
                    await engine.abort(running, internal=True)
                return False
            await engine.collective_rpc("forget_adapter", args=(engine_id,))
            await engine.reset_prefix_cache()
            del self._leaving[name]
            return True
