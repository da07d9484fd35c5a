"""The object store as a bucket."""

import io
import tempfile
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, cast

from botocore.exceptions import BotoCoreError, ClientError

from apps.core.objects.interface import (
    CHUNK_BYTES,
    Counted,
    DirectStore,
    Found,
    Removed,
    SignedPut,
    Stored,
    parts_of,
    read_chunks,
)
from kernel.s3 import Bucket

_KEYS_PER_PAGE = 1000
_PART_BYTES = 16 << 20  # of at most 10,000 parts: 160 GB an object


class S3Store(DirectStore):
    """Objects are a bucket's. An upload holds one part in memory."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @cached_property
    def _client(self) -> Any:
        return self._bucket.client()  # made at first use, so that no connection is shared across a fork

    def save(self, key: str, chunks: Iterable[bytes], *, max_bytes: int | None = None) -> Stored:
        here = self._at(key)
        counted = Counted(chunks, max_bytes)
        parts = _regrouped(counted)
        first, second = next(parts, b""), next(parts, None)
        if second is None:
            self._client.put_object(**here, Body=first)
        else:
            self._save_in_parts(here, _followed_by([first, second], parts))
        return counted.stored

    def _save_in_parts(self, here: dict[str, str], parts: Iterable[bytes]) -> None:
        upload = {**here, "UploadId": self._client.create_multipart_upload(**here)["UploadId"]}
        try:
            done = []
            for number, part in enumerate(parts, start=1):
                answer = self._client.upload_part(**upload, PartNumber=number, Body=part)
                done.append({"PartNumber": number, "ETag": answer["ETag"]})
            self._client.complete_multipart_upload(**upload, MultipartUpload={"Parts": done})
        except BaseException:
            with suppress(BotoCoreError, ClientError):  # the sweeper does it too
                self._client.abort_multipart_upload(**upload)
            raise

    def open(self, key: str) -> BinaryIO:
        found = self.find(key)
        if found is None:
            raise FileNotFoundError(key)
        return cast("BinaryIO", io.BufferedReader(_Reader(self, found), CHUNK_BYTES))

    def read_range(self, key: str, start: int, length: int) -> bytes:
        if length == 0 or start >= self._size(key):
            return b""
        return b"".join(self.body(key, start, length))

    def body(self, key: str, start: int, length: int | None = None) -> Any:
        """A stream of an object's bytes from `start`, which is within it. Raises FileNotFoundError."""
        end = "" if length is None else start + length - 1
        try:
            return self._client.get_object(**self._at(key), Range=f"bytes={start}-{end}")["Body"]
        except ClientError as error:
            raise _translated(error, key) from error

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        with self.open(key) as content, tempfile.NamedTemporaryFile(prefix="object-") as file:
            for chunk in read_chunks(content):
                file.write(chunk)
            file.flush()
            yield Path(file.name)

    def find(self, key: str) -> Found | None:
        try:
            head = self._client.head_object(**self._at(key))
        except ClientError as error:
            if isinstance(_translated(error, key), FileNotFoundError):
                return None
            raise
        return Found(key, head["ContentLength"], head["LastModified"])

    def delete(self, key: str) -> None:
        self._client.delete_object(**self._at(key))

    def names_in(self, folder: str) -> list[str]:
        prefix = _prefix(folder)
        pages = self._pages("list_objects_v2", Prefix=prefix, Delimiter="/")
        names = set()
        for page in pages:
            names |= {found["Key"].removeprefix(prefix) for found in page.get("Contents", ())}
            names |= {found["Prefix"][len(prefix) : -1] for found in page.get("CommonPrefixes", ())}
        return sorted(names)

    def objects_in(self, folder: str) -> Iterator[Found]:
        for page in self._pages("list_objects_v2", Prefix=_prefix(folder)):
            for found in page.get("Contents", ()):
                yield Found(found["Key"], found["Size"], found["LastModified"])

    def remove_folder(self, folder: str) -> Removed:
        objects = size = 0
        for page in self._pages("list_objects_v2", Prefix=_prefix(folder)):
            if found := page.get("Contents"):
                self._delete_all([each["Key"] for each in found])
                objects, size = objects + len(found), size + sum(each["Size"] for each in found)
        self._abort(self._unfinished(_prefix(folder)))
        return Removed(objects, size)

    def remove_unfinished(self, before: datetime) -> int:
        return self._abort(each for each in self._unfinished("") if each["Initiated"] < before)

    def signed_put(self, key: str, *, size: int, md5: str, lifetime: timedelta) -> SignedPut:
        params = {**self._at(key), "ContentLength": size}
        headers = {}
        if md5:
            headers["Content-MD5"] = params["ContentMD5"] = b64encode(bytes.fromhex(md5)).decode()
        link = self._client.generate_presigned_url(
            "put_object",
            Params=params,
            ExpiresIn=int(lifetime.total_seconds()),
        )
        # Content-Length is signed too; every client sends it by itself.
        return SignedPut(link, headers)

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket.name, "Key": "/".join(parts_of(key))}

    def _size(self, key: str) -> int:
        found = self.find(key)
        if found is None:
            raise FileNotFoundError(key)
        return found.bytes

    def _pages(self, call: str, **arguments: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator(call).paginate(
            Bucket=self._bucket.name, PaginationConfig={"PageSize": _KEYS_PER_PAGE}, **arguments
        )
        return cast("Iterator[dict[str, Any]]", pages)

    def _delete_all(self, keys: list[str]) -> None:
        """One page of keys. Raises OSError when the server kept one."""
        doomed = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
        answer = self._client.delete_objects(Bucket=self._bucket.name, Delete=doomed)
        if kept := answer.get("Errors"):
            raise OSError(f"{len(kept)} objects could not be deleted: {kept[0].get('Code')}")

    def _unfinished(self, prefix: str) -> Iterator[dict[str, Any]]:
        for page in self._pages("list_multipart_uploads", Prefix=prefix):
            yield from page.get("Uploads", ())

    def _abort(self, uploads: Iterable[dict[str, Any]]) -> int:
        found = list(uploads)
        for each in found:
            with suppress(self._client.exceptions.NoSuchUpload):  # ended a moment ago
                self._client.abort_multipart_upload(
                    Bucket=self._bucket.name, Key=each["Key"], UploadId=each["UploadId"]
                )
        return len(found)


class _Reader(io.RawIOBase):
    """An object as a file. Goes on where it was when the connection breaks."""

    _ATTEMPTS = 4

    def __init__(self, store: S3Store, found: Found) -> None:
        self._store, self._found = store, found
        self._position = 0
        self._body: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._found.bytes}[whence]
        if base + offset != self._position:
            self._drop_body()
            self._position = base + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._found.bytes - self._position)
        if wanted <= 0:
            return 0
        data = self._read(wanted)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def _read(self, wanted: int) -> bytes:
        for attempt in range(1, self._ATTEMPTS + 1):
            try:
                if self._body is None:
                    self._body = self._store.body(self._found.key, self._position)
                if data := self._body.read(wanted):
                    return bytes(data)
            except BotoCoreError:
                if attempt == self._ATTEMPTS:
                    raise
            self._drop_body()
        raise OSError(f"{self._found.key} ended early")

    def close(self) -> None:
        self._drop_body()
        super().close()

    def _drop_body(self) -> None:
        body, self._body = self._body, None
        if body is not None:
            body.close()


def _regrouped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in parts of one size; the last may be shorter."""
    waiting = bytearray()
    for chunk in chunks:
        for start in range(0, len(chunk), _PART_BYTES):
            waiting += chunk[start : start + _PART_BYTES]
            if len(waiting) >= _PART_BYTES:
                yield bytes(waiting[:_PART_BYTES])
                del waiting[:_PART_BYTES]
    if waiting:
        yield bytes(waiting)


def _followed_by(first: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    while first:
        yield first.pop(0)  # let go of each, so that only one is held
    yield from rest


def _prefix(folder: str) -> str:
    return "/".join(parts_of(folder)) + "/"


def _translated(error: ClientError, key: str) -> Exception:
    missing = error.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    return FileNotFoundError(key) if missing else error
