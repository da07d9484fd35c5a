"""What engines take from the object store: the folder itself, or a copy of one adapter's objects in a bucket.

Nothing is believed here: who reads the folder verifies it.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kernel.s3 import Bucket

_MAX_OBJECTS = 16  # an adapter has five
_MAX_BYTES = 4 << 30  # of one object
_CHUNK_BYTES = 1 << 20
_MANIFEST = "manifest.json"


@contextmanager
def adapter_folder(store: Path | Bucket, adapter_id: str, *, scratch: Path) -> Iterator[Path]:
    """Where the adapter's files are, within the block; they need not be there. Copies go to `scratch`."""
    if isinstance(store, Path):
        yield store / "adapters" / adapter_id
        return
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".incoming-", dir=scratch) as folder:
        _download(store, f"adapters/{adapter_id}/", Path(folder))
        yield Path(folder)


def adapters_in(store: Path | Bucket, adapter_ids: set[str]) -> set[str] | None:
    """Which of these adapters are complete in the store; None while the store is away."""
    if isinstance(store, Path):
        root = store / "adapters"
        return (
            {each for each in adapter_ids if (root / each / _MANIFEST).is_file()} if root.is_dir() else None
        )
    from botocore.exceptions import BotoCoreError, ClientError  # as boto3 itself: only with a bucket

    client = store.client()
    try:
        return {
            each
            for each in adapter_ids
            # Listed, not asked for: a missing object and a missing bucket would answer the same.
            if client.list_objects_v2(Bucket=store.name, Prefix=f"adapters/{each}/{_MANIFEST}")["KeyCount"]
        }
    except (BotoCoreError, ClientError):
        return None


def _download(bucket: Bucket, prefix: str, folder: Path) -> None:
    client = bucket.client()
    found = client.list_objects_v2(Bucket=bucket.name, Prefix=prefix, MaxKeys=_MAX_OBJECTS)
    for each in found.get("Contents", ()):
        name = each["Key"].removeprefix(prefix)
        if "/" in name or not name or each["Size"] > _MAX_BYTES:
            continue
        body = client.get_object(Bucket=bucket.name, Key=each["Key"])["Body"]
        with body, (folder / name).open("xb") as file:
            for chunk in body.iter_chunks(_CHUNK_BYTES):
                file.write(chunk)
