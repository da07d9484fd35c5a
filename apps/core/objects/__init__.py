"""The object store: bytes by key, whole or not at all. A folder, or a bucket when one is configured."""

from django.conf import settings

from apps.core.objects.folder import FolderStore
from apps.core.objects.store import Found, ObjectStore, Removed, SignedPut, Stored, read_chunks

__all__ = ["Found", "ObjectStore", "Removed", "SignedPut", "Stored", "read_chunks", "store"]


def _configured() -> ObjectStore:
    return FolderStore(settings.OBJECTS_FOLDER)


store: ObjectStore = _configured()
