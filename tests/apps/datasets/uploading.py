"""The Uploads API as a test's client calls it, and what is left of it."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.core.objects import store
from apps.core.tenancy import tenant_scope
from apps.datasets.models import Upload

PARTS = [b'{"a": 1}\n' * 3, b'{"b": 2}\n' * 2, b'{"c": 3}\n']
WHOLE = b"".join(PARTS)


def begin(api, size=54, **fields):
    body = {
        "filename": "train.jsonl",
        "purpose": "user_data",
        "bytes": size,
        "mime_type": "text/jsonl",
        **fields,
    }
    return api.post("/v1/uploads", body, format="json")


def send(api, upload_id, content, **fields):
    data = {"data": SimpleUploadedFile("part", content), **fields}
    return api.post(f"/v1/uploads/{upload_id}/parts", data, format="multipart")


def complete(api, upload_id, part_ids, **fields):
    body = {"part_ids": part_ids, **fields}
    return api.post(f"/v1/uploads/{upload_id}/complete", body, format="json")


def begun(api, **fields):
    """An upload with all its parts sent: its id and theirs."""
    upload_id = begin(api, **fields).json()["id"]
    return upload_id, [send(api, upload_id, part).json()["id"] for part in PARTS]


def error_of(answer, status=400):
    assert answer.status_code == status, answer.content
    error = answer.json()["error"]
    return error["code"], error["param"], error["message"]


def objects(owner):
    return sorted(
        found.key for kind in ("files", "uploads") for found in store.objects_in(f"{kind}/{owner.tenant_id}")
    )


def rows(model, owner):
    with tenant_scope(owner.tenant_id):
        return list(model.objects.for_tenant(owner.tenant_id).order_by("id"))


def age(owner, upload_id, **by):
    with tenant_scope(owner.tenant_id):
        Upload.objects.for_tenant(owner.tenant_id).filter(id=upload_id).update(
            expires_at=timezone.now() - timedelta(**by)
        )
