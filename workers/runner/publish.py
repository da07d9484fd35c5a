"""Putting an adapter, a checkpoint and results where others find them. Manifest last."""

import hashlib
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kernel.contracts import AdapterManifest, AdapterUpload, FileDigest, Lease
from kernel.wire import convert, encode, fields_of
from workers.runner.control_plane import ControlPlane

_ABOUT, _MANIFEST, _PARITY = "about.json", "manifest.json", "parity.json"
_CHUNK_BYTES = 1 << 20


def publish_adapter(control: ControlPlane, lease: Lease, folder: Path, step: int) -> str:
    """Upload an adapter's files, then the manifest; returns the engine's name for it.

    `parity.json` goes up but is not in the manifest: the last checkpoint and the final adapter share a step,
    so an id, and must share the manifest's bytes too.
    """
    upload = control.adapter_upload(lease, step)
    names = [n for n in sorted(upload.urls) if n != _MANIFEST and (folder / n).is_file()]
    manifest = encode(_manifest(upload, folder, [name for name in names if name != _PARITY]))
    for name in names:
        control.upload(upload.urls[name], folder / name)
    (folder / _MANIFEST).write_bytes(manifest)
    control.upload(upload.urls[_MANIFEST], folder / _MANIFEST)
    return f"{upload.adapter_id}@{hashlib.sha256(manifest).hexdigest()[:12]}"


def _manifest(upload: AdapterUpload, folder: Path, names: list[str]) -> AdapterManifest:
    about: dict[str, Any] = json.loads((folder / _ABOUT).read_bytes())
    files = {name: fields_of(_digest(folder / name)) for name in names}
    ids = {"adapter_id": upload.adapter_id, "lora_int_id": upload.lora_int_id}
    return convert({**about, **ids, "files": files}, AdapterManifest)


def _digest(path: Path) -> FileDigest:
    with path.open("rb") as file:
        return FileDigest(sha256=hashlib.file_digest(file, "sha256").hexdigest(), bytes=path.stat().st_size)


def publish_results(control: ControlPlane, lease: Lease, folder: Path, names: Sequence[str]) -> None:
    """Upload the tables that the recipe wrote for the customer."""
    if names:
        for name, url in control.result_links(lease, names).items():
            control.upload(url, folder / name)


def publish_resume(control: ControlPlane, lease: Lease, folder: Path, step: int) -> None:
    """Upload a checkpoint's folder as a tar; `unpack_resume` makes the same folder of it."""
    tar = folder.with_name(f"{folder.name}.tar")
    with tarfile.open(tar, "w") as archive:
        archive.add(folder, arcname=".")
    control.upload(control.resume_link(lease, step), tar)
    tar.unlink()


def unpack_resume(tar: Path, folder: Path) -> None:
    """Unpack a checkpoint; `folder` appears under its name only when it is complete."""
    incoming = folder.with_name(folder.name + ".incoming")
    with tarfile.open(tar) as archive:
        # Python before 3.11.4 knows no filters; the archive is a runner's own, by a link for this job alone.
        if hasattr(tarfile, "data_filter"):
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(incoming)
    incoming.rename(folder)
    tar.unlink()
