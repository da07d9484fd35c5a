"""Objects that runners send and read by links, with either store."""

import io
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from apps.core.links import signed_link
from apps.core.objects import store
from tests.bucket import bucket, s3_endpoint, s3_store, use_store

__all__ = ["bucket", "s3_endpoint", "s3_store"]

KEY = "checkpoints/ftjob-links/step-1.tar"
CONTENT = b"weights" * 50_000


@pytest.fixture(params=["folder", "s3"])
def kept(request, monkeypatch):
    if request.param == "folder":
        yield store
        store.delete(KEY)
    else:
        other = request.getfixturevalue("s3_store")
        use_store(monkeypatch, other)
        yield other


def path(verb):
    return urlsplit(signed_link(KEY, verb, timedelta(minutes=1))).path


def test_what_is_put_is_read(kept, client):
    put = client.put(path("PUT"), CONTENT, content_type="application/octet-stream")
    got = client.get(path("GET"))

    assert (put.status_code, got.status_code, got["Content-Length"]) == (204, 200, str(len(CONTENT)))
    assert b"".join(got.streaming_content) == CONTENT
    assert client.put(path("GET"), b"x").status_code == 404


def test_half_an_object_is_none(kept, client):
    kept.save(KEY, [b"whole"])
    cut = {"wsgi.input": io.BytesIO(CONTENT), "CONTENT_LENGTH": str(len(CONTENT) + 1)}

    with pytest.raises(ConnectionError):
        client.generic("PUT", path("PUT"), CONTENT, **cut)

    assert kept.read_range(KEY, 0, 100) == b"whole"


def test_a_missing_object_is_not_found(kept, client):
    assert client.get(path("GET")).status_code == 404
