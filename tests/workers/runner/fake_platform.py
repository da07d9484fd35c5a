"""The control plane's internal API, its object store and an encoder engine, over real HTTP, in a thread."""

import json
import math
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from kernel.contracts import (
    AdapterUpload,
    Directive,
    EngineEntry,
    Lease,
    ParityCertificate,
    Progress,
    TrainFailure,
    TrainReport,
    TrainSpec,
)
from kernel.wire import convert, encode

RUNNER_TOKEN, ENGINE_TOKEN = "runner-secret", "engine-secret"
FILES = (
    "adapter_config.json",
    "adapter_model.safetensors",
    "head.safetensors",
    "manifest.json",
    "parity.json",
)
ADAPTER_ID = "adp_00000000000000000000000{:03d}"
_BODIES: dict[str, dict[str, type]] = {
    "succeeded": {"report": TrainReport, "parity": ParityCertificate},
    "failed": {"failure": TrainFailure},
}


class FakePlatform:
    """Queued leases go out by `claim`. `calls` holds (name, body, time) of what came in."""

    def __init__(self) -> None:
        self.leases: list[Lease] = []
        self.calls: list[tuple[str, dict[str, Any], float]] = []
        self.uploads: list[str] = []
        self.objects: dict[str, bytes] = {}
        self.stop = ""
        self.is_lease_lost = False
        self.failures_to_come = 0
        self.engine_logprobs = [-0.1, -2.35]
        self.engine_token_ids = [1, 2]
        self.lock = threading.Lock()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self._answer(*fake.answer(self.path, body, self.headers.get("Authorization", "")))

            def do_PUT(self) -> None:
                assert self.headers.get("Authorization") is None, "the credential travelled with a link"
                key = self.path.removeprefix("/internal/objects/")
                fake.uploads.append(key)
                fake.objects[key] = self.rfile.read(int(self.headers["Content-Length"]))
                self._answer(200, b"")

            def do_GET(self) -> None:
                self._answer(200, fake.objects[self.path.removeprefix("/internal/objects/")])

            def _answer(self, status: int, data: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def add_job(self, script: dict[str, Any], job_id: str = "ftjob-a", **lease: Any) -> Lease:
        """Queue a classification job whose training file is a script for `scripted`."""
        self.objects[f"files/{job_id}"] = json.dumps(script).encode()
        spec = TrainSpec(
            job_id=job_id,
            method="classification",
            base_model="minilm",
            base_source="none",
            n_epochs=1,
            batch_size=1,
            learning_rate=1e-3,
            lora_rank=4,
            lora_alpha=8,
            max_length=64,
            seed=1,
        )
        made = Lease(
            spec=spec,
            fencing_token=7,
            lease_seconds=30,
            training_file_url=f"/internal/objects/files/{job_id}",
            training_file_name="../../rows.jsonl",
            **lease,
        )
        self.leases.append(made)
        return made

    def named(self, name: str) -> list[dict[str, Any]]:
        """Bodies of all calls with this last path segment."""
        return [body for called, body, _ in list(self.calls) if called == name]

    def wait_for(self, name: str, count: int = 1, seconds: float = 30.0) -> None:
        until = time.monotonic() + seconds
        while len(self.named(name)) < count:
            assert time.monotonic() < until, f"{name} was not called {count} times: {self.calls}"
            time.sleep(0.02)

    def answer(self, path: str, body: dict[str, Any], authorization: str) -> tuple[int, bytes]:
        if path.startswith("/v1/"):
            assert authorization == f"Bearer {ENGINE_TOKEN}"
            return 200, json.dumps(self._engine(path, body)).encode()
        assert authorization == f"Bearer {RUNNER_TOKEN}"
        name = path.rsplit("/", 1)[-1]
        with self.lock:
            if self.failures_to_come:
                self.failures_to_come -= 1
                return 503, b"{}"
        self.calls.append((name, body, time.monotonic()))
        if name == "claim":
            return (200, encode(self.leases.pop(0))) if self.leases else (204, b"")
        if "/engines/" in path:
            return 200, encode(EngineEntry(base_model=name, url=self.url, state="ready"))
        if self.is_lease_lost or body["fencing_token"] != 7:
            return 409, b'{"error": {"message": "gone", "type": "x", "param": null, "code": "lease_lost"}}'
        return 200, self._job(name, body)

    def _job(self, name: str, body: dict[str, Any]) -> bytes:
        for field, kind in _BODIES.get(name, {}).items():
            convert(body[field], kind)
        for progress in body["progress"] if name == "progress" else []:
            convert(progress, Progress)
        if name == "adapters":
            adapter_id = ADAPTER_ID.format(body["step"])
            urls = {file: f"/internal/objects/adapters/{adapter_id}/{file}" for file in FILES}
            return encode(AdapterUpload(adapter_id=adapter_id, lora_int_id=body["step"], urls=urls))
        if name == "result_links":
            urls = {file: f"/internal/objects/results/{file}" for file in body["names"]}
            return json.dumps({"urls": urls}).encode()
        if name == "resume_link":
            return json.dumps({"url": f"/internal/objects/checkpoints/step-{body['step']}.tar"}).encode()
        return encode(Directive(stop=msgspec.convert(self.stop, type=Any)))

    def _engine(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if path == "/v1/tokens":
            return {"token_ids": [self.engine_token_ids for _ in body["input"]]}
        is_base = "@" not in body["model"]
        logprobs = [-0.7, -0.7] if is_base else self.engine_logprobs
        probabilities = {label: math.exp(p) for label, p in zip(["cat", "dog"], logprobs, strict=True)}
        return {"data": [{"index": 0, "label": "cat", "probs": probabilities}]}
