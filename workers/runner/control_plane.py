"""The one client of the control plane's internal API (docs/contracts.md)."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
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
)
from kernel.wire import convert, decode

_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_ATTEMPTS = 7  # with the pauses below: about half a minute of an absent control plane
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.25, 10.0
_CHUNK_BYTES = 1 << 20


class LeaseLost(Exception):
    """The job is somebody else's now. Nothing more may be said about it."""


class ControlPlaneUnavailable(Exception):
    """No sensible answer after several attempts."""


class ControlPlane:
    """Calls as one runner. Safe to use from several threads; every write may be repeated.

    Raises (all calls):
        LeaseLost: the fencing token is stale.
        ControlPlaneUnavailable: connection errors or 5xx, several times in a row.
        httpx.HTTPStatusError: any other refusal, which is a bug of ours.
    """

    def __init__(self, internal_url: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=internal_url, timeout=_TIMEOUT, headers={"Authorization": f"Bearer {token}"}
        )
        # Links carry their own right: the runner's credential must not travel with them.
        self._links = httpx.Client(base_url=internal_url, timeout=_TIMEOUT)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        self._links.close()

    def claim(self, runner: str, pool: str) -> Lease | None:
        """Ask for a job of this pool. None: nothing to do."""
        response = self._post("/internal/runner/claim", {"runner": runner, "pool": pool})
        return None if response.status_code == 204 else decode(response.content, Lease)

    def heartbeat(self, lease: Lease) -> Directive:
        """Renew the lease."""
        return decode(self._job(lease, "heartbeat", {}).content, Directive)

    def progress(self, lease: Lease, progress: Sequence[Progress]) -> Directive:
        """Report optimizer steps, oldest first."""
        fields = {"progress": [msgspec.to_builtins(step) for step in progress]}
        return decode(self._job(lease, "progress", fields).content, Directive)

    def adapter_upload(self, lease: Lease, step: int) -> AdapterUpload:
        """Get an adapter's id and upload links; the same step gives the same id."""
        return decode(self._job(lease, "adapters", {"step": step}).content, AdapterUpload)

    def resume_link(self, lease: Lease, step: int) -> str:
        """Get the upload link of a checkpoint's tar."""
        return str(self._job(lease, "resume_link", {"step": step}).json()["url"])

    def result_links(self, lease: Lease, names: Sequence[str]) -> dict[str, str]:
        """Get the upload link of each file for the customer."""
        urls: dict[str, str] = self._job(lease, "result_links", {"names": list(names)}).json()["urls"]
        return urls

    def checkpoint(self, lease: Lease, progress: Progress, adapter: str) -> Directive:
        """Tell that tar and adapter of a checkpoint are up."""
        fields = {"progress": msgspec.to_builtins(progress), "adapter": adapter}
        return decode(self._job(lease, "checkpoints", fields).content, Directive)

    def succeeded(self, lease: Lease, report: TrainReport, adapter: str, parity: ParityCertificate) -> None:
        """Finish the job with a published adapter."""
        fields = {
            "report": msgspec.to_builtins(report),
            "adapter": adapter,
            "parity": msgspec.to_builtins(parity),
        }
        self._job(lease, "succeeded", fields)

    def failed(self, lease: Lease, failure: TrainFailure) -> None:
        """Finish the attempt without a model."""
        self._job(lease, "failed", {"failure": msgspec.to_builtins(failure)})

    def cancelled(self, lease: Lease, trained_tokens: int) -> None:
        """Finish a job that was asked to stop."""
        self._job(lease, "cancelled", {"trained_tokens": trained_tokens})

    def engine(self, base_model: str) -> EngineEntry:
        """Ask for a base's engine. It may be starting; ask again."""
        return convert(self._post(f"/internal/runner/engines/{quote(base_model)}", {}).json(), EngineEntry)

    def upload(self, url: str, path: Path) -> None:
        """PUT a file to a signed link, streamed."""

        def put() -> httpx.Response:
            headers = {"Content-Length": str(path.stat().st_size)}
            return self._links.put(url, content=_file_chunks(path), headers=headers)

        _retried(put)

    def download(self, url: str, path: Path) -> None:
        """GET a signed link into a file, streamed; on any failure `path` does not appear."""
        part = path.with_name(path.name + ".part")

        def get() -> httpx.Response:
            with self._links.stream("GET", url) as response:
                if response.is_success:
                    with part.open("wb") as file:
                        for chunk in response.iter_bytes(_CHUNK_BYTES):
                            file.write(chunk)
                else:
                    response.read()
            return response

        _retried(get)
        part.rename(path)

    def _job(self, lease: Lease, call: str, fields: dict[str, Any]) -> httpx.Response:
        body = {"fencing_token": lease.fencing_token, **fields}
        return self._post(f"/internal/runner/jobs/{quote(lease.spec.job_id)}/{call}", body)

    def _post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return _retried(lambda: self._client.post(path, json=body))


def _file_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _retried(call: Callable[[], httpx.Response]) -> httpx.Response:
    """Repeat a call on connection errors and 5xx, with jitter, a bounded number of times."""
    pause, problem = _FIRST_PAUSE_SECONDS, ""
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(pause / 2, pause))
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        try:
            response = call()
        except httpx.TransportError as error:
            problem = type(error).__name__
            continue
        if response.status_code < 500:
            return _checked(response)
        problem = f"status {response.status_code}"
    raise ControlPlaneUnavailable(f"the control plane failed {_ATTEMPTS} times, at last with {problem}")


def _checked(response: httpx.Response) -> httpx.Response:
    if response.status_code == 409 and _error_code(response) == "lease_lost":
        raise LeaseLost
    return response.raise_for_status()


def _error_code(response: httpx.Response) -> str | None:
    try:
        code = response.json()["error"]["code"]
    except (ValueError, KeyError, TypeError):
        return None
    return code if isinstance(code, str) else None
