"""The doctor reads each small file once in a run of the tests: deterministic, but half a second to start."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any

_SMALL_BYTES = 64 * 1024
_known: dict[str, dict[str, bytes]] = {}
Run = Callable[[Path, Path, float, Any], None]


def remembering(run: Run) -> Run:
    """`run` of apps.datasets.services.doctor, which leaves what it left of the same file before."""

    def remembered(task_file: Path, work: Path, seconds: float, watch: Any) -> None:
        key = _key(task_file)
        if key is None:
            run(task_file, work, seconds, watch)
            return
        if key not in _known:
            run(task_file, work, seconds, watch)
            _known[key] = {path.name: path.read_bytes() for path in work.iterdir()}
        for name, content in _known[key].items():
            (work / name).write_bytes(content)

    return remembered


def _key(task_file: Path) -> str | None:
    """What an answer depends on; None for what is not remembered."""
    order = json.loads(task_file.read_bytes())
    if order["kind"] not in ("read", "preview"):
        return None
    source = Path(order["task"].pop("source"))
    if source.stat().st_size > _SMALL_BYTES:
        return None
    order["task"]["filename"] = PurePath(order["task"]["filename"]).suffix
    digest = hashlib.sha256(json.dumps(order, sort_keys=True).encode() + source.read_bytes())
    return digest.hexdigest()
