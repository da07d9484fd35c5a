"""The pieces that every app stands on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import signing

from apps.core.links import key_of_link, signed_link
from apps.core.objects.folder import FolderStore
from apps.datasets.selectors import get_file
from kernel.errors import NotFound
from tests.factories.finetuning import make_file


def token_of(link):
    return link.rsplit("/", 1)[1]


@pytest.mark.parametrize("key", ["../x", "a/../b", "/etc/passwd", "a//b", "", "a/./b", "a\\b", "a\0b"])
def test_no_key_leaves_the_store(tmp_path, key):
    with pytest.raises(ValueError, match="bad object key"):
        FolderStore(tmp_path).path(key)


def test_object_is_written_whole_or_not_at_all(tmp_path):
    store = FolderStore(tmp_path)

    def broken():
        yield b"first half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.save("a/b", broken())
    with pytest.raises(OverflowError):
        store.save("a/b", [b"x" * 10, b"y" * 10], max_bytes=15)

    assert list((tmp_path / "a").iterdir()) == []
    assert store.save("a/b", [b"abc"]).bytes == 3


def test_link_opens_one_object_for_one_verb(settings):
    link = token_of(signed_link("a/b", "GET", timedelta(minutes=1)))

    assert key_of_link(link, "GET") == "a/b"
    for verb in ("PUT", "DELETE", ""):
        with pytest.raises(NotFound):
            key_of_link(link, verb)


def test_expired_link_is_refused():
    link = token_of(signed_link("a/b", "GET", timedelta(seconds=-1)))

    with pytest.raises(NotFound):
        key_of_link(link, "GET")


def test_forged_link_is_refused():
    good = token_of(signed_link("a/b", "GET", timedelta(minutes=1)))
    data, stamp, signature = good.split(":")
    other = signing.dumps({"key": "c/d", "verb": "GET", "seconds": 60}, salt="another").split(":")
    assert key_of_link(good, "GET") == "a/b"

    for token in (
        f"{data}:{stamp}:{signature[:-1]}{'x' if signature[-1] != 'x' else 'y'}",
        f"{data}:{stamp}:",
        f"{data}:{stamp}x:{signature}",
        f"{other[0]}:{stamp}:{signature}",
        ":".join(other),
        "nonsense",
    ):
        with pytest.raises(NotFound):
            key_of_link(token, "GET")


def test_errors_have_the_openai_shape_everywhere(owner, client_of):
    api = client_of(owner)

    for answer, status in [
        (api.get("/v1/nothing"), 404),
        (api.put("/v1/files"), 405),
        (api.post("/v1/fine_tuning/jobs", b"{not json", content_type="application/json"), 400),
        (api.get("/v1/files?limit=0"), 400),
        (api.get("/v1/files?order=up"), 400),
    ]:
        assert answer.status_code == status
        assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
        assert answer["x-request-id"].startswith("req_")


def test_unknown_field_is_named(owner, client_of):
    answer = client_of(owner).post(
        "/v1/fine_tuning/jobs", {"model": "x", "training_file": "y", "colour": 1}, format="json"
    )

    assert answer.json()["error"]["param"] == "colour"
    assert "Unrecognized request argument supplied: colour" in answer.json()["error"]["message"]


def test_lost_bell_does_not_undo_what_was_written(owner, monkeypatch, django_capture_on_commit_callbacks):
    from celery import current_app

    def refuse(*_, **__):
        raise ConnectionError

    monkeypatch.setattr(current_app, "send_task", refuse)

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        file_id = make_file(owner, validated=False)

    assert len(callbacks) == 1
    assert get_file(owner.tenant_id, file_id).status == "uploaded"


def test_messages_go_to_our_broker_from_every_thread(settings):
    from celery import current_app

    with ThreadPoolExecutor(1) as pool:
        broker_urls = {current_app.conf.broker_url, pool.submit(lambda: current_app.conf.broker_url).result()}

    assert broker_urls == {settings.CELERY_BROKER_URL}
