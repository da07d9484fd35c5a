"""Datasets over the API: shapes, strict operations, one answer for what is missing and what is foreign."""

from typing import Any

import pytest

from apps.core.tenancy import tenant_scope
from apps.datasets.models import File
from apps.datasets.services import create_dataset
from tests.factories.datasets import labelled_lines, make_file

SPLIT: dict[str, Any] = {
    "type": "split",
    "file_id": "file-x",
    "parts": [{"name": "train", "percent": 80}, {"name": "valid", "percent": 20}],
    "seed": 1,
}
BAD_OPERATIONS: list[tuple[dict[str, Any], str]] = [
    ({"type": "explode"}, "operation.type"),
    ({"type": "sample", "file_id": "f", "rows": 0, "seed": 1}, "operation.rows"),
    ({"type": "sample", "file_id": "f", "rows": 5}, "operation.seed"),
    ({"type": "sample", "file_id": "f", "rows": 5, "seed": 1, "extra": 1}, "operation.extra"),
    ({"type": "fix", "file_id": "f", "fixes": ["burn"]}, "operation.fixes[0]"),
    ({"type": "fix", "file_id": "f", "fixes": []}, "operation.fixes"),
    ({"type": "map", "file_id": "f", "mapping": {"format": "x", "columns": {}}}, "operation.mapping.format"),
    ({"type": "filter", "file_id": "f", "where": {}}, "operation.where"),
    ({"type": "filter", "file_id": "f", "where": {"languages": ["English"]}}, "operation.where.languages[0]"),
    ({**SPLIT, "parts": SPLIT["parts"][:1]}, "operation.parts"),
    ({**SPLIT, "parts": [{"name": "a", "percent": 50}] * 2}, "operation.parts"),
    ({**SPLIT, "parts": [{"name": n, "percent": 30} for n in "ab"]}, "operation.parts"),
    ({**SPLIT, "parts": [{"name": n, "percent": 50} for n in ("a", "../b")]}, "operation.parts[1].name"),
    ({"type": "merge", "file_ids": ["f"]}, "operation.file_ids"),
    ({"type": "merge", "file_ids": ["f", "f"]}, "operation.file_ids"),
    ({"type": "augment", "file_id": "f", "seed": 1, "methods": ["synonyms"]}, "operation"),
    ({"type": "relabel", "file_id": "f"}, "operation"),
    ({"type": "relabel", "file_id": "f", "rows": [{"line": 0, "label": "a"}]}, "operation.rows[0].line"),
    (
        {"type": "augment", "file_id": "f", "seed": 1, "methods": ["magic"], "percent": 5},
        "operation.methods[0]",
    ),
]


def test_a_dataset_is_made_named_and_listed(owner, client_of):
    api = client_of(owner)

    made = api.post("/v1/datasets", {"name": "mine"}, format="json").json()
    renamed = api.post(f"/v1/datasets/{made['id']}", {"name": "ours"}, format="json").json()
    listed = api.get("/v1/datasets").json()

    assert {key: made[key] for key in ("object", "name", "latest", "versions")} == {
        "object": "dataset",
        "name": "mine",
        "latest": None,
        "versions": 0,
    }
    assert renamed == {**made, "name": "ours"}
    assert api.get(f"/v1/datasets/{made['id']}").json() == renamed
    assert (listed["data"], listed["has_more"], listed["first_id"]) == ([renamed], False, made["id"])


def test_versions_are_listed_newest_first(owner, client_of):
    api, file = client_of(owner), make_file(owner, labelled_lines(12), filename="intents.csv")
    path = f"/v1/datasets/{file.dataset_id}/versions"
    operation = {"type": "sample", "file_id": file.id, "rows": 5, "seed": 1}

    made = api.post(path, {"operation": operation}, format="json").json()["data"]
    listed = api.get(path).json()["data"]

    assert listed == [
        made[0],
        {
            "object": "dataset.version",
            "dataset_id": file.dataset_id,
            "version": 1,
            "file_id": file.id,
            "filename": "intents.csv",
            "status": "processed",
            "status_details": None,
            "format": "classification",
            "rows": 12,
            "bytes": file.bytes,
            "created_at": int(file.created_at.timestamp()),
            "made_by": {"operation": {"type": "upload"}, "parents": []},
        },
    ]
    assert (made[0]["version"], made[0]["status"], made[0]["bytes"]) == (2, "uploaded", 0)
    assert made[0]["made_by"] == {"operation": {**operation, "is_stratified": False}, "parents": [file.id]}


def test_a_list_of_datasets_takes_as_many_queries_as_one(owner, client_of, django_assert_max_num_queries):
    for _ in range(5):
        make_file(owner, labelled_lines(4))
    api = client_of(owner)
    api.get("/v1/datasets")

    with django_assert_max_num_queries(20):
        answer = api.get("/v1/datasets").json()

    assert [row["versions"] for row in answer["data"]] == [1] * 5


@pytest.mark.parametrize(("operation", "param"), BAD_OPERATIONS)
def test_a_bad_operation_is_refused_by_its_field(owner, client_of, operation: dict[str, Any], param: str):
    dataset = create_dataset(owner.tenant_id, project_id=owner.project.id, name="mine")

    answer = client_of(owner).post(
        f"/v1/datasets/{dataset.id}/versions", {"operation": operation}, format="json"
    )

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
    with tenant_scope(owner.tenant_id):
        assert not File.objects.for_tenant(owner.tenant_id).exists()


def test_only_files_of_the_project_are_operated_on(owner, stranger, client_of):
    dataset = create_dataset(owner.tenant_id, project_id=owner.project.id, name="mine")
    foreign = make_file(stranger, labelled_lines(4))
    api = client_of(owner)

    def ask(file_id: str) -> Any:
        operation = {"type": "sample", "file_id": file_id, "rows": 5, "seed": 1}
        return api.post(f"/v1/datasets/{dataset.id}/versions", {"operation": operation}, format="json")

    assert ask(foreign.id).status_code == ask("file-none").status_code == 404
    assert ask(foreign.id).content.replace(foreign.id.encode(), b"file-none") == ask("file-none").content


def test_a_viewer_of_no_key_gets_nothing(client, db):
    for path in ("/v1/datasets", "/v1/datasets/dataset_x/versions", "/v1/files/file-x/rows"):
        assert client.get(path).status_code == 401
