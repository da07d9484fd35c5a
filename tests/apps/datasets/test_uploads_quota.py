"""What a project may store, and how often it may send."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from apps.core.objects import store
from apps.core.tenancy import tenant_scope
from apps.datasets.errors import ProjectFull
from apps.datasets.models import File, Upload
from apps.datasets.services import delete_file, save_result_file, upload_file
from apps.datasets.services.complete_upload import complete_upload
from apps.datasets.services.quota import stored_bytes
from apps.datasets.services.uploads import add_part, cancel_upload, create_upload
from tests.factories.tenants import make_owner


@pytest.fixture(autouse=True)
def _small(settings, sent_tasks):
    settings.MAX_PROJECT_BYTES = 100


def put(owner, size, **fields):
    return upload_file(
        owner.tenant_id,
        project_id=owner.project.id,
        filename="f",
        chunks=[b"x" * size],
        **{"purpose": "user_data", **fields},
    )


def begin(owner, size):
    return create_upload(
        owner.tenant_id,
        size=size,
        mime_type="text/plain",
        project_id=owner.project.id,
        filename="f",
        purpose="user_data",
    )


def used(owner):
    return stored_bytes(owner.tenant_id, project_id=owner.project.id)


def objects(owner):
    return list(store.objects_in(f"files/{owner.tenant_id}"))


def test_files_and_promises_count(owner, stranger):
    put(stranger, 100)
    file, upload = put(owner, 40), begin(owner, 50)
    assert used(owner) == 90

    with pytest.raises(ProjectFull) as refusal:
        put(owner, 11)
    with pytest.raises(ProjectFull):
        begin(owner, 11)
    assert (refusal.value.code, refusal.value.http_status) == ("storage_limit_exceeded", 400)
    assert (used(owner), len(objects(owner))) == (90, 1)

    put(owner, 10)
    assert used(owner) == 100
    delete_file(owner.tenant_id, file.id)
    cancel_upload(owner.tenant_id, upload.id, project_id=owner.project.id)
    assert used(owner) == 10


def test_completing_needs_no_more_room(owner):
    put(owner, 40)
    upload = begin(owner, 60)
    where = {"project_id": owner.project.id}
    part = add_part(owner.tenant_id, upload.id, chunks=[b"x" * 60], **where)

    complete_upload(owner.tenant_id, upload.id, part_ids=[part.id], **where)

    assert used(owner) == 100


def test_results_of_jobs_are_kept_in_any_case(owner):
    put(owner, 100)

    save_result_file(owner.tenant_id, project_id=owner.project.id, filename="r.csv", chunks=[b"x" * 50])

    assert used(owner) == 150
    with pytest.raises(ProjectFull):
        put(owner, 1)


@pytest.mark.parametrize("act", [put, begin])
def test_parallel_uploads_never_exceed_it(transactional_db, act):
    owner = make_owner()
    start, refused = threading.Barrier(8), []

    def send():
        start.wait()
        try:
            act(owner, 30)
        except ProjectFull:
            refused.append(1)
        finally:
            connections["default"].close()

    senders = [threading.Thread(target=send) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert (len(refused), used(owner)) == (5, 90)


def test_open_uploads_are_bounded(owner, client_of, settings):
    settings.MAX_PENDING_UPLOADS = 2
    first, _ = begin(owner, 1), begin(owner, 1)
    body = {"filename": "f", "purpose": "batch", "bytes": 1, "mime_type": "text/plain"}

    answer = client_of(owner).post("/v1/uploads", body, format="json")
    cancel_upload(owner.tenant_id, first.id, project_id=owner.project.id)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "too_many_uploads")
    begin(owner, 1)


def test_upload_requests_are_counted_by_project(owner, stranger, client_of, settings):
    settings.MAX_UPLOAD_REQUESTS_PER_MINUTE = 3
    api = client_of(owner)

    def send(path, **data):
        return api.post(path, data, format="multipart")

    upload = begin(owner, 1)
    answers = [
        send("/v1/files", file=SimpleUploadedFile("f", b"x"), purpose="user_data"),
        send("/v1/uploads", purpose="user_data"),
        send(f"/v1/uploads/{upload.id}/parts", data=SimpleUploadedFile("f", b"x")),
        send("/v1/files", file=SimpleUploadedFile("f", b"x"), purpose="user_data"),
    ]

    assert [answer.status_code for answer in answers] == [200, 400, 200, 429]
    wait = int(answers[3]["Retry-After"])
    assert 1 <= wait <= 60
    assert "x-should-retry" not in answers[3]
    assert answers[3].json() == {
        "error": {
            "message": "Rate limit reached for uploads on requests per min (RPM): Limit 3, Used 4. "
            f"Please try again in {wait}s.",
            "type": "requests",
            "param": None,
            "code": "rate_limit_exceeded",
        }
    }
    assert api.get("/v1/files").status_code == 200
    with tenant_scope(owner.tenant_id):
        assert File.objects.for_tenant(owner.tenant_id).count() == 1
        assert Upload.objects.for_tenant(owner.tenant_id).count() == 1
    other = client_of(stranger).post("/v1/uploads", {}, format="json")
    assert other.status_code == 400
