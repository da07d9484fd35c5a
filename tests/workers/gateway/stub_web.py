"""The control plane as the gateway sees it: an HTTP server that says what it was asked."""

import asyncio
import hashlib
import threading

from aiohttp import web


class StubWeb:
    """Real HTTP in a thread. `/v1/files` counts bytes; `/events`, `/flood` stream; the rest is echoed."""

    def __init__(self) -> None:
        self.first_bytes_at: list[float] = []
        self.open_streams = 0
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application()
        app.router.add_post("/v1/files", self._upload)
        app.router.add_get("/events", self._events)
        app.router.add_get("/flood", self._flood)
        app.router.add_route("*", "/{path:.*}", self._echo)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())

    async def _upload(self, request: web.Request) -> web.Response:
        digest, size = hashlib.sha256(), 0
        async for part in request.content.iter_any():
            if not size:
                self.first_bytes_at.append(asyncio.get_running_loop().time())
            digest.update(part)
            size += len(part)
        return web.json_response({"bytes": size, "sha256": digest.hexdigest()})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        self.open_streams += 1
        try:
            for index in range(1000):
                await response.write(b"data: %d\n\n" % index)
                await asyncio.sleep(0.05)
        finally:
            self.open_streams -= 1
        return response

    async def _flood(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        self.open_streams += 1
        try:
            while True:
                await response.write(b"x" * 65536)
                await asyncio.sleep(0.005)
        finally:
            self.open_streams -= 1

    async def _echo(self, request: web.Request) -> web.Response:
        body = await request.text()
        answer = {
            "method": request.method,
            "path": request.raw_path,
            "headers": [[name.lower(), value] for name, value in request.headers.items()],
            "body": body,
        }
        response = web.json_response(answer, status=418 if request.path == "/teapot" else 200)
        response.headers.add("Set-Cookie", "a=1; Path=/")
        response.headers.add("Set-Cookie", "b=2; Path=/")
        response.headers["Keep-Alive"] = "timeout=5"
        return response
