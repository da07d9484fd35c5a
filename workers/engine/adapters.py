"""From the object store to a verified local folder: the only way in which an adapter reaches an engine.

A name is `adp_<id>@<12 hex>`; the hex is the head of the manifest's sha256, and the manifest holds every
file's. So a name fixes the bytes. Nothing is unpickled, no link is followed, a name gives no path but its id.
"""

import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kernel.adapters import CAUSAL_TARGET_MODULES
from kernel.contracts import AdapterManifest, FileDigest
from kernel.s3 import Bucket
from kernel.wire import decode
from workers.engine.errors import AdapterNotFound, AdapterRejected
from workers.engine.objects import adapter_folder, adapters_in
from workers.engine.weights import check_weights

ADAPTER_NAME = re.compile(r"(adp_[0-9abcdefghjkmnpqrstvwxyz]{26})@([0-9a-f]{12})")

_CONFIG, _WEIGHTS, _HEAD, _PARITY = (
    "adapter_config.json",
    "adapter_model.safetensors",
    "head.safetensors",
    "parity.json",
)
_KNOWN_FILES = frozenset({_CONFIG, _WEIGHTS, _HEAD, _PARITY})
_SERVED_FILES = frozenset({_WEIGHTS, _HEAD})  # parity.json holds customers' text: an engine has no use for it
_MANIFEST = "manifest.json"
_INCOMING, _REMOVED = ".incoming-", ".removed-"
_MANIFEST_BYTES = 1 << 20
_FILE_BYTES = 4 << 30
_CHUNK_BYTES = 1 << 20
_TARGET = re.compile(r"[A-Za-z0-9_.]{1,100}")  # PEFT would take a string as a regular expression: names only

_flights: "weakref.WeakValueDictionary[str, threading.Lock]" = weakref.WeakValueDictionary()
_flights_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalAdapter:
    """A verified adapter. `folder` holds manifest, weights, a classifier's head, our adapter_config.json."""

    name: str
    manifest: AdapterManifest
    folder: Path


def fetch(
    name: str, store: Path | Bucket, cache: Path, *, base: str, max_rank: int | None = None
) -> LocalAdapter:
    """Return the adapter's local folder, copied from the store and verified at first use. Blocks on disk.

    Calls for one name at the same time copy once. A refusal leaves nothing in the cache. What was evicted is
    never fetched again.

    Args:
        store: the object store; the files are in `adapters/<adapter id>/`.
        base: the id of the base that must have been trained on.
        max_rank: the engine's own limit.

    Raises:
        AdapterNotFound: not of our form, not in the store, or for another base.
        AdapterRejected: the files are not those that the name and the manifest promise.
    """
    found = ADAPTER_NAME.fullmatch(name)
    if found is None:
        raise AdapterNotFound("The model does not exist.", param="model")
    adapter_id, digest = found[1], found[2]
    with _flight(name):
        folder = cache / name
        if folder.is_dir() and not folder.is_symlink():
            manifest = _manifest(folder, adapter_id, digest)
            _check_manifest(manifest, base, max_rank)
        else:
            with adapter_folder(store, adapter_id, scratch=cache) as source:
                manifest = _manifest(source, adapter_id, digest)
                _check_manifest(manifest, base, max_rank)
                _copy(source, folder, manifest)
        if _is_evicted(name, cache):  # asked last: it may have happened while this was copying
            _remove(folder)
            raise AdapterNotFound("The model does not exist.", param="model", adapter_id=adapter_id)
    return LocalAdapter(name=name, manifest=manifest, folder=folder)


def evict(name: str, cache: Path) -> None:
    """Take an adapter from this machine for good: its folder goes, and no engine here fetches it again.

    What an engine has in memory is not touched. Repeating it changes nothing.
    """
    if ADAPTER_NAME.fullmatch(name) is None:
        raise ValueError(f"{name!r} is not an adapter's name")
    mark = _eviction_mark(name, cache)
    for folder in (cache, mark.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark.touch()  # before the folder goes: a fetch that comes in between looks for it at its end
    _remove(cache / name)


def drop_unknown(store: Path | Bucket, cache: Path) -> set[str]:
    """Take from the cache what the store does not have any more; returns the names.

    For what was erased while nobody was here to hear of it. Unlike `evict` it can be taken back: a store that
    was away for a moment loses nothing.
    """
    names = {path.name for path in cache.glob("adp_*@*") if ADAPTER_NAME.fullmatch(path.name)}
    here = adapters_in(store, {name.partition("@")[0] for name in names})
    gone = {name for name in names if here is not None and name.partition("@")[0] not in here}
    for name in gone:
        _remove(cache / name)
    return gone


def drop_unfinished(cache: Path) -> None:
    """Remove what killed engines left half done. Only while no engine of this machine runs."""
    for prefix in (_INCOMING, _REMOVED):
        for path in cache.glob(f"{prefix}*"):
            shutil.rmtree(path, ignore_errors=True)


def _eviction_mark(name: str, cache: Path) -> Path:
    # Not the name itself: what is left behind says nothing to who does not know it.
    return cache / ".evicted" / hashlib.sha256(name.encode()).hexdigest()


def _is_evicted(name: str, cache: Path) -> bool:
    return _eviction_mark(name, cache).exists()


def _remove(folder: Path) -> None:
    """Remove a folder in such a way that nobody finds half of it."""
    with (
        tempfile.TemporaryDirectory(prefix=_REMOVED, dir=folder.parent) as removed,
        suppress(FileNotFoundError),
    ):
        folder.rename(Path(removed) / "adapter")


@contextmanager
def _flight(name: str) -> Iterator[None]:
    with _flights_lock:
        lock = _flights.get(name)
        if lock is None:
            lock = _flights[name] = threading.Lock()
    with lock:
        yield


def _manifest(folder: Path, adapter_id: str, digest: str) -> AdapterManifest:
    with _opened(folder) as folder_fd:
        data = b"".join(_chunks(folder_fd, _MANIFEST, _MANIFEST_BYTES))
    if not hashlib.sha256(data).hexdigest().startswith(digest):
        raise AdapterRejected("The manifest is not the one that the name promises.", adapter_id=adapter_id)
    try:
        manifest = decode(data, AdapterManifest)
    except ValueError as error:
        raise AdapterRejected("The manifest cannot be read.", adapter_id=adapter_id) from error
    if manifest.adapter_id != adapter_id:
        raise AdapterRejected("The manifest belongs to another adapter.", adapter_id=adapter_id)
    return manifest


def _check_manifest(manifest: AdapterManifest, base: str, max_rank: int | None) -> None:
    if manifest.base_model != base:
        raise AdapterNotFound("The model does not exist.", param="model", adapter_id=manifest.adapter_id)
    needed = {_WEIGHTS, _HEAD} if manifest.kind == "classification" else {_WEIGHTS}
    names = set(manifest.files)
    problem = ""
    if not needed <= names <= _KNOWN_FILES:
        problem = "The manifest lists files that no adapter has, or lacks one that it needs."
    elif any(not 0 < digest.bytes <= _FILE_BYTES for digest in manifest.files.values()):
        problem = "The manifest lists a file of an impossible size."
    elif not 0 < manifest.rank <= (max_rank or manifest.rank) or manifest.alpha <= 0:
        problem = "The manifest's rank or alpha is out of bounds."
    elif manifest.lora_int_id <= 0 or not all(map(_TARGET.fullmatch, manifest.target_modules)):
        problem = "The manifest's id or target modules are out of bounds."
    elif manifest.kind == "causal_lora" and not set(manifest.target_modules) <= set(CAUSAL_TARGET_MODULES):
        problem = "The manifest targets modules that an engine does not adapt."
    if problem:
        raise AdapterRejected(problem, adapter_id=manifest.adapter_id)


def _copy(source: Path, folder: Path, manifest: AdapterManifest) -> None:
    """Verify every file on its way into a folder that appears under its name only when it is complete."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    incoming = Path(tempfile.mkdtemp(prefix=_INCOMING, dir=folder.parent))
    try:
        with _opened(source) as source_fd:
            for name, digest in manifest.files.items():
                _copy_file(source_fd, name, digest, incoming / name if name in _SERVED_FILES else None)
            # Last, as a folder with a manifest is a complete one; the same bytes, which its digest proved.
            (incoming / _MANIFEST).write_bytes(b"".join(_chunks(source_fd, _MANIFEST, _MANIFEST_BYTES)))
        check_weights(incoming, manifest)
        (incoming / _CONFIG).write_text(json.dumps(_adapter_config(manifest), indent=1))
        try:
            incoming.rename(folder)
        except OSError:
            if not (folder / _MANIFEST).is_file():  # else another process of this machine was first
                raise
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def _copy_file(source_fd: int, name: str, digest: FileDigest, target: Path | None) -> None:
    sha256, size = hashlib.sha256(), 0
    with open(target or os.devnull, "wb") as file:
        for chunk in _chunks(source_fd, name, digest.bytes):
            sha256.update(chunk)
            size += len(chunk)
            file.write(chunk)
    if size != digest.bytes or sha256.hexdigest() != digest.sha256:
        raise AdapterRejected(f"{name} is not the file that the manifest promises.")


def _adapter_config(manifest: AdapterManifest) -> dict[str, object]:
    """PEFT's configuration, written from the manifest alone: a stored one is never read."""
    is_causal = manifest.kind == "causal_lora"
    return {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM" if is_causal else "FEATURE_EXTRACTION",
        "base_model_name_or_path": manifest.base_model,
        "r": manifest.rank,
        "lora_alpha": manifest.alpha,
        "target_modules": list(manifest.target_modules),
        "lora_dropout": 0.0,
        "bias": "none",
        "fan_in_fan_out": False,
        "use_rslora": False,
        "use_dora": False,
        "modules_to_save": None,
        "inference_mode": True,
    }


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """A descriptor of the folder itself, so that no later step can be led elsewhere."""
    try:
        folder_fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError as error:
        raise AdapterNotFound("The model does not exist.", param="model") from error
    except NotADirectoryError as error:  # a file or a link
        raise AdapterRejected("The adapter's folder is not a folder.") from error
    try:
        yield folder_fd
    finally:
        os.close(folder_fd)


def _chunks(folder_fd: int, name: str, max_bytes: int) -> Iterator[bytes]:
    """The file's bytes; a link, a device or a file of more than `max_bytes` is refused."""
    try:
        # O_NONBLOCK: opening a pipe must not wait for a writer.
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder_fd)
    except FileNotFoundError as error:
        if name == _MANIFEST:  # uploads put it last: without it there is no adapter yet
            raise AdapterNotFound("The model does not exist.", param="model") from error
        raise AdapterRejected(f"{name} is missing.") from error
    except OSError as error:
        raise AdapterRejected(f"{name} cannot be opened as a plain file.") from error
    with open(fd, "rb") as file:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode) or found.st_size > max_bytes:
            raise AdapterRejected(f"{name} is not a plain file of the promised size.")
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
