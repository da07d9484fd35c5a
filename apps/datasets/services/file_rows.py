"""The rows of a file in the database: what `rows.index` says, and which rows an operation made them from."""

import struct
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from django.db import connection

from apps.core.objects import store
from apps.core.tenancy import tenant_scope, tenant_transaction
from apps.datasets.models import File, sources_key
from apps.datasets.selectors import rows_of

_ROW = struct.Struct("<QI16s16s")  # docs/contracts.md, "The doctor's process"
_SOURCE = struct.Struct("<16s16s")
_UNCHANGED = bytes(16)
_BATCH = 5_000
_REMOVED_TOGETHER = 20_000
# One statement a batch: row-level security forbids COPY.
_INSERT = """
    INSERT INTO datasets_filerow
        (tenant_id, created_at, file_id, number, line, "offset", hash, input_hash, source_hash)
    SELECT %s, now(), %s, row.* FROM unnest(
        %s::int[], %s::int[], %s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[]) AS row
"""


@tenant_transaction
def replace_rows(tenant_id: str, file: File, index: Path) -> None:
    """Make a file's rows those of a `rows.index`, in one transaction: a repeat ends in the same rows."""
    sources = _changed_rows(file)
    with connection.cursor() as cursor:
        # A million checks at the commit would outlast what a statement may take.
        cursor.execute("SET CONSTRAINTS datasets_filerow_file_id_same_tenant IMMEDIATE")
        remove_rows(tenant_id, file.id)
        rows = _indexed(index, sources)
        while batch := list(islice(rows, _BATCH)):
            columns = [list(column) for column in zip(*batch, strict=True)]
            cursor.execute(_INSERT, [tenant_id, file.id, *columns])


def hashes_in(index: Path) -> Iterator[bytes]:
    """The hashes of a `rows.index`, in order, many together."""
    with index.open("rb") as file:
        while packed := file.read(_ROW.size * _BATCH):
            yield b"".join(digest for _, _, digest, _ in _ROW.iter_unpack(packed))


def remove_rows(tenant_id: str, file_id: str) -> None:
    """Forget a file's rows, some at a time, each lot in a transaction of its own. Repeatable."""
    with tenant_scope(tenant_id):
        numbers = rows_of(tenant_id, file_id).order_by("-number").values_list("number", flat=True)
        last = numbers.first()
    if last is None:
        return
    for start in range(0, last + 1, _REMOVED_TOGETHER):
        with tenant_scope(tenant_id):
            end = start + _REMOVED_TOGETHER
            rows_of(tenant_id, file_id).filter(number__gte=start, number__lt=end).delete()


def _indexed(
    index: Path, sources: dict[bytes, bytes]
) -> Iterator[tuple[int, int, int, bytes, bytes, bytes | None]]:
    with index.open("rb") as file:
        packed = iter(lambda: file.read(_ROW.size * _BATCH), b"")
        entries = chain.from_iterable(map(_ROW.iter_unpack, packed))
        for number, (offset, line, digest, input_digest) in enumerate(entries):
            yield number, line, offset, digest, input_digest, sources.get(digest)


def _changed_rows(file: File) -> dict[bytes, bytes]:
    """Hash -> hash of the row that it was made from, of the rows that an operation changed."""
    packed = store.open_if_there(sources_key(file.tenant_id, file.id))
    if packed is None:
        return {}
    with packed:
        pairs = _SOURCE.iter_unpack(packed.read())
        return {digest: source for digest, source in pairs if source != _UNCHANGED}
