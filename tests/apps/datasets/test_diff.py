"""What changed from one file to another."""

import json
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.objects import store
from apps.datasets.models import File, diff_key, hashes_key
from tests.factories.datasets import make_file


def labelled(texts: list[str]) -> bytes:
    return "\n".join(
        json.dumps({"text": text, "label": "ab"[n % 2]}) for n, text in enumerate(texts)
    ).encode()


def compared(client: Any, old: File, new: File, **query: Any) -> dict[str, Any]:
    """The answer, with how often the rows' hashes were read from the database."""
    path = f"/v1/datasets/{old.dataset_id}/diff"
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path, {"from": old.id, "to": new.id, **query})
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return {**body, "from_database": sum("string_agg" in each["sql"] for each in queries)}


def test_a_difference_is_by_content_and_paged(owner, client_of):
    old = make_file(owner, labelled([f"row {n}" for n in range(10)]))
    lines = (json.dumps({"label": "ab"[n % 2], "text": f"row {n}"}) for n in range(3, 14))
    new = make_file(owner, "\n".join(lines).encode())
    api = client_of(owner)

    whole = compared(api, old, new)
    first = compared(api, old, new, limit=4)
    second = compared(api, old, new, limit=4, after=first["last_number"])
    beyond = compared(api, old, new, after=6)

    assert (whole["added"], whole["removed"], whole["kept"], whole["has_more"]) == (4, 3, 7, False)
    shown = [(row["change"], row["number"], row["row"]["text"]) for row in whole["rows"]]
    assert shown == [("removed", n, f"row {n}") for n in range(3)] + [
        ("added", n - 3, f"row {n}") for n in range(10, 14)
    ]
    assert first["rows"] + second["rows"] == whole["rows"]
    assert (first["has_more"], second["has_more"], second["last_number"]) == (True, False, 6)
    assert (beyond["rows"], beyond["has_more"], beyond["last_number"]) == ([], False, None)


def test_repeated_rows_count_each(owner, client_of):
    old, new = make_file(owner, labelled(list("xyxyp"))), make_file(owner, labelled(list("xyqrqr")))

    found = compared(client_of(owner), old, new)

    assert (found["added"], found["removed"], found["kept"]) == (4, 1, 2)
    shown = [(row["change"], row["number"], row["row"]["text"]) for row in found["rows"]]
    assert shown == [("removed", 4, "p"), *(("added", n, "qr"[n % 2]) for n in range(2, 6))]


def test_files_are_compared_once(owner, client_of):
    old, new = make_file(owner, labelled(list("abcd"))), make_file(owner, labelled(list("abef")))
    kept = compared(client_of(owner), old, new)
    store.delete(diff_key(owner.tenant_id, new.id, old.id))
    for file in (old, new):  # as an earlier release left them
        store.delete(hashes_key(owner.tenant_id, file.id))

    first, again = (compared(client_of(owner), old, new) for _ in range(2))

    assert [answer.pop("from_database") for answer in (kept, first, again)] == [0, 2, 0]
    assert kept == first == again
    assert (first["added"], first["removed"], first["kept"]) == (2, 2, 2)


def test_a_page_of_long_changes_ends_early_and_loses_none(owner, client_of, monkeypatch):
    monkeypatch.setattr("apps.datasets.selectors.rows._PAGE_BYTES", 60)
    old, new = make_file(owner, labelled(list("abcd"))), make_file(owner, labelled(list("efghi")))
    api, shown, after = client_of(owner), [], -1

    while True:
        page = compared(api, old, new, after=after)
        shown.append("".join(row["row"]["text"] for row in page["rows"]))
        after = page["last_number"]
        if not page["has_more"]:
            break

    assert shown == ["ab", "cdef", "gh", "i"]


def test_a_file_that_is_not_read_yet_is_not_compared(owner, client_of):
    old, new = make_file(owner, labelled(list("ab"))), make_file(owner, labelled(list("ac")), validated=False)
    path = f"/v1/datasets/{old.dataset_id}/diff"

    answer = client_of(owner).get(path, {"from": old.id, "to": new.id})

    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (400, "file_not_ready", "to")
    assert not store.exists(diff_key(owner.tenant_id, new.id, old.id))
