"""How far the reading of a file is, for whoever waits for its report."""

import msgspec

from apps.core.redis import client
from apps.datasets.services.doctor import Progress
from kernel import redis_names, wire

_SECONDS = 60


def note_progress(file_id: str, progress: Progress) -> None:
    client().set(redis_names.reading(file_id), wire.encode(progress), ex=_SECONDS)


def find_progress(file_id: str) -> Progress | None:
    """None before the first word, and a minute after the last."""
    said = client().get(redis_names.reading(file_id))
    return None if said is None else msgspec.json.decode(said, type=Progress)
