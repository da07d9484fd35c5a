"""The Uploads API: OpenAI's part of it, and what a browser needs to go on."""

import hashlib
import io

import pytest

from apps.datasets.models import Dataset, File, Upload, UploadPart, uploads_folder
from apps.datasets.services import uploads as services
from tests.apps.datasets.uploading import (
    PARTS,
    WHOLE,
    age,
    begin,
    begun,
    complete,
    error_of,
    objects,
    rows,
    send,
)


@pytest.fixture(autouse=True)
def _sent(sent_tasks):
    return sent_tasks


@pytest.fixture
def api(owner, client_of):
    return client_of(owner)


def test_an_upload_is_openais(api, owner):
    answer = begin(api, expires_after={"anchor": "created_at", "seconds": 3600})

    body = answer.json()
    [row] = rows(Upload, owner)
    assert answer.status_code == 200
    assert body == {
        "id": row.id,
        "object": "upload",
        "bytes": len(WHOLE),
        "created_at": int(row.created_at.timestamp()),
        "expires_at": int(row.expires_at.timestamp()),
        "filename": "train.jsonl",
        "purpose": "user_data",
        "status": "pending",
        "file": None,
        "finery": {"parts": [], "is_direct": False, "part_bytes": 16 * 1024**2, "dataset_id": None},
    }
    assert body["id"].startswith("upload_")
    assert body["expires_at"] - body["created_at"] in (3599, 3600)


def test_parts_become_a_file_in_the_order_given(api, owner, django_capture_on_commit_callbacks):
    upload_id = begin(api).json()["id"]
    part = send(api, upload_id, PARTS[2]).json()
    others = [send(api, upload_id, content).json()["id"] for content in PARTS[:2]]
    assert part == {
        "id": part["id"],
        "object": "upload.part",
        "created_at": part["created_at"],
        "upload_id": upload_id,
    }

    with django_capture_on_commit_callbacks(execute=True):
        answer = complete(api, upload_id, [*others, part["id"]], md5=hashlib.md5(WHOLE).hexdigest().upper())

    body = answer.json()
    assert (answer.status_code, body["status"], body["id"]) == (200, "completed", upload_id)
    assert (body["file"]["bytes"], body["file"]["filename"], body["file"]["status"]) == (
        len(WHOLE),
        "train.jsonl",
        "processed",
    )
    content = api.get(f"/v1/files/{body['file']['id']}/content")
    assert b"".join(content.streaming_content) == WHOLE
    [file] = rows(File, owner)
    assert file.sha256 == hashlib.sha256(WHOLE).hexdigest()
    assert objects(owner) == [file.object_key]
    assert rows(UploadPart, owner) == []
    assert api.get(f"/v1/uploads/{upload_id}").json() == body


def test_completing_again_answers_the_same_file(api, owner):
    upload_id, part_ids = begun(api)

    first, second = complete(api, upload_id, part_ids), complete(api, upload_id, part_ids)

    assert first.json() == second.json()
    assert len(rows(File, owner)) == 1


def test_a_fine_tune_file_is_validated_and_begins_a_dataset(
    api, owner, _sent, django_capture_on_commit_callbacks
):
    upload_id, part_ids = begun(api, purpose="fine-tune")

    with django_capture_on_commit_callbacks(execute=True):
        body = complete(api, upload_id, part_ids).json()

    [file] = rows(File, owner)
    [dataset] = rows(Dataset, owner)
    assert (body["file"]["status"], file.dataset_id, file.version) == ("uploaded", dataset.id, 1)
    assert dataset.name == "train.jsonl"
    assert _sent == [("datasets.validate_file", {"tenant_id": owner.tenant_id, "file_id": file.id})]


def test_an_upload_becomes_a_version_of_a_dataset(api, owner):
    complete(api, *begun(api, purpose="fine-tune"))
    [first] = rows(File, owner)

    begin_again = begun(api, purpose="fine-tune", dataset_id=first.dataset_id)
    view = api.get(f"/v1/uploads/{begin_again[0]}").json()
    complete(api, *begin_again)

    second = rows(File, owner)[1]
    assert view["finery"]["dataset_id"] == first.dataset_id
    assert (second.dataset_id, second.version, second.operation) == (first.dataset_id, 2, {"type": "upload"})


@pytest.mark.parametrize(
    ("fields", "status", "param"),
    [
        ({"purpose": "fine-tune", "dataset_id": "dataset_none"}, 404, "dataset_id"),
        ({"purpose": "batch", "dataset_id": "dataset_none"}, 400, "dataset_id"),
        ({"purpose": "finetune"}, 400, "purpose"),
        ({"bytes": 0}, 400, "bytes"),
        ({"bytes": 8 * 1024**3 + 1}, 400, "bytes"),
        ({"bytes": None}, 400, "bytes"),
        ({"filename": ""}, 400, "filename"),
        ({"mime_type": "x" * 256}, 400, "mime_type"),
        ({"expires_after": {"anchor": "created_at", "seconds": 1}}, 400, "expires_after.seconds"),
    ],
)
def test_a_bad_beginning_is_refused(api, owner, fields, status, param):
    assert error_of(begin(api, **fields), status)[1] == param
    assert rows(Upload, owner) == []


def test_the_name_is_made_harmless(api):
    assert begin(api, filename="../../etc/数据\u202e.csv").json()["filename"] == "数据.csv"


def test_parts_are_bounded(api, owner, settings):
    settings.MAX_PART_BYTES = 20
    upload_id = begin(api, size=30).json()["id"]

    assert error_of(send(api, upload_id, b"x" * 21), 413) == (
        "payload_too_large",
        "data",
        "The part is larger than the limit of 0 MB.",
    )
    assert error_of(send(api, upload_id, b"x" * 70_000), 413)[0] == "payload_too_large"  # by its length
    assert error_of(send(api, upload_id, b""))[1] == "data"
    assert objects(owner) == []
    for _ in range(4):
        assert send(api, upload_id, b"x" * 20).status_code == 200
    assert error_of(send(api, upload_id, b"x"), 413)[2] == "The parts exceed the 30 bytes of this upload."
    assert (len(objects(owner)), len(rows(UploadPart, owner))) == (4, 4)


def test_the_number_of_parts_is_bounded(api, monkeypatch):
    monkeypatch.setattr(services, "MAX_PARTS", 2)
    upload_id = begin(api).json()["id"]
    send(api, upload_id, b"x")
    send(api, upload_id, b"x")

    assert error_of(send(api, upload_id, b"x"), 413)[2] == "An upload has at most 2 parts."


@pytest.mark.parametrize(
    ("change", "param", "says"),
    [
        (lambda ids: [ids[0], *ids], "part_ids", "A part is listed twice."),
        (
            lambda ids: ids[:2],
            "part_ids",
            "The parts have 45 bytes together, and the upload was created for 54.",
        ),
        (lambda ids: [*ids, "part_other"], "part_ids", "No such part of this upload: part_other"),
        (lambda ids: [], "part_ids", "Invalid 'part_ids'"),
    ],
)
def test_wrong_parts_make_no_file(api, owner, change, param, says):
    upload_id, part_ids = begun(api)

    answer = complete(api, upload_id, change(part_ids))

    _, at, message = error_of(answer)
    assert (at, message.startswith(says)) == (param, True), message
    assert (rows(File, owner), len(objects(owner))) == ([], 3)
    assert api.get(f"/v1/uploads/{upload_id}").json()["status"] == "pending"


def test_a_part_of_another_upload_is_unknown(api):
    first, second = begun(api), begun(api)

    assert "No such part of this upload" in error_of(complete(api, first[0], second[1]))[2]


def test_another_md5_makes_no_file_and_another_try_does(api, owner):
    upload_id, part_ids = begun(api)

    refused = error_of(complete(api, upload_id, part_ids, md5="0" * 32))

    assert refused[:2] == ("checksum_mismatch", "md5")
    assert (rows(File, owner), len(objects(owner))) == ([], 3)
    assert error_of(complete(api, upload_id, part_ids, md5="no"))[1] == "md5"
    assert complete(api, upload_id, part_ids, md5=hashlib.md5(WHOLE).hexdigest()).status_code == 200


def test_a_number_sent_again_replaces_the_part(api, owner, django_capture_on_commit_callbacks):
    upload_id = begin(api).json()["id"]
    with django_capture_on_commit_callbacks(execute=True):
        old = send(api, upload_id, b"half", part_number=1).json()["id"]
        ids = [send(api, upload_id, part, part_number=n).json()["id"] for n, part in enumerate(PARTS, 1)]

    shown = api.get(f"/v1/uploads/{upload_id}").json()["finery"]["parts"]

    assert shown == [
        {"id": part_id, "number": n, "bytes": len(part), "md5": hashlib.md5(part).hexdigest()}
        for n, (part_id, part) in enumerate(zip(ids, PARTS, strict=True), 1)
    ]
    folder = uploads_folder(owner.tenant_id, upload_id)
    assert objects(owner) == sorted(f"{folder}/{part_id}" for part_id in ids)
    assert "No such part" in error_of(complete(api, upload_id, [old, *ids[1:]]))[2]


def test_cancelling_removes_the_parts_and_may_be_repeated(api, owner, django_capture_on_commit_callbacks):
    upload_id, part_ids = begun(api)

    with django_capture_on_commit_callbacks(execute=True):
        first = api.post(f"/v1/uploads/{upload_id}/cancel")
        second = api.post(f"/v1/uploads/{upload_id}/cancel")

    assert (first.status_code, first.json()["status"]) == (200, "cancelled")
    assert first.json() == second.json()
    assert (objects(owner), rows(UploadPart, owner)) == ([], [])
    for answer in (send(api, upload_id, b"x"), complete(api, upload_id, part_ids)):
        assert error_of(answer) == ("upload_closed", "upload_id", f"Upload {upload_id} is cancelled.")
    assert objects(owner) == []


def test_a_completed_upload_takes_nothing_more(api, owner):
    upload_id, part_ids = begun(api)
    complete(api, upload_id, part_ids)

    for answer in (send(api, upload_id, b"x"), api.post(f"/v1/uploads/{upload_id}/cancel")):
        assert error_of(answer)[0] == "upload_closed"
    assert len(rows(File, owner)) == 1


def test_an_expired_upload_says_so(api, owner):
    upload_id, part_ids = begun(api)
    age(owner, upload_id, seconds=1)

    assert api.get(f"/v1/uploads/{upload_id}").json()["status"] == "expired"
    assert api.get("/v1/uploads").json()["data"] == []
    for answer in (
        send(api, upload_id, b"x"),
        complete(api, upload_id, part_ids),
        api.post(f"/v1/uploads/{upload_id}/cancel"),
    ):
        assert error_of(answer) == ("upload_expired", "upload_id", f"Upload {upload_id} has expired.")


def test_open_uploads_are_listed_newest_first(api, stranger, client_of):
    begin(client_of(stranger))
    done, cancelled = begun(api), begun(api)
    complete(api, *done)
    api.post(f"/v1/uploads/{cancelled[0]}/cancel")
    ids = [begin(api).json()["id"] for _ in range(3)]
    send(api, ids[0], PARTS[0], part_number=7)

    first = api.get("/v1/uploads", {"limit": 2}).json()
    second = api.get("/v1/uploads", {"limit": 2, "after": first["last_id"]}).json()

    assert ([row["id"] for row in first["data"]], first["has_more"]) == ([ids[2], ids[1]], True)
    assert ([row["id"] for row in second["data"]], second["has_more"]) == ([ids[0]], False)
    assert [part["number"] for part in second["data"][0]["finery"]["parts"]] == [7]


def test_a_broken_connection_leaves_no_half_file(api, owner):
    upload_id = begin(api).json()["id"]
    body = (
        b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n'
        b'--b\r\nContent-Disposition: form-data; name="NAME"; filename="f"\r\n\r\n' + WHOLE + b"\r\n--b--\r\n"
    )
    for path, name in ((f"/v1/uploads/{upload_id}/parts", b"data"), ("/v1/files", b"file")):
        cut = body.replace(b"NAME", name)[: -len(WHOLE) // 2]

        answer = api.generic(
            "POST",
            path,
            cut,
            content_type="multipart/form-data; boundary=b",
            **{"wsgi.input": io.BytesIO(cut), "CONTENT_LENGTH": str(len(body))},
        )

        assert "ended before its Content-Length" in error_of(answer)[2]
    assert (objects(owner), rows(File, owner), rows(UploadPart, owner)) == ([], [], [])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "", None),
        ("post", "/parts", None),
        ("post", "/part_links", {"parts": [{"number": 1, "bytes": 1}]}),
        ("post", "/complete", {"part_ids": ["part_x"]}),
        ("post", "/cancel", {}),
    ],
)
def test_missing_and_foreign_uploads_answer_the_same(api, owner, stranger, client_of, method, path, body):
    upload_id, _ = begun(client_of(stranger))

    def ask(which):
        if path == "/parts":
            return send(api, which, b"x")
        return getattr(api, method)(f"/v1/uploads/{which}{path}", body, format="json")

    foreign, missing = ask(upload_id), ask("upload_none")

    assert error_of(missing, 404) == (None, "upload_id", "No such Upload object: upload_none")
    assert foreign.content.replace(upload_id.encode(), b"upload_none") == missing.content


def test_links_need_a_bucket(api):
    upload_id = begin(api).json()["id"]

    answer = api.post(
        f"/v1/uploads/{upload_id}/part_links", {"parts": [{"number": 1, "bytes": 1}]}, format="json"
    )

    assert "is_direct" in error_of(answer)[2]
