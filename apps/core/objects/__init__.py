"""The object store: bytes by key, whole or not at all. A folder, or a bucket when one is configured."""

from django.conf import settings

from apps.core.objects.folder import FolderStore
from apps.core.objects.interface import (
    DirectStore,
    Found,
    ObjectStore,
    Removed,
    SignedPut,
    Stored,
    read_chunks,
)

__all__ = ["DirectStore", "Found", "ObjectStore", "Removed", "SignedPut", "Stored", "read_chunks", "store"]


def _configured() -> ObjectStore:
    if settings.OBJECTS_BUCKET is None:
        return FolderStore(settings.OBJECTS_FOLDER)
    from apps.core.objects.s3 import S3Store  # boto3 takes a while to import

    return S3Store(settings.OBJECTS_BUCKET)


store: ObjectStore = _configured()
