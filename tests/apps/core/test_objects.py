"""The object store: the same facts on a folder and on a bucket."""

import hashlib
import io
import os
import subprocess
import sys
import threading
import urllib.request
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from apps.core.objects import s3
from apps.core.objects.folder import FolderStore
from apps.core.objects.interface import ObjectStore
from apps.core.objects.s3 import S3Store
from kernel.s3 import Bucket
from tests.bucket import bucket, s3_endpoint, s3_store

__all__ = ["bucket", "s3_endpoint", "s3_store"]

LIFETIME = timedelta(minutes=1)
ROWS = b"".join(b'{"row": %06d}\n' % number for number in range(1000))


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path, monkeypatch) -> ObjectStore:
    monkeypatch.setattr(s3, "_PART_BYTES", 5 << 20)  # the least that servers take
    monkeypatch.setattr(s3, "_KEYS_PER_PAGE", 10)
    return FolderStore(tmp_path) if request.param == "folder" else request.getfixturevalue("s3_store")


def large(megabytes: int = 12):
    for number in range(megabytes * 4):
        yield bytes([number % 251]) * (1 << 18)


def read(store, key):
    with store.open(key) as file:
        return file.read()


def keys(store, folder):
    return [found.key for found in store.objects_in(folder)]


@pytest.mark.parametrize("key", ["../x", "a/../b", "/etc/passwd", "a//b", "", "a/./b", "a\\b", "a\0b"])
def test_no_key_leaves_the_store(store, key):
    for refused in (store.find, store.open, store.delete, store.remove_folder, store.names_in):
        with pytest.raises(ValueError, match="bad object key"):
            refused(key)
    with pytest.raises(ValueError, match="bad object key"):
        store.save(key, [b"x"])


@pytest.mark.parametrize("chunks", [[], [b""], [ROWS], [ROWS[:7], b"", ROWS[7:]], list(large())])
def test_what_is_saved_is_read_and_digested(store, chunks):
    whole = b"".join(chunks)

    stored = store.save("a/b", chunks)

    assert stored.bytes == len(whole)
    assert stored.sha256 == hashlib.sha256(whole).hexdigest()
    assert stored.md5 == hashlib.md5(whole).hexdigest()
    assert read(store, "a/b") == whole


def test_saving_again_replaces(store):
    store.save("a/b", [b"first"])
    store.save("a/b", [b"second"])

    assert (read(store, "a/b"), keys(store, "a")) == (b"second", ["a/b"])


@pytest.mark.parametrize("megabytes", [1, 12])
def test_a_broken_writer_leaves_what_was_there(store, megabytes):
    store.save("a/b", [b"kept"])

    def broken():
        yield from large(megabytes)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.save("a/b", broken())
    with pytest.raises(ConnectionError):
        store.save("a/c", broken())
    with pytest.raises(OverflowError):
        store.save("a/c", large(megabytes), max_bytes=(megabytes << 20) - 1)

    assert (read(store, "a/b"), keys(store, "a")) == (b"kept", ["a/b"])
    assert store.remove_unfinished(datetime.now(UTC) + LIFETIME) == 0


def test_nothing_is_visible_before_the_end(store):
    def watched():
        for chunk in large(12):
            assert not store.exists("a/b")
            assert keys(store, "a") == []
            yield chunk

    store.save("a/b", watched(), max_bytes=12 << 20)

    assert store.exists("a/b")


def test_a_missing_object_is_no_object(store):
    store.save("a/b", [b"x"])

    assert (store.find("a/c"), store.exists("a/c"), store.exists("a"), store.open_if_there("a/c")) == (
        None,
        False,
        False,
        None,
    )
    store.delete("a/c")
    for missing in (
        store.open,
        lambda key: store.read_range(key, 0, 1),
        lambda key: store.compose("d", [key]),
    ):
        with pytest.raises(FileNotFoundError):
            missing("a/c")
    with pytest.raises(FileNotFoundError), store.local("a/c"):
        pass
    assert not store.exists("d")


def test_ranges(store):
    store.save("a/b", [b"0123456789"])

    found = [
        store.read_range("a/b", start, length) for start, length in [(0, 3), (4, 1), (8, 9), (10, 1), (3, 0)]
    ]

    assert found == [b"012", b"4", b"89", b"", b""]


def test_a_reader_goes_anywhere(store):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writing:
        for name in ("one", "two", "three"):
            writing.writestr(name, name * 100_000)
    store.save("a/b", [archive.getvalue()])

    with store.open("a/b") as file, zipfile.ZipFile(file) as reading:
        assert reading.read("two") == b"two" * 100_000
        assert reading.testzip() is None
    with store.open("a/b") as file:
        assert file.seek(0, io.SEEK_END) == len(archive.getvalue())
        assert file.read() == b""


def test_lines_of_an_object(store):
    store.save("a/b", [ROWS])

    with store.open("a/b") as file:
        assert len(list(file)) == 1000


def test_a_local_file_is_there_within_the_block(store):
    store.save("a/b", [ROWS])

    with store.local("a/b") as path:
        assert path.read_bytes() == ROWS

    assert read(store, "a/b") == ROWS


def test_listing(store):
    before = datetime.now(UTC) - timedelta(seconds=2)  # servers tell whole seconds
    for key in ("a/b/c", "a/b/d", "a/bb", "aa/x"):
        store.save(key, [key.encode()])

    found = sorted(store.objects_in("a"))

    assert [(each.key, each.bytes) for each in found] == [("a/b/c", 5), ("a/b/d", 5), ("a/bb", 4)]
    assert all(before < each.modified_at <= datetime.now(UTC) + timedelta(seconds=1) for each in found)
    assert store.find("a/bb") == found[2]
    assert (store.names_in("a"), store.names_in("a/b"), store.names_in("b")) == (["b", "bb"], ["c", "d"], [])
    assert keys(store, "b") == []


def test_listing_of_many_pages(store):
    for number in range(45):
        store.save(f"a/{number:04}", [b"x"])

    assert len(keys(store, "a")) == len(store.names_in("a")) == 45
    assert store.remove_folder("a") == (45, 45)
    assert keys(store, "a") == []


def test_removing_a_folder_takes_its_own_only(store):
    for key in ("a/b/c", "a/b/d/e", "a/bb"):
        store.save(key, [b"123"])

    assert store.remove_folder("a/b") == (2, 6)
    assert store.remove_folder("a/b") == (0, 0)
    assert keys(store, "a") == ["a/bb"]


def test_composing_in_the_order_given(store):
    pieces = {f"parts/{number}": chunk * 20 for number, chunk in enumerate(large(1))}
    for key, content in pieces.items():
        store.save(key, [content])
    order = ["parts/3", "parts/0", "parts/2"]
    whole = b"".join(pieces[key] for key in order)

    stored = store.compose("files/f", order)

    assert (stored.bytes, stored.md5) == (len(whole), hashlib.md5(whole).hexdigest())
    assert read(store, "files/f") == whole
    assert len(keys(store, "parts")) == len(pieces)


def test_what_a_killed_writer_left_is_removed(store):
    begun, killed = threading.Event(), threading.Event()

    def hanging():
        yield from large(12)
        begun.set()
        killed.wait(10)
        raise SystemExit

    def write():
        with pytest.raises(SystemExit):
            store.save("a/b", hanging())

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(10)
    young = store.remove_unfinished(datetime(2010, 1, 1, tzinfo=UTC))  # the server says 2010 of every one
    old = store.remove_unfinished(datetime.now(UTC) + LIFETIME)
    killed.set()
    writer.join()

    assert (young, old, keys(store, "a")) == (0, 1, [])


MEASURED = """
import resource, sys
from pathlib import Path
import django; django.setup()
from apps.core.objects.folder import FolderStore
from apps.core.objects.s3 import S3Store
from kernel.s3 import Bucket

kind, place, endpoint = sys.argv[1:]
found = Bucket(name=place, endpoint=endpoint, access_key_id="test", secret_access_key="test")
store = FolderStore(Path(place)) if kind == "folder" else S3Store(found)
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
store.save("a/b", [b"x"])
store.exists("a/b")
before = peak()
store.save("a/b", (b"x" * (1 << 18) for _ in range(480)))
store.compose("a/c", ["a/b"])
with store.local("a/c") as path:
    assert path.stat().st_size == 120 << 20
print((peak() - before) >> 10)
"""


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_a_large_object_is_never_whole_in_memory(kind, tmp_path, bucket):
    """120 MB, in a process of its own: the server of these tests keeps everything in memory."""
    place = str(tmp_path) if kind == "folder" else bucket.name

    done = subprocess.run(
        [sys.executable, "-c", MEASURED, kind, place, bucket.endpoint],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "finery.settings.test", "PYTHONPATH": "platform:."},
    )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 80  # MB: a few parts of 16


def test_links_to_a_bucket_put_by_plain_http(s3_store):
    md5 = hashlib.md5(ROWS).hexdigest()
    link = s3_store.signed_put("a/b", size=len(ROWS), md5=md5, lifetime=LIFETIME)

    request = urllib.request.Request(link.url, data=ROWS, headers=link.headers, method="PUT")
    request.add_header("Content-Type", "")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200

    assert read(s3_store, "a/b") == ROWS
    assert "X-Amz-Signature" in link.url
    assert "content-length%3Bcontent-md5" in link.url  # no other size, no other bytes


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "cn-north-1"])
@pytest.mark.parametrize("endpoint", ["", "https://minio.example.com:9000"])
def test_links_lead_to_where_pages_may_go(region, endpoint):
    place = Bucket(
        name="shop", region=region, endpoint=endpoint, access_key_id="test", secret_access_key="test"
    )

    link = S3Store(place).signed_put("a/b", size=1, md5="", lifetime=LIFETIME)

    assert link.url.startswith(f"{place.origin}/shop/a/b?")


def test_a_reader_survives_a_broken_connection(s3_store, monkeypatch):
    s3_store.save("a/b", [ROWS])
    asked = []
    answered = s3_store.body

    class Broken:
        def __init__(self, body):
            self.body, self.reads = body, 0

        def read(self, wanted):
            self.reads += 1
            return b"" if self.reads == 2 else self.body.read(min(wanted, 3000))

        def close(self):
            self.body.close()

    def body(key, start, length=None):
        asked.append(start)
        return Broken(answered(key, start, length))

    monkeypatch.setattr(s3_store, "body", body)

    assert read(s3_store, "a/b") == ROWS
    assert asked == list(range(0, len(ROWS), 3000))
