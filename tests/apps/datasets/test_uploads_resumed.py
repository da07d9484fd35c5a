"""Clients that die at random, and go on from what the platform says it has."""

import hashlib
import io
import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, encode_multipart

from tests.bucket import bucket, s3_endpoint, s3_store, use_store

__all__ = ["bucket", "s3_endpoint", "s3_store"]

RUNS = 50


class Client:
    """Sends a file in parts of one size. Knows nothing but the upload's id after it died."""

    def __init__(self, api, seed: int) -> None:
        self.api, self.chance = api, random.Random(seed)
        self.content = self.chance.randbytes(self.chance.randrange(8_000, 30_000))
        self.part_bytes = self.chance.randrange(3_000, 8_000)
        count = -(-len(self.content) // self.part_bytes)
        self.parts = {
            number: self.content[(number - 1) * self.part_bytes : number * self.part_bytes]
            for number in range(1, count + 1)
        }
        self.deaths = 0
        body = {
            "filename": "f.bin",
            "purpose": "user_data",
            "bytes": len(self.content),
            "mime_type": "application/octet-stream",
        }
        self.upload_id = api.post("/v1/uploads", body, format="json").json()["id"]

    def run(self) -> str:
        """Returns the id of the file."""
        while not self._live():
            self.deaths += 1
        held = self._held()
        part_ids = [held[number] for number in self.parts]
        body = {"part_ids": part_ids, "md5": hashlib.md5(self.content).hexdigest()}
        for _ in range(self.chance.randrange(1, 3)):  # an answer may be lost
            answer = self.api.post(f"/v1/uploads/{self.upload_id}/complete", body, format="json")
        return str(answer.json()["file"]["id"])

    def _held(self) -> dict[int, str]:
        body = self.api.get(f"/v1/uploads/{self.upload_id}").json()
        held = {part["number"]: part for part in body["finery"]["parts"]}
        for number, part in held.items():
            assert part["md5"] == hashlib.md5(self.parts[number]).hexdigest()
        return {number: part["id"] for number, part in held.items()}

    def _live(self) -> bool:
        """Send what is missing, in any order. Returns whether that went well to the end."""
        held = self._held()
        missing = [number for number in self.parts if number not in held]
        self.chance.shuffle(missing)
        for number in missing:
            fate = self.chance.random()
            if fate < 0.15 or not self.deaths:
                self._die_within(number)
                return False
            answer = self._send(number)
            assert answer.status_code == 200
            if fate < 0.25:  # the answer is lost
                return False
            if fate < 0.35:  # and one that a retry sends twice
                self._send(number)
        return True

    def _send(self, number: int):
        data = {"data": SimpleUploadedFile("part", self.parts[number]), "part_number": str(number)}
        return self.api.post(f"/v1/uploads/{self.upload_id}/parts", data, format="multipart")

    def _die_within(self, number: int) -> None:
        data = {"part_number": str(number), "data": SimpleUploadedFile("part", self.parts[number])}
        body = encode_multipart(BOUNDARY, data)
        cut = body[: self.chance.randrange(len(body))]
        answer = self.api.generic(
            "POST",
            f"/v1/uploads/{self.upload_id}/parts",
            cut,
            content_type=f"multipart/form-data; boundary={BOUNDARY}",
            **{"wsgi.input": io.BytesIO(cut), "CONTENT_LENGTH": str(len(body))},
        )
        assert answer.status_code == 400


def resumes(api, seed: int) -> int:
    client = Client(api, seed)
    file_id = client.run()
    content = b"".join(api.get(f"/v1/files/{file_id}/content").streaming_content)
    assert hashlib.sha256(content).digest() == hashlib.sha256(client.content).digest()
    return client.deaths


def test_interrupted_uploads_end_with_the_same_hash(owner, client_of, sent_tasks, settings):
    settings.MAX_UPLOAD_REQUESTS_PER_MINUTE = 100_000
    api = client_of(owner)

    deaths = [resumes(api, seed) for seed in range(RUNS)]

    assert min(deaths) >= 1
    assert sum(deaths) > 1.3 * RUNS


@pytest.mark.parametrize("seed", range(3))
def test_interrupted_uploads_with_a_bucket(owner, client_of, sent_tasks, s3_store, monkeypatch, seed):
    use_store(monkeypatch, s3_store)

    assert resumes(client_of(owner), seed) >= 1
