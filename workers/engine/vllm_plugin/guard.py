"""The guard in front of vLLM (`--middleware`): vLLM's own key covers only some prefixes of its paths."""

from workers.engine.guard import Asgi, BearerGuard
from workers.engine.schemas import SchemaCompiler
from workers.engine.settings import EngineSettings
from workers.engine.vllm_plugin.schema_guard import SchemaGuard

_PATHS = frozenset(
    {
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/models",
        "/tokenize",
        "/metrics",
    }
)


class EngineGuard(BearerGuard):
    """vLLM builds it with the application alone. Load, unload, scaling and all other routes answer 404."""

    def __init__(self, app: Asgi) -> None:
        settings = EngineSettings.from_environment()
        token = settings.engine_token.get_secret_value()
        app = SchemaGuard(app, SchemaCompiler(settings.engine_folder))
        super().__init__(app, token, paths=_PATHS, open_paths=frozenset({"/health"}))
