"""The Files API as a client sees it."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.datasets.models import File
from apps.datasets.selectors import get_file
from apps.datasets.services import validate_file
from apps.datasets.services.doctor import Progress
from apps.datasets.services.progress import note_progress
from tests.factories.datasets import chat_lines, make_file

ROUTES = [
    ("get", "/v1/files/{id}"),
    ("delete", "/v1/files/{id}"),
    ("get", "/v1/files/{id}/content"),
    ("get", "/v1/files/{id}/report"),
]


def upload(api, content: bytes, name: str = "train.jsonl", **fields):
    return api.post("/v1/files", {"file": SimpleUploadedFile(name, content), **fields}, format="multipart")


def test_upload_answers_openais_file(owner, client_of, sent_tasks, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = upload(client_of(owner), chat_lines(10), purpose="fine-tune")

    body = answer.json()
    file = get_file(owner.tenant_id, body["id"])
    assert answer.status_code == 200
    assert body == {
        "id": file.id,
        "object": "file",
        "bytes": len(chat_lines(10)),
        "created_at": int(file.created_at.timestamp()),
        "expires_at": None,
        "filename": "train.jsonl",
        "purpose": "fine-tune",
        "status": "uploaded",
        "status_details": None,
    }
    assert (file.project_id, len(sent_tasks)) == (owner.project.id, 1)


def test_large_upload_is_streamed(owner, client_of, settings, sent_tasks):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000

    body = upload(client_of(owner), b"x" * 300_000, purpose="user_data").json()

    assert (body["bytes"], body["status"]) == (300_000, "processed")


def test_expiry_is_set_as_sdks_send_it(owner, client_of):
    fields = {"expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}

    body = upload(client_of(owner), b"x", purpose="evals", **fields).json()

    assert body["expires_at"] - body["created_at"] in (3599, 3600)


@pytest.mark.parametrize(
    ("content", "fields", "param", "says"),
    [
        (b"", {"purpose": "fine-tune"}, "file", "The file is empty"),
        (b"x", {"purpose": "finetune"}, "purpose", "'finetune' is not one of ['assistants', 'batch',"),
        (b"x", {"purpose": "fine-tune-results"}, "purpose", "is not one of"),
        (b"x", {}, "purpose", "required"),
        (
            b"x",
            {"purpose": "evals", "expires_after[anchor]": "created_at", "expires_after[seconds]": "1"},
            "expires_after.seconds",
            "3600",
        ),
    ],
)
def test_bad_upload_is_refused(
    owner, client_of, content: bytes, fields: dict[str, str], param: str, says: str
):
    answer = upload(client_of(owner), content, **fields)

    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["param"]) == (400, "invalid_request_error", param)
    assert says in error["message"]
    assert client_of(owner).get("/v1/files").json()["data"] == []


def test_upload_without_a_file_is_refused(owner, client_of):
    answer = client_of(owner).post("/v1/files", {"purpose": "fine-tune", "file": "text"}, format="multipart")

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "file")


def test_too_large_upload_is_refused_by_its_length(owner, client_of, settings):
    settings.MAX_FILE_BYTES = 10_000

    by_length = upload(client_of(owner), b"x" * 100_000, purpose="evals")
    by_count = upload(client_of(owner), b"x" * 20_000, purpose="evals")

    for answer in (by_length, by_count):
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "payload_too_large")
    assert client_of(owner).get("/v1/files").json()["data"] == []


def test_list_pages_newest_first(owner, stranger, client_of):
    make_file(stranger, b"x", purpose="evals")
    ids = [make_file(owner, b"x", purpose=purpose).id for purpose in ("evals", "batch", "evals")]
    api = client_of(owner)

    first = api.get("/v1/files", {"limit": 2}).json()
    second = api.get("/v1/files", {"limit": 2, "after": first["last_id"]}).json()
    filtered = api.get("/v1/files", {"purpose": "evals", "order": "asc"}).json()

    assert ([row["id"] for row in first["data"]], first["has_more"]) == ([ids[2], ids[1]], True)
    assert ([row["id"] for row in second["data"]], second["has_more"]) == ([ids[0]], False)
    assert [row["id"] for row in filtered["data"]] == [ids[0], ids[2]]
    assert (first["object"], first["first_id"], first["last_id"]) == ("list", ids[2], ids[1])


@pytest.mark.parametrize(("name", "value"), [("limit", "0"), ("limit", "10001"), ("order", "up")])
def test_bad_paging_is_refused(owner, client_of, name: str, value: str):
    answer = client_of(owner).get("/v1/files", {name: value})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, name)


def test_content_comes_back_as_an_attachment(owner, client_of):
    content = b"<script>alert(1)</script>"
    file = make_file(owner, content, purpose="user_data", filename="名.html")

    answer = client_of(owner).get(f"/v1/files/{file.id}/content")

    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Length"] == str(len(content))


def test_report_before_and_after_validation(owner, client_of):
    file = make_file(owner, chat_lines(2) + b"\n{}", validated=False)
    api = client_of(owner)

    before = api.get(f"/v1/files/{file.id}/report").json()
    validate_file(owner.tenant_id, file.id)
    after = api.get(f"/v1/files/{file.id}/report").json()

    assert (before["status"], before["format"], before["rows"], before["errors"]) == (
        "uploaded",
        None,
        None,
        [],
    )
    assert set(before) == set(after)
    assert (after["object"], after["file_id"], after["status"]) == ("file.report", file.id, "error")
    assert (after["format"], after["rows"], after["syntax"], after["encoding"]) == (
        "chat",
        3,
        "jsonl",
        "utf-8",
    )
    [finding] = after["errors"]
    assert (finding["line"], finding["param"], finding["code"]) == (3, "messages", "missing_messages")
    assert (after["error_count"], after["progress"], len(after["sample"])) == (1, None, 2)
    assert api.get(f"/v1/files/{file.id}").json()["status_details"] == "Line 3: 'messages' is missing."


def test_delete_answers_and_the_file_is_gone(owner, client_of):
    file = make_file(owner, chat_lines(10))
    api = client_of(owner)

    answer = api.delete(f"/v1/files/{file.id}")

    assert answer.json() == {"id": file.id, "object": "file", "deleted": True}
    assert api.get(f"/v1/files/{file.id}").status_code == 404
    assert api.get("/v1/files").json()["data"] == []


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_missing_and_foreign_files_answer_the_same(owner, stranger, client_of, method: str, path: str):
    file = make_file(owner, chat_lines(10))
    api = client_of(stranger)

    foreign = getattr(api, method)(path.format(id=file.id))
    missing = getattr(api, method)(path.format(id="file-none"))

    assert foreign.status_code == missing.status_code == 404
    assert foreign.content.replace(file.id.encode(), b"file-none") == missing.content
    assert json.loads(missing.content)["error"] == {
        "message": "No such File object: file-none",
        "type": "invalid_request_error",
        "param": "id",
        "code": None,
    }
    assert get_file(owner.tenant_id, file.id).rows == 10


@pytest.mark.parametrize(("method", "path"), [*ROUTES, ("get", "/v1/files"), ("post", "/v1/files")])
def test_no_key_is_refused(client, db, method: str, path: str):
    answer = getattr(client, method)(path.format(id="file-none"))

    assert answer.status_code == 401
    assert not File.all_tenants.exists()


def test_report_says_how_far_the_reading_is(owner, client_of):
    file = make_file(owner, chat_lines(2), validated=False)
    note_progress(file.id, Progress(bytes=10, total_bytes=40, rows=1))

    report = client_of(owner).get(f"/v1/files/{file.id}/report").json()

    assert report["progress"] == {"bytes": 10, "total_bytes": 40, "rows": 1}
