"""What the owner of a file meets: an upload, its report, and a job that is to train on it."""

import io
import re
from pathlib import Path
from typing import Any, NamedTuple

from rest_framework.test import APIClient

from apps.datasets.services import validate_file

_BOUNDARY = "a-line-that-no-file-has"
_JOBS: dict[str, dict[str, Any]] = {
    "classification": {"model": "all-minilm-l6-v2", "method": {"type": "classification"}},
    "chat": {"model": "finery-nano"},
}


class Met(NamedTuple):
    """The last answer: of the upload, if that was refused, else of the job. `report`: None without a file."""

    status: int
    body: dict[str, Any]
    report: dict[str, Any] | None

    @property
    def refusal(self) -> tuple[int, str | None, str | None]:
        """Status, code and param; (200, None, None) of a job."""
        error = self.body.get("error") or {}
        return self.status, error.get("code"), error.get("param")

    @property
    def first_error(self) -> tuple[str | None, int | None]:
        """Code and line of what the file's status rests on; (None, None) of a file that was processed."""
        assert self.report is not None
        assert self.report["status"] == ("error" if self.report["errors"] else "processed")
        return next(((error["code"], error["line"]) for error in self.report["errors"]), (None, None))

    @property
    def said_line(self) -> int | None:
        """The line that the answer names first, if it does: "after row 4" is row 5."""
        message = (self.body.get("error") or {}).get("message", "")
        found = re.search(r"\b(after )?(?:line|row) (\d+)", message, re.IGNORECASE)
        return int(found[2]) + bool(found[1]) if found else None


def meet(api: APIClient, tenant_id: str, path: Path) -> Met:
    """Send a file, have it read as the task does, ask for its report and for a job of the method it fits."""
    sent = _send(api, path)
    if sent.status_code != 200:
        return Met(sent.status_code, sent.json(), None)
    file_id = sent.json()["id"]
    validate_file(tenant_id, file_id)
    report = api.get(f"/v1/files/{file_id}/report").json()
    job = {**_JOBS.get(report["format"], _JOBS["chat"]), "training_file": file_id}
    answer = api.post("/v1/fine_tuning/jobs", job, format="json")
    return Met(answer.status_code, answer.json(), report)


def _send(api: APIClient, path: Path) -> Any:
    """As a form that is read from the disk while it is sent."""
    disposition = "Content-Disposition: form-data; name"
    head = (
        f'--{_BOUNDARY}\r\n{disposition}="purpose"\r\n\r\nfine-tune\r\n'
        f'--{_BOUNDARY}\r\n{disposition}="file"; filename="{path.name}"\r\n\r\n'
    ).encode()
    tail = f"\r\n--{_BOUNDARY}--\r\n".encode()
    with path.open("rb") as file:
        form = _Joined(io.BytesIO(head), file, io.BytesIO(tail))
        size = str(len(head) + path.stat().st_size + len(tail))
        kind = f"multipart/form-data; boundary={_BOUNDARY}"
        extra: dict[str, Any] = {"wsgi.input": form, "CONTENT_LENGTH": size}
        return api.generic("POST", "/v1/files", content_type=kind, **extra)


class _Joined(io.RawIOBase):
    """One stream after the other."""

    def __init__(self, *streams: io.BufferedIOBase) -> None:
        self._streams = streams

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return next((size for stream in self._streams if (size := stream.readinto(buffer))), 0)
