"""Row -> version -> job -> model, both ways, each by one statement."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.tenancy import tenant_scope
from apps.datasets.selectors import get_file, list_rows
from apps.datasets.services import delete_file
from apps.finetuning.models import JobEvent
from apps.finetuning.selectors import get_job
from apps.finetuning.services.claim_job import claim_job
from apps.finetuning.services.end_job import cancel_job
from tests.apps.finetuning.test_job_life import succeed
from tests.factories.datasets import labelled_lines, make_file, make_versions
from tests.factories.finetuning import make_job


@contextmanager
def one_statement() -> Iterator[None]:
    """One statement on the tables of data and jobs; what opens a tenant's transaction is not counted."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        yield
    asked = [q["sql"] for q in captured if "datasets_" in q["sql"] or "finetuning_" in q["sql"]]
    assert len(asked) == 1, asked


@pytest.fixture
def story(owner):
    """A file, a part of it, a model that was trained on the part, and the part's first row."""
    file = make_file(owner, labelled_lines(40), filename="intents.csv")
    sample = {"type": "sample", "file_id": file.id, "rows": 20, "seed": 3, "is_stratified": False}
    [part] = make_versions(owner, file.dataset_id, sample)
    job = make_job(owner, training_file=part.id)
    lease = claim_job("runner")
    assert lease is not None
    succeed(owner, lease)
    [row] = list_rows(owner.tenant_id, part, after=-1, line=0, limit=1).rows
    return file, part, get_job(owner.tenant_id, job.id), row


def test_a_files_lineage(owner, client_of, story):
    file, part, job, _ = story

    with one_statement():
        body = client_of(owner).get(f"/v1/files/{part.id}/lineage").json()

    assert [kin["file_id"] for kin in body["parents"]] == [file.id]
    assert (body["children"], body["dataset_id"], body["version"]) == ([], file.dataset_id, 2)
    assert body["made_by"] == {"operation": part.operation, "parents": [file.id]}
    assert body["jobs"] == [
        {
            "id": job.id,
            "model": job.base_model,
            "status": "succeeded",
            "fine_tuned_model": job.fine_tuned_model,
        }
    ]
    of_file = client_of(owner).get(f"/v1/files/{file.id}/lineage").json()
    assert [kin["file_id"] for kin in of_file["children"]] == [part.id]
    assert (of_file["parents"], of_file["jobs"]) == ([], [])


def test_from_a_row_to_the_models_that_learned_it(owner, client_of, story):
    file, part, job, row = story

    with one_statement():
        body = client_of(owner).get(f"/v1/rows/{row.hash}/lineage").json()

    assert [version["file_id"] for version in body["versions"]] == [file.id, part.id]
    assert [version["version"] for version in body["versions"]] == [1, 2]
    assert body["versions"][1]["line"] == row.line
    assert ([each["id"] for each in body["jobs"]], body["models"]) == ([job.id], [job.fine_tuned_model])


def test_from_a_model_back_to_its_data(owner, client_of, story):
    file, part, job, _ = story

    with one_statement():
        body = client_of(owner).get(f"/v1/models/{job.fine_tuned_model}/lineage").json()

    assert (body["model"], body["job"]["id"], body["training_file"]) == (
        job.fine_tuned_model,
        job.id,
        part.id,
    )
    assert [each["file_id"] for each in body["files"]] == [file.id, part.id]
    assert [each["dataset_name"] for each in body["files"]] == ["intents.csv"] * 2
    assert body["files"][1]["parents"] == [file.id]


def test_deleted_files_leave_the_lineage(owner, client_of, story):
    file, part, job, _ = story
    delete_file(owner.tenant_id, file.id)

    api = client_of(owner)

    assert api.get(f"/v1/files/{file.id}/lineage").status_code == 404
    body = api.get(f"/v1/models/{job.fine_tuned_model}/lineage").json()
    assert [each["file_id"] for each in body["files"]] == [part.id]


def test_equal_rows_of_others_are_not_found(owner, stranger, client_of, story):
    _, _, job, row = story
    make_file(stranger, labelled_lines(3))
    api = client_of(stranger)

    assert api.get(f"/v1/rows/{row.hash}/lineage").json().get("jobs", []) == []
    assert api.get(f"/v1/models/{job.fine_tuned_model}/lineage").status_code == 404
    for name in ("0" * 32, "x" * 32, "0" * 31):
        assert api.get(f"/v1/rows/{name}/lineage").status_code == 404


def test_a_dataset_that_a_job_needs_is_not_deleted(owner, client_of):
    file = make_file(owner, labelled_lines(40))
    job = make_job(owner, training_file=file.id)
    api = client_of(owner)

    refused = api.delete(f"/v1/datasets/{file.dataset_id}")
    assert refused.status_code == 400
    assert job.id in refused.json()["error"]["message"]
    assert get_file(owner.tenant_id, file.id).status == "processed"

    cancel_job(owner.tenant_id, job.id, project_id=owner.project.id)
    gone = api.delete(f"/v1/datasets/{file.dataset_id}")

    assert gone.json() == {"id": file.dataset_id, "object": "dataset", "deleted": True}
    assert api.get(f"/v1/datasets/{file.dataset_id}").status_code == 404
    assert api.get(f"/v1/files/{file.id}").status_code == 404


def test_a_job_warns_of_rows_that_it_validates_and_trains_on(owner):
    training, validation = make_file(owner, labelled_lines(40)), make_file(owner, labelled_lines(29))

    job = make_job(owner, training_file=training.id, validation_file=validation.id)

    with tenant_scope(owner.tenant_id):
        events = JobEvent.objects.for_tenant(owner.tenant_id).filter(job_id=job.id, level="warn")
        [message] = events.filter(message__contains="lines 2").values_list("message", flat=True)
    assert message.startswith("29 rows of the validation file are also in the training file, so the score ")
    assert ": lines 2, 3, 4, 5, " in message
    assert message.endswith("21, ...")


def test_a_job_whose_files_share_nothing_warns_of_nothing(owner):
    training = make_file(owner, labelled_lines(60))
    validation = make_file(owner, b"text,label\nquite other,refund\nnothing alike,delivery\n")

    job = make_job(owner, training_file=training.id, validation_file=validation.id)

    with tenant_scope(owner.tenant_id):
        assert not JobEvent.objects.for_tenant(owner.tenant_id).filter(job_id=job.id, level="warn").exists()
