"""Datasets: names over files, and who may touch them."""

import pytest

from apps.audit.models import AuditEvent
from apps.core.tenancy import tenant_scope
from apps.datasets.models import Dataset, File
from apps.datasets.selectors import get_dataset, get_file, live_datasets, summarize
from apps.datasets.services import (
    create_dataset,
    delete_dataset,
    delete_file,
    rename_dataset,
    upload_file,
)
from kernel.errors import NotFound
from tests.factories.datasets import labelled_lines, make_file
from tests.factories.tenants import Owner


def names(owner: Owner) -> list[str]:
    with tenant_scope(owner.tenant_id):
        rows = live_datasets(owner.tenant_id, project_id=owner.project.id).order_by("id")
        return [row.name for row in rows]


def events(owner: Owner, kind: str) -> int:
    with tenant_scope(owner.tenant_id):
        return AuditEvent.objects.for_tenant(owner.tenant_id).filter(type=kind).count()


def add(owner: Owner, dataset_id: str | None, name: str = "more.csv") -> File:
    return upload_file(
        owner.tenant_id,
        project_id=owner.project.id,
        filename=name,
        purpose="fine-tune",
        chunks=[labelled_lines(4)],
        dataset_id=dataset_id,
    )


def test_an_upload_begins_a_dataset_of_its_own(owner):
    file = make_file(owner, labelled_lines(4), filename="intents.csv")

    assert names(owner) == ["intents.csv"]
    assert (file.version, file.operation, file.parents) == (1, {"type": "upload"}, [])


def test_other_purposes_are_no_versions(owner):
    file = make_file(owner, b"x", purpose="user_data")

    assert (file.dataset_id, file.version, names(owner)) == (None, None, [])


def test_versions_count_up_past_deleted_ones(owner):
    dataset = create_dataset(owner.tenant_id, project_id=owner.project.id, name="mine")
    first, second = add(owner, dataset.id), add(owner, dataset.id)
    delete_file(owner.tenant_id, second.id)

    third = add(owner, dataset.id)

    assert [file.version for file in (first, second, third)] == [1, 2, 3]
    [(_, summary)] = summarize(owner.tenant_id, [dataset])
    assert (summary.versions, summary.latest and summary.latest.id) == (2, third.id)


def test_a_foreign_or_missing_dataset_takes_no_version(owner, stranger):
    theirs = create_dataset(stranger.tenant_id, project_id=stranger.project.id, name="theirs")

    for dataset_id in (theirs.id, "dataset_none"):
        with pytest.raises(NotFound, match=f"^No such Dataset object: {dataset_id}$"):
            add(owner, dataset_id)

    with tenant_scope(owner.tenant_id):
        assert not File.objects.for_tenant(owner.tenant_id).exists()
    assert get_dataset(stranger.tenant_id, theirs.id, project_id=stranger.project.id).latest_version == 0


def test_renaming_is_logged(owner):
    dataset = create_dataset(owner.tenant_id, project_id=owner.project.id, name="mine")

    renamed = rename_dataset(owner.tenant_id, dataset.id, project_id=owner.project.id, name="客服")

    assert (renamed.name, names(owner)) == ("客服", ["客服"])
    assert (events(owner, "dataset.created"), events(owner, "dataset.updated")) == (1, 1)


def test_deleting_takes_the_files_along(owner, django_capture_on_commit_callbacks):
    dataset = create_dataset(owner.tenant_id, project_id=owner.project.id, name="mine")
    files = [add(owner, dataset.id), add(owner, dataset.id)]

    with django_capture_on_commit_callbacks(execute=True):
        delete_dataset(owner.tenant_id, dataset.id, project_id=owner.project.id)

    assert names(owner) == []
    for file in files:
        with pytest.raises(NotFound):
            get_file(owner.tenant_id, file.id)
    with tenant_scope(owner.tenant_id):
        rows = File.objects.for_tenant(owner.tenant_id)
        assert set(rows.values_list("filename", "is_stored")) == {("", False)}
        assert Dataset.objects.for_tenant(owner.tenant_id).get(id=dataset.id).name == ""
    assert events(owner, "dataset.deleted") == 1


def test_a_dataset_that_is_only_a_files_name_goes_with_it(owner):
    file = make_file(owner, labelled_lines(4), filename="intents.csv")
    kept = create_dataset(owner.tenant_id, project_id=owner.project.id, name="kept")
    only = add(owner, kept.id, "other.csv")

    for each in (file, only):
        delete_file(owner.tenant_id, each.id)

    assert names(owner) == ["kept"]


def test_the_database_itself_hides_other_tenants_datasets(owner, stranger):
    make_file(owner, labelled_lines(4))

    with tenant_scope(stranger.tenant_id):
        assert not Dataset.all_tenants.exists()
        assert Dataset.all_tenants.update(name="stolen") == 0
