"""What changed from one file to another, row by row and by content."""

from array import array

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from apps.core.objects import store
from apps.core.tenancy import tenant_transaction
from apps.datasets.models import File, diff_key, hashes_key
from apps.datasets.selectors import Diff, list_changes
from apps.datasets.services.leases import keep_found, require_read
from kernel.errors import NotFound

_HASH_BYTES = 16
_HASHES = """
    SELECT string_agg(hash, ''::bytea ORDER BY number) FROM datasets_filerow
    WHERE tenant_id = %s AND file_id = %s
"""


def diff_files(tenant_id: str, old: File, new: File, *, after: int, limit: int) -> Diff:
    """A page of the rows that `new` has and `old` has not, and of the other way round.

    The first call compares, and keeps what it found: files do not change.

    Raises:
        FileNotReady: one of them is still being read.
        NotFound: it was deleted meanwhile.
    """
    for file, param in ((old, "from"), (new, "to")):
        require_read(file, param=param)
    found = list_changes(tenant_id, old, new, after=after, limit=limit)
    if found is None:
        _compare(tenant_id, old, new)
        found = list_changes(tenant_id, old, new, after=after, limit=limit)
    if found is None:
        raise NotFound(f"No such File object: {new.id}", param="to")
    return found


def _compare(tenant_id: str, old: File, new: File) -> None:
    before, now = _hashes(tenant_id, old), _hashes(tenant_id, new)
    removed, added = _missing(before, now), _missing(now, before)
    counts = array("I", [len(added), len(removed), len(now) - len(added)])
    key = diff_key(tenant_id, new.id, old.id)
    keep_found(tenant_id, new.id, key, [counts.tobytes(), removed.tobytes(), added.tobytes()])


def _missing(hashes: pa.Array, others: pa.Array) -> "array[int]":
    """Numbers of the rows whose hash is not among the others."""
    return array("I", pc.indices_nonzero(pc.invert(pc.is_in(hashes, value_set=others))).to_pylist())


def _hashes(tenant_id: str, file: File) -> pa.Array:
    kept = store.open_if_there(hashes_key(tenant_id, file.id))
    if kept is None:  # read by an earlier release
        data = _hashes_of_rows(tenant_id, file.id)
    else:
        with kept:
            data = kept.read()
    count = len(data) // _HASH_BYTES
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(_HASH_BYTES), count, [None, pa.py_buffer(data)])


@tenant_transaction
def _hashes_of_rows(tenant_id: str, file_id: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(_HASHES, [tenant_id, file_id])
        return bytes(cursor.fetchone()[0] or b"")
