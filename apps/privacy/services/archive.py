"""What an archive holds."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Model

from apps.core.objects import read_chunks, store
from apps.core.tenancy import tenant_scope
from apps.datasets.models import File, derived_folder
from apps.finetuning.models import Adapter
from apps.finetuning.services.adapters import adapter_key
from apps.privacy.tables import iterate_rows, tenant_models
from apps.privacy.zipping import Entry
from apps.tenants.selectors import get_organization, members

README = """Everything that your organization owns on Finery.

organization.json      the organization itself
people.jsonl           its members: e-mail address, name and role
tables/*.jsonl         one file a table, one JSON object a row; audit_auditevent.jsonl is the audit log
files/<id>/<name>      your files, byte for byte as they were uploaded
derived/<id>/          what was found in them: rows in plain form, the first bad ones, the tokens of each row
                       (32 bits, little-endian), comparisons with other files
adapters/<id>/         the weights of your models with their manifests (safetensors; load them with PEFT)
manifest.json          size and SHA-256 of every file in here, and the number of rows of every table

Left out: the digests of keys and of invitation tokens, and the optimizer's state of training runs.
Rows are as they were while this archive was written.
"""
_LINES_PER_CHUNK = 200
_ODD = re.compile(r"[^\w.() -]+")


def archive_entries(tenant_id: str) -> Iterator[Entry]:
    """Every file of a tenant's archive, each read when it is its turn."""
    yield Entry(path="README.txt", chunks=[README.encode()])
    organization = get_organization(tenant_id)
    fields = {field.attname: getattr(organization, field.attname) for field in organization._meta.fields}
    yield Entry(path="organization.json", chunks=[_line(fields)])
    yield Entry(path="people.jsonl", chunks=_people(tenant_id), is_table=True)
    for model in tenant_models():
        rows = iterate_rows(model, tenant_id)
        yield Entry(path=table_path(model), chunks=_lines(rows), is_table=True)
    yield from _files(tenant_id)
    yield from _adapters(tenant_id)


def table_path(model: type[Model]) -> str:
    return f"tables/{model._meta.db_table}.jsonl"


def _people(tenant_id: str) -> list[bytes]:
    with tenant_scope(tenant_id):
        return [
            _line({"id": seat.user_id, "email": seat.user.email, "name": seat.user.name, "role": seat.role})
            for seat in members(tenant_id).order_by("user_id")
        ]


def _files(tenant_id: str) -> Iterator[Entry]:
    for row in iterate_rows(File, tenant_id):
        if row["deleted_at"]:
            continue
        file = File(id=row["id"], tenant_id=tenant_id)
        yield from _entries(file.object_key, f"files/{file.id}/{plain_name(row['filename'])}")
        yield from _entries(file.training_key, f"derived/{file.id}/rows.jsonl")
        derived = derived_folder(tenant_id, file.id)
        for name in store.names_in(derived):
            yield from _entries(f"{derived}/{name}", f"derived/{file.id}/{name}")


def _entries(key: str, path: str) -> Iterator[Entry]:
    """One, unless the object is not there, or was deleted a moment ago."""
    content = store.open_if_there(key)
    if content is not None:
        yield Entry(path=path, chunks=read_chunks(content))


def _adapters(tenant_id: str) -> Iterator[Entry]:
    for row in iterate_rows(Adapter, tenant_id):
        for name in store.names_in(f"adapters/{row['id']}"):
            content = store.open_if_there(adapter_key(row["id"], name))
            if content is not None:
                yield Entry(path=f"adapters/{row['id']}/{name}", chunks=read_chunks(content), is_dense=True)


def plain_name(filename: str) -> str:
    """A file's name that no unpacking tool takes for a path."""
    return _ODD.sub("_", filename).strip(". ")[-120:] or "content"


def _lines(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    while lines := b"".join(map(_line, islice(rows, _LINES_PER_CHUNK))):
        yield lines


def _line(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_plain).encode() + b"\n"


def _plain(value: object) -> str:
    if isinstance(value, memoryview):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime) else str(value)
