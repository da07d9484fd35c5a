"""OpenAI's own client against a live server, with a folder and with a bucket."""

import hashlib
import http.client
import socket
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import openai
import pytest

from apps.core.objects import store
from apps.core.tenancy import tenant_scope
from apps.datasets.models import File
from apps.datasets.services import sweep_files, validate_file
from tests.bucket import bucket, s3_endpoint, s3_store, use_store
from tests.factories.datasets import chat_lines
from tests.factories.tenants import Owner, make_owner

__all__ = ["bucket", "s3_endpoint", "s3_store"]

CONTENT = chat_lines(400)


@pytest.fixture(params=["folder", "s3"])
def kept(request, monkeypatch):
    """The object store in use."""
    if request.param == "folder":
        return store
    other = request.getfixturevalue("s3_store")
    use_store(monkeypatch, other)
    return other


@pytest.fixture
def seller(transactional_db) -> Owner:
    return make_owner()


@pytest.fixture
def client(live_server, seller, sent_tasks) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        api_key=seller.key, base_url=f"{live_server.url}/v1", max_retries=0, timeout=30
    ) as made:
        yield made


def objects(kept, seller):
    return [
        found.key for kind in ("files", "uploads") for found in kept.objects_in(f"{kind}/{seller.tenant_id}")
    ]


def test_a_file_in_chunks(client, kept, seller, tmp_path):
    path = tmp_path / "数据.jsonl"
    path.write_bytes(CONTENT)

    upload = client.uploads.upload_file_chunked(
        file=path,
        mime_type="text/jsonl",
        purpose="fine-tune",
        part_size=10_000,
        md5=hashlib.md5(CONTENT).hexdigest(),
    )

    assert (upload.status, upload.file.bytes, upload.file.filename) == (
        "completed",
        len(CONTENT),
        "数据.jsonl",
    )
    assert client.files.content(upload.file.id).content == CONTENT
    assert objects(kept, seller) == [f"files/{seller.tenant_id}/{upload.file.id}"]


def test_a_file_from_its_upload_to_its_end(client, kept, seller):
    file = client.files.create(
        file=("train.jsonl", CONTENT),
        purpose="fine-tune",
        expires_after={"anchor": "created_at", "seconds": 3600},
    )
    validate_file(seller.tenant_id, file.id)

    ready = client.files.wait_for_processing(file.id, poll_interval=0.05, max_wait_seconds=5)
    assert (ready.status, ready.bytes) == ("processed", len(CONTENT))
    assert ready.expires_at - ready.created_at in (3599, 3600)
    with client.files.with_streaming_response.content(file.id) as answer:
        assert int(answer.headers["content-length"]) == len(CONTENT)
        assert b"".join(answer.iter_bytes()) == CONTENT
    assert f"files/{seller.tenant_id}/{file.id}" in objects(kept, seller)

    assert client.files.delete(file.id).deleted
    sweep_files()
    assert objects(kept, seller) == []
    with pytest.raises(openai.NotFoundError):
        client.files.content(file.id)


def test_steps_of_an_upload_and_its_refusals(client, kept, seller):
    upload = client.uploads.create(bytes=6, filename="a.txt", mime_type="text/plain", purpose="batch")
    first = client.uploads.parts.create(upload.id, data=b"one")
    second = client.uploads.parts.create(upload.id, data=b"two")

    with pytest.raises(openai.BadRequestError) as refusal:
        client.uploads.complete(upload.id, part_ids=[second.id])
    assert refusal.value.param == "part_ids"
    done = client.uploads.complete(upload.id, part_ids=[second.id, first.id])
    assert client.uploads.complete(upload.id, part_ids=[second.id, first.id]) == done
    assert client.files.content(done.file.id).content == b"twoone"
    other = client.uploads.create(bytes=1, filename="b", mime_type="text/plain", purpose="batch")
    assert client.uploads.cancel(other.id).status == "cancelled"


def test_parts_straight_into_the_bucket(client, s3_store, monkeypatch, seller):
    use_store(monkeypatch, s3_store)
    content = {1: b"a" * 1000, 2: b"b" * 500}
    upload = client.uploads.create(bytes=1500, filename="a.txt", mime_type="text/plain", purpose="user_data")
    parts = [
        {"number": 1, "bytes": 1000, "md5": hashlib.md5(content[1]).hexdigest()},
        {"number": 2, "bytes": 500},
    ]

    links = client.post(f"/uploads/{upload.id}/part_links", body={"parts": parts}, cast_to=dict)["data"]
    ids = [link["part_id"] for link in links]
    put(links[0], content[1])
    put(links[1], b"too short")

    [arrived] = client.get(f"/uploads/{upload.id}", cast_to=dict)["finery"]["parts"]
    assert arrived == {"id": ids[0], **parts[0]}
    with pytest.raises(openai.BadRequestError) as refusal:
        client.uploads.complete(upload.id, part_ids=ids)
    assert (refusal.value.code, ids[1] in refusal.value.message) == ("part_missing", True)
    put(links[1], content[2])
    done = client.uploads.complete(upload.id, part_ids=ids)
    assert client.files.content(done.file.id).content == content[1] + content[2]
    assert objects(s3_store, seller) == [f"files/{seller.tenant_id}/{done.file.id}"]


def put(link, content) -> None:
    request = urllib.request.Request(link["url"], data=content, headers=link["headers"], method="PUT")
    request.add_header("Content-Type", "application/octet-stream")  # else urllib says that it is a form
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


def test_a_cut_connection_leaves_nothing(live_server, client, kept, seller):
    where = urlsplit(live_server.url)
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' + CONTENT
    head = (
        f"POST /v1/files HTTP/1.1\r\nHost: {where.netloc}\r\nAuthorization: Bearer {seller.key}\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body) + 100_000}\r\n\r\n"
    )
    with socket.create_connection((where.hostname, where.port)) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(connection)
        answer.begin()

    assert answer.status == 400
    with tenant_scope(seller.tenant_id):
        assert not File.objects.for_tenant(seller.tenant_id).exists()
    assert objects(kept, seller) == []
