"""The guard in front of vLLM (`--middleware`): vLLM's own key covers only some prefixes of its paths."""

import re

from starlette.responses import JSONResponse

from workers.engine.adapters import ADAPTER_NAME
from workers.engine.guard import Asgi, BearerGuard, Receive, Scope, Send
from workers.engine.schemas import SchemaCompiler
from workers.engine.settings import EngineSettings
from workers.engine.vllm_plugin.adapters import LoadedAdapters
from workers.engine.vllm_plugin.canary import CanaryWatch
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
_ADAPTER_PATH = re.compile(rf"/v1/adapters/(?P<name>{ADAPTER_NAME.pattern})")


class EngineGuard(BearerGuard):
    """vLLM builds it with the application alone. Load, unload, scaling and all other routes answer 404."""

    def __init__(self, app: Asgi) -> None:
        settings = EngineSettings.from_environment()
        token = settings.engine_token.get_secret_value()
        app = AdapterRoutes(SchemaGuard(app, SchemaCompiler(settings.engine_folder)), settings)
        super().__init__(app, token, paths=_PATHS, open_paths=frozenset({"/health"}), pattern=_ADAPTER_PATH)


class AdapterRoutes:
    """`DELETE /v1/adapters/{name}`: 200 when the engine has forgotten it, 409 while calls of it are answered.

    The canary is started with the first scope: before it there is no event loop, and no `app.state`.
    """

    def __init__(self, app: Asgi, settings: EngineSettings) -> None:
        self._app, self._settings = app, settings
        self._adapters: LoadedAdapters | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._adapters is None:
            state = scope["app"].state
            self._adapters = LoadedAdapters(state, self._settings)
            CanaryWatch(state).start()
        found = _ADAPTER_PATH.fullmatch(scope.get("path", ""))
        if found is None:
            return await self._app(scope, receive, send)
        if scope["method"] != "DELETE":
            return await JSONResponse({}, status_code=405)(scope, receive, send)
        is_gone = await self._adapters.forget(found["name"])
        answer = JSONResponse({"id": found["name"], "deleted": is_gone}, status_code=200 if is_gone else 409)
        await answer(scope, receive, send)
