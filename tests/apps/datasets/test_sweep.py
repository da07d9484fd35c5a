"""After a crash anywhere and the sweeper the store holds what the rows say, and all that was acknowledged."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.core.objects import ObjectStore, store
from apps.core.tenancy import tenant_scope
from apps.datasets.models import File, Upload, UploadPart, derived_folder
from apps.datasets.selectors import get_file
from apps.datasets.services import delete_file, sweep_files, sweep_uploads, upload_file
from apps.datasets.services.complete_upload import complete_upload
from apps.datasets.services.uploads import add_part, cancel_upload, create_upload
from kernel.errors import NotFound
from tests.apps.datasets.crashing import dies
from tests.bucket import bucket, s3_endpoint, s3_store, use_store
from tests.factories.tenants import make_owner

__all__ = ["bucket", "s3_endpoint", "s3_store"]

PIECES = [b"one" * 1000, b"two" * 2000]


class Sender:
    """A customer: what was acknowledged is in `files`, `uploads` and `parts`."""

    def __init__(self) -> None:
        self.owner = make_owner()
        self.tenant_id, self.project_id = self.owner.tenant_id, self.owner.project.id
        self.files: dict[str, bytes] = {}
        self.upload_id = ""
        self.part_ids: list[str] = []

    def upload(self) -> None:
        file = upload_file(
            self.tenant_id,
            project_id=self.project_id,
            filename="a.txt",
            purpose="user_data",
            chunks=PIECES,
        )
        self.files[file.id] = b"".join(PIECES)

    def begin(self) -> None:
        size = sum(map(len, PIECES))
        self.upload_id = create_upload(
            self.tenant_id,
            size=size,
            mime_type="text/plain",
            project_id=self.project_id,
            filename="b.txt",
            purpose="user_data",
        ).id

    def send(self, number: int) -> None:
        part = add_part(
            self.tenant_id,
            self.upload_id,
            project_id=self.project_id,
            chunks=[PIECES[number]],
            number=number + 1,
        )
        self.part_ids[number : number + 1] = [part.id]

    def complete(self) -> None:
        upload = complete_upload(
            self.tenant_id, self.upload_id, project_id=self.project_id, part_ids=self.part_ids
        )
        assert upload.file_id
        self.files[upload.file_id] = b"".join(PIECES)

    def cancel(self) -> None:
        cancel_upload(self.tenant_id, self.upload_id, project_id=self.project_id)

    def delete(self) -> None:
        [file_id] = self.files
        del self.files[file_id]  # whether it went or not, nobody was promised it
        delete_file(self.tenant_id, file_id, project_id=self.project_id)

    def rows(self, model: Any) -> list[Any]:
        with tenant_scope(self.tenant_id):
            return list(model.objects.for_tenant(self.tenant_id))


def ready_to_send(sender: Sender) -> None:
    sender.begin()


def ready_to_replace(sender: Sender) -> None:
    sender.begin()
    sender.send(0)


def ready_to_complete(sender: Sender) -> None:
    ready_to_replace(sender)
    sender.send(1)


ACTS: dict[str, tuple[Callable[[Sender], None], Callable[[Sender], None], int]] = {
    "upload": (lambda sender: None, Sender.upload, 8),
    "begin": (lambda sender: None, Sender.begin, 2),
    "send": (ready_to_send, lambda sender: sender.send(0), 7),
    "replace": (ready_to_replace, lambda sender: sender.send(0), 9),
    "complete": (ready_to_complete, Sender.complete, 12),
    "cancel": (ready_to_complete, Sender.cancel, 6),
    "delete": (Sender.upload, Sender.delete, 8),
}


@pytest.fixture(autouse=True)
def _everything_is_old(monkeypatch, sent_tasks):
    for patience in ("_YOUNG", "_UNFINISHED"):
        monkeypatch.setattr(sweep_uploads, patience, timedelta(seconds=-60))


def sweep() -> None:
    sweep_files()
    sweep_uploads.sweep_uploads()
    sweep_uploads.sweep_objects()


def assert_objects_are_what_rows_say(kept: ObjectStore, sender: Sender) -> None:
    files = [file for file in sender.rows(File) if file.is_stored]
    swept = {upload.id for upload in sender.rows(Upload) if upload.is_swept}
    parts = [part for part in sender.rows(UploadPart) if part.upload_id not in swept]
    found = {
        each.key: each.bytes
        for kind in ("files", "uploads")
        for each in kept.objects_in(f"{kind}/{sender.tenant_id}")
    }
    assert found == {row.object_key: row.bytes for row in [*files, *parts]}
    assert kept.remove_unfinished(datetime.now(UTC) + timedelta(minutes=1)) == 0
    for file in files:
        assert file.deleted_at is None
        with kept.open(file.object_key) as content:
            assert hashlib.sha256(content.read()).hexdigest() == file.sha256
    for file_id, sent in sender.files.items():
        assert get_file(sender.tenant_id, file_id).sha256 == hashlib.sha256(sent).hexdigest()


def crash_everywhere(monkeypatch, kept, prepare, act) -> int:
    """Die at the first step, then at the second ... until nothing is left to die at. Returns how many."""
    for at in range(1, 100):
        sender = Sender()
        prepare(sender)
        died, _ = dies(monkeypatch, kept, at, lambda: act(sender))  # noqa: B023
        sweep()
        assert_objects_are_what_rows_say(kept, sender)
        if not died:
            return at - 1
    raise AssertionError("it never ends")


@pytest.mark.parametrize("name", ACTS)
def test_a_crash_at_any_step_loses_nothing_and_leaves_nothing(transactional_db, monkeypatch, name):
    prepare, act, steps = ACTS[name]

    assert crash_everywhere(monkeypatch, store, prepare, act) >= steps


@pytest.mark.parametrize("name", ["send", "complete"])
def test_a_crash_with_a_bucket(transactional_db, monkeypatch, s3_store, name):
    use_store(monkeypatch, s3_store)
    prepare, act, steps = ACTS[name]

    assert crash_everywhere(monkeypatch, s3_store, prepare, act) >= steps


@pytest.mark.parametrize("name", ["send", "complete", "cancel", "delete"])
def test_a_crash_of_the_sweeper_is_swept(transactional_db, monkeypatch, name):
    prepare, act, steps = ACTS[name]

    def crash(sender: Sender) -> None:
        prepare(sender)
        dies(monkeypatch, store, steps // 2, lambda: act(sender))

    assert crash_everywhere(monkeypatch, store, crash, lambda sender: sweep()) > 5


def test_what_was_interrupted_can_be_done_again(transactional_db, monkeypatch):
    for at in range(1, ACTS["complete"][2] + 1):
        sender = Sender()
        ready_to_complete(sender)
        died, _ = dies(monkeypatch, store, at, sender.complete)
        sweep()

        sender.complete()

        assert (died, len(sender.rows(File))) == (True, 1)
        assert_objects_are_what_rows_say(store, sender)


def test_an_upload_that_nobody_completes_ends(db, django_capture_on_commit_callbacks):
    late, begun = Sender(), Sender()
    for sender in (late, begun):
        ready_to_complete(sender)
    age(late, timedelta(minutes=16))
    age(begun, timedelta(minutes=14))  # a completion that began in time may still read its parts

    assert (sweep_uploads.sweep_uploads(), sweep_uploads.sweep_uploads()) == (1, 0)

    assert [row.status for row in late.rows(Upload)] == ["expired"]
    assert (late.rows(UploadPart), len(begun.rows(UploadPart))) == ([], 2)
    for sender in (late, begun):
        assert_objects_are_what_rows_say(store, sender)


def age(sender: Sender, by: timedelta) -> None:
    with tenant_scope(sender.tenant_id):
        Upload.objects.for_tenant(sender.tenant_id).update(expires_at=timezone.now() - by)


def test_young_objects_may_still_get_their_row(db, monkeypatch, owner):
    monkeypatch.undo()
    key = f"files/{owner.tenant_id}/file-unknown"
    store.save(key, [b"x"])
    assert sweep_uploads.sweep_objects() == 0

    monkeypatch.setattr(sweep_uploads, "_YOUNG", timedelta(seconds=-1))
    assert sweep_uploads.sweep_objects() >= 1

    assert not store.exists(key)


def test_what_is_made_of_a_file_stays_and_goes_with_it(db):
    sender = Sender()
    sender.upload()
    [file] = sender.rows(File)
    derived = f"{derived_folder(sender.tenant_id, file.id)}/made"
    for key in (
        derived,
        file.training_key,
        f"{file.object_key}x",
        f"uploads/{sender.tenant_id}/upload_x/{file.id}",
    ):
        store.save(key, [b"x"])

    sweep_uploads.sweep_objects()
    kept = [each.key for each in store.objects_in(f"files/{sender.tenant_id}")]
    sender.delete()
    sweep_files()
    sweep_uploads.sweep_objects()

    assert sorted(kept) == [file.object_key, derived, file.training_key]
    assert list(store.objects_in(f"files/{sender.tenant_id}")) == []
    assert list(store.objects_in(f"uploads/{sender.tenant_id}")) == []


def test_another_tenants_name_owns_nothing(db):
    sender, stranger = Sender(), Sender()
    sender.upload()
    [file] = sender.rows(File)
    store.save(f"files/{stranger.tenant_id}/{file.id}", [b"x"])

    sweep_uploads.sweep_objects()

    assert list(store.objects_in(f"files/{stranger.tenant_id}")) == []
    assert store.exists(file.object_key)
    with pytest.raises(NotFound):
        get_file(stranger.tenant_id, file.id)
