"""An upload that something happens to while it is put together."""

import pytest

from apps.datasets.models import File
from apps.datasets.services import complete_upload as completing
from tests.apps.datasets.uploading import age, begun, complete, error_of, objects, rows


@pytest.fixture(autouse=True)
def _sent(sent_tasks):
    return sent_tasks


@pytest.fixture
def api(owner, client_of):
    return client_of(owner)


def test_two_completions_at_once_make_one_file(api, owner, monkeypatch):
    upload_id, part_ids = begun(api)
    put_together, answers = completing._put_together, []

    def overtaken(*args):
        monkeypatch.setattr(completing, "_put_together", put_together)
        answers.append(complete(api, upload_id, part_ids).json())
        return put_together(*args)

    monkeypatch.setattr(completing, "_put_together", overtaken)
    answers.append(complete(api, upload_id, part_ids).json())

    [file] = rows(File, owner)
    assert answers[0] == answers[1]
    assert answers[0]["file"]["id"] == file.id
    assert [key for key in objects(owner) if key.startswith("files/")] == [file.object_key]


def test_cancelling_while_it_is_put_together_makes_no_file(api, owner, monkeypatch):
    upload_id, part_ids = begun(api)
    put_together = completing._put_together

    def overtaken(*args):
        stored = put_together(*args)
        api.post(f"/v1/uploads/{upload_id}/cancel")
        return stored

    monkeypatch.setattr(completing, "_put_together", overtaken)

    assert error_of(complete(api, upload_id, part_ids))[0] == "upload_closed"
    assert rows(File, owner) == []
    assert [key for key in objects(owner) if key.startswith("files/")] == []


def test_a_completion_that_began_in_time_ends_well(api, owner, monkeypatch):
    upload_id, part_ids = begun(api)
    put_together = completing._put_together

    def slow(*args):
        age(owner, upload_id, seconds=1)
        return put_together(*args)

    monkeypatch.setattr(completing, "_put_together", slow)

    assert complete(api, upload_id, part_ids).json()["status"] == "completed"
