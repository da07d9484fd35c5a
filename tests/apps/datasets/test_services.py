"""Upload, validate, delete, sweep."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.core.objects import store
from apps.core.tenancy import tenant_scope
from apps.datasets.errors import EmptyFile
from apps.datasets.models import File, object_key
from apps.datasets.selectors import get_file, list_files, open_content, rows_of
from apps.datasets.services import delete_file, save_result_file, sweep_files, upload_file, validate_file
from kernel.errors import NotFound, PayloadTooLarge
from tests.factories.datasets import chat_lines, labelled_lines, make_file


def stored_objects(tenant_id: str) -> list[str]:
    return store.names_in(f"files/{tenant_id}")


def count_files(tenant_id: str) -> int:
    with tenant_scope(tenant_id):
        return File.objects.for_tenant(tenant_id).count()


def age(file: File, **fields) -> None:
    with tenant_scope(file.tenant_id):
        File.objects.for_tenant(file.tenant_id).filter(id=file.id).update(**fields)


def test_upload_stores_bytes_and_asks_for_validation(owner, sent_tasks, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        file = upload_file(
            owner.tenant_id,
            project_id=owner.project.id,
            filename="train.jsonl",
            purpose="fine-tune",
            chunks=iter([b"one", b"two"]),
        )

    assert sent_tasks == [("datasets.validate_file", {"tenant_id": owner.tenant_id, "file_id": file.id})]
    assert (file.bytes, file.status, file.id[:5]) == (6, "uploaded", "file-")
    _, content = open_content(owner.tenant_id, file.id, project_id=owner.project.id)
    with content:
        assert content.read() == b"onetwo"


def test_other_purposes_need_no_validation(owner, sent_tasks, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        file = make_file(owner, b"\x00\x01", purpose="user_data", validated=False)

    assert (file.status, sent_tasks) == ("processed", [])


def test_empty_upload_keeps_nothing(owner, sent_tasks, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(EmptyFile) as refusal:
        make_file(owner, b"")

    assert (refusal.value.param, refusal.value.http_status) == ("file", 400)
    assert "empty" in refusal.value.message
    assert (stored_objects(owner.tenant_id), count_files(owner.tenant_id), sent_tasks) == ([], 0, [])


def test_too_large_upload_stops_early_and_keeps_nothing(owner, settings):
    settings.MAX_FILE_BYTES = 1024**2
    given = []

    def chunks() -> Iterator[bytes]:
        for number in range(100):
            given.append(number)
            yield b"x" * 500_000

    with pytest.raises(PayloadTooLarge, match="limit of 1 MB"):
        upload_file(
            owner.tenant_id, project_id=owner.project.id, filename="f", purpose="fine-tune", chunks=chunks()
        )

    assert len(given) == 3
    assert (stored_objects(owner.tenant_id), count_files(owner.tenant_id)) == ([], 0)


def test_broken_upload_keeps_nothing(owner):
    def chunks() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        upload_file(
            owner.tenant_id, project_id=owner.project.id, filename="f", purpose="fine-tune", chunks=chunks()
        )

    assert (stored_objects(owner.tenant_id), count_files(owner.tenant_id)) == ([], 0)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\train.jsonl", "train.jsonl"),
        ('a"\r\nSet-Cookie: x.csv', 'a"Set-Cookie: x.csv'),
        ("数据\u202e.csv", "数据.csv"),
        ("..", "upload"),
        ("x" * 400, "x" * 255),
    ],
)
def test_filename_is_made_harmless(owner, given: str, kept: str):
    file = make_file(owner, b"x", filename=given, validated=False)

    assert file.filename == kept


def test_good_file_is_processed(owner):
    file = make_file(owner, labelled_lines(12))

    assert (file.status, file.status_details, file.format, file.rows) == (
        "processed",
        None,
        "classification",
        12,
    )
    assert file.report["labels"] == [{"label": "delivery", "rows": 6}, {"label": "refund", "rows": 6}]
    assert len(file.report["sample"]) == 5
    with store.open(file.training_key) as lines:
        assert json.loads(lines.readlines()[1]) == {"text": "message 0, please", "label": "refund"}


def test_bad_file_says_which_line(owner):
    file = make_file(owner, chat_lines(3) + b'\n{"messages": []}\n')

    assert (file.status, file.format, file.rows) == ("error", "chat", 4)
    assert file.status_details == "Line 4: 'messages' is empty."
    [finding] = file.report["errors"]
    assert (finding["line"], finding["param"], finding["code"]) == (4, "messages", "empty_messages")


def test_validation_is_done_once(owner):
    file = make_file(owner, chat_lines(10))
    store.save(file.object_key, [b"changed under us"])

    validate_file(owner.tenant_id, file.id)

    assert get_file(owner.tenant_id, file.id).rows == 10


def test_validation_of_a_deleted_file_does_nothing(owner):
    file = make_file(owner, chat_lines(10), validated=False)
    delete_file(owner.tenant_id, file.id)

    validate_file(owner.tenant_id, file.id)
    validate_file(owner.tenant_id, "file-unknown")

    assert not store.exists(file.training_key)


def test_lost_bytes_are_a_bug(owner):
    file = make_file(owner, chat_lines(10), validated=False)
    store.delete(file.object_key)

    with pytest.raises(FileNotFoundError):
        validate_file(owner.tenant_id, file.id)


def test_delete_removes_bytes_and_text(owner, django_capture_on_commit_callbacks):
    file = make_file(owner, chat_lines(10), filename="secret.jsonl")

    with django_capture_on_commit_callbacks(execute=True):
        delete_file(owner.tenant_id, file.id)

    assert stored_objects(owner.tenant_id) == []
    with tenant_scope(owner.tenant_id):
        row = File.objects.for_tenant(owner.tenant_id).get(id=file.id)
    assert (row.filename, row.report, row.is_stored) == ("", {}, False)
    with pytest.raises(NotFound, match=f"^No such File object: {file.id}$"):
        get_file(owner.tenant_id, file.id)
    with pytest.raises(NotFound):
        delete_file(owner.tenant_id, file.id)


def count_rows(tenant_id: str, file_id: str) -> int:
    with tenant_scope(tenant_id):
        return rows_of(tenant_id, file_id).count()


def test_many_rows_are_left_to_the_sweeper(
    owner, sent_tasks, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("apps.datasets.services.delete._ROWS_AT_ONCE", 9)
    monkeypatch.setattr("apps.datasets.services.file_rows._REMOVED_TOGETHER", 4)
    file, other = make_file(owner, chat_lines(10)), make_file(owner, chat_lines(9))
    with django_capture_on_commit_callbacks(execute=True):
        delete_file(owner.tenant_id, file.id)
        delete_file(owner.tenant_id, other.id)
    left = [count_rows(owner.tenant_id, each.id) for each in (file, other)]

    with CaptureQueriesContext(connection) as queries:
        swept, again = sweep_files(), sweep_files()

    assert (left, stored_objects(owner.tenant_id)) == ([10, 0], [])
    assert sent_tasks == [("datasets.sweep_files", {})]
    assert (swept.removed, again.removed, count_rows(owner.tenant_id, file.id)) == (1, 0, 0)
    assert sum('DELETE FROM "datasets_filerow"' in each["sql"] for each in queries) == 3


def test_another_tenants_file_is_not_found(owner, stranger, django_capture_on_commit_callbacks):
    file = make_file(owner, chat_lines(10))

    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(NotFound):
            get_file(stranger.tenant_id, file.id)
        with pytest.raises(NotFound):
            delete_file(stranger.tenant_id, file.id)
        with pytest.raises(NotFound):
            get_file(owner.tenant_id, file.id, project_id=stranger.project.id)
        validate_file(stranger.tenant_id, file.id)

    assert store.exists(object_key(owner.tenant_id, file.id))
    assert get_file(owner.tenant_id, file.id).rows == 10


def test_the_database_itself_hides_other_tenants_files(owner, stranger):
    file = make_file(owner, chat_lines(10))

    with tenant_scope(stranger.tenant_id):
        assert not File.all_tenants.filter(id=file.id).exists()
        assert File.all_tenants.filter(id=file.id).update(filename="stolen") == 0
    assert not File.all_tenants.filter(id=file.id).exists()


def test_lists_a_project_page_by_page(owner, stranger):
    make_file(stranger, b"x", purpose="evals")
    ids = [make_file(owner, b"x", purpose="evals").id for _ in range(3)]
    make_file(owner, b"x", purpose="batch")

    rows, has_more = list_files(
        owner.tenant_id,
        project_id=owner.project.id,
        purpose="evals",
        page=lambda found: (list(found.order_by("id")[:2]), found.count() > 2),
    )

    assert ([row.id for row in rows], has_more) == (ids[:2], True)


def test_result_file_is_ready_at_once(owner):
    file_id = save_result_file(
        owner.tenant_id, project_id=owner.project.id, filename="step_metrics.csv", chunks=[b"step\n1\n"]
    )

    file = get_file(owner.tenant_id, file_id)
    assert (file.purpose, file.status, file.filename) == (
        "fine-tune-results",
        "processed",
        "step_metrics.csv",
    )


def test_sweep_rings_again_for_what_waits_long(owner, sent_tasks, django_capture_on_commit_callbacks):
    waits = make_file(owner, chat_lines(1), validated=False)
    make_file(owner, chat_lines(1), validated=False)
    age(waits, created_at=timezone.now() - timedelta(minutes=5))

    with django_capture_on_commit_callbacks(execute=True):
        swept = sweep_files()

    assert swept.rung == 1
    assert sent_tasks == [("datasets.validate_file", {"tenant_id": owner.tenant_id, "file_id": waits.id})]


def test_sweep_expires_and_removes(owner):
    expired, deleted = make_file(owner, chat_lines(1)), make_file(owner, chat_lines(1))
    kept = make_file(owner, chat_lines(1))
    age(expired, expires_at=timezone.now())
    delete_file(owner.tenant_id, deleted.id)  # its on-commit removal never runs

    swept, again = sweep_files(), sweep_files()

    assert (swept.expired, swept.removed, again) == (1, 2, (0, 0, 0))
    assert stored_objects(owner.tenant_id) == [kept.id, f"{kept.id}.derived", f"{kept.id}.jsonl"]


def test_expired_file_is_not_found_before_the_sweep(owner):
    file = make_file(owner, chat_lines(1))
    age(file, expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(NotFound):
        get_file(owner.tenant_id, file.id)
