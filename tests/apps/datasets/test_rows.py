"""Rows as they are shown, found, compared and taken elsewhere, over the API."""

import csv
import io
import json
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.datasets.models import File
from apps.datasets.selectors import find_repeated_rows, get_file
from apps.datasets.services import compare_files
from tests.factories.datasets import chat_lines, labelled_lines, make_file, make_versions
from tests.workers.doctor.hostile.archives import archive_of
from tests.workers.doctor.hostile.media import picture

FORMULAS = [
    {"text": "=HYPERLINK(1)", "label": "+1"},
    {"text": "-2+3", "label": "@SUM(A1)"},
    {"text": "\tcmd", "label": "＝1+1"},
    {"text": "plain, with = inside", "label": 'say "hi"'},
]


def jsonl(rows: list[dict[str, Any]]) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


@pytest.fixture
def api(owner, client_of):
    client = client_of(owner)

    def get(path: str, **query: Any) -> Any:
        answer = client.get(path, query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return get


def numbers(page: dict[str, Any]) -> list[int]:
    return [row["number"] for row in page["data"]]


def test_rows_come_page_by_page_with_their_lines(owner, api):
    file = make_file(owner, b"\n" + jsonl([{"text": f"row {n}", "label": "ab"[n % 2]} for n in range(7)]))
    path = f"/v1/files/{file.id}/rows"

    first = api(path, limit=3)
    rest = api(path, limit=5, after=first["last_number"])

    assert first["data"][0] == {
        "object": "file.row",
        "number": 0,
        "line": 2,
        "hash": first["data"][0]["hash"],
        "row": {"text": "row 0", "label": "a"},
        "findings": [],
    }
    assert len(first["data"][0]["hash"]) == 32
    assert (numbers(first), first["has_more"], first["last_number"]) == ([0, 1, 2], True, 2)
    assert (numbers(rest), rest["has_more"]) == ([3, 4, 5, 6], False)
    assert numbers(api(path, line=5)) == [3, 4, 5, 6]


def test_rows_are_found_by_what_they_say_in_any_width(owner, api):
    rows = [{"text": f"退款 {n} ＡＢＣ", "label": "钱"} for n in range(3)] + [
        {"text": f"parcel {n}", "label": "text"} for n in range(3)
    ]
    file = make_file(owner, jsonl(rows))
    path = f"/v1/files/{file.id}/rows"

    assert numbers(api(path, search="abc")) == [0, 1, 2]
    assert numbers(api(path, search="款 1")) == [1]
    assert numbers(api(path, search="PARCEL")) == [3, 4, 5]
    assert numbers(api(path, search="text")) == [3, 4, 5]  # a value, not the name of a field
    assert numbers(api(path, label="钱")) == [0, 1, 2]
    assert numbers(api(path, label="钱", search="2")) == [2]
    assert api(path, search="nowhere") == {"object": "list", "data": [], "has_more": False, "last_number": 5}


def test_pictures_are_found_by_name_and_label_and_by_no_digit_of_their_digest(owner, api):
    file = make_file(owner, archive_of({"cats/one.png": picture()}), filename="pets.zip")
    path = f"/v1/files/{file.id}/rows"
    [shown] = api(path)["data"]

    assert numbers(api(path, search="CATS")) == [0]
    assert numbers(api(path, search=shown["row"]["sha256"][:2])) == []


def test_a_search_goes_on_where_it_stopped(owner, api, monkeypatch):
    monkeypatch.setattr("apps.datasets.selectors.rows._SEARCH_BYTES", 100)
    file = make_file(owner, labelled_lines(40))
    path, found, after, pages = f"/v1/files/{file.id}/rows", [], -1, 0

    while True:
        page = api(path, search="message 3", after=after)
        found += numbers(page)
        pages, after = pages + 1, page["last_number"]
        if not page["has_more"]:
            break

    assert found == [3, *range(30, 40)]
    assert pages > 5


def test_long_rows_that_were_found_come_on_the_next_page(owner, api, monkeypatch):
    monkeypatch.setattr("apps.datasets.selectors.rows._PAGE_BYTES", 120)
    file = make_file(owner, labelled_lines(12))
    path, found, after = f"/v1/files/{file.id}/rows", [], -1

    while True:
        page = api(path, search="message", after=after)
        found.append(numbers(page))
        after = page["last_number"]
        if not page["has_more"]:
            break

    assert [number for each in found for number in each] == list(range(12))
    assert max(len(each) for each in found) == 2


def test_rows_from_any_line_on_are_found_without_reading_those_before(owner, api):
    lines = ["" if n % 7 == 3 else json.dumps({"text": f"row {n}", "label": "ab"[n % 2]}) for n in range(300)]
    file = make_file(owner, "\n".join(lines).encode())
    sound = [line for line, text in enumerate(lines, start=1) if text]
    path = f"/v1/files/{file.id}/rows"

    for line in (0, 1, 4, 5, 150, 298, 299, 300, 301, 2**31 - 1):
        with CaptureQueriesContext(connection) as queries:
            page = api(path, line=line, limit=2)
        expected = [each for each in sound if each >= line][:2]
        assert [row["line"] for row in page["data"]] == expected, line
        assert not any('"line" >=' in each["sql"] for each in queries)
        assert len(queries) < 40  # 9 of them halve the file
    assert numbers(api(path, line=5, after=100, limit=1)) == [101]


def test_bad_rows_are_shown_with_what_is_wrong(owner, api):
    file = make_file(owner, chat_lines(2) + b'\n{"messages": []}\n{"messages": 5}\n')

    page = api(f"/v1/files/{file.id}/rows", only="bad")

    assert [(row["number"], row["line"], row["hash"], row["row"]) for row in page["data"]] == [
        (0, 3, None, {"messages": []}),
        (1, 4, None, {"messages": 5}),
    ]
    assert page["data"][0]["findings"][0]["code"] == "empty_messages"
    assert numbers(api(f"/v1/files/{file.id}/rows", only="bad", after=0)) == [1]
    assert numbers(api(f"/v1/files/{file.id}/rows")) == [0, 1]


@pytest.mark.parametrize(
    ("name", "value"), [("limit", "0"), ("limit", "101"), ("after", "x"), ("only", "good"), ("sort", "1")]
)
def test_bad_queries_are_refused(owner, client_of, name: str, value: str):
    file = make_file(owner, labelled_lines(4))

    answer = client_of(owner).get(f"/v1/files/{file.id}/rows", {name: value})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, name)


def test_a_mapping_is_tried_and_nothing_is_kept(owner, client_of):
    file = make_file(owner, "问题,答案\n退款吗,可以\n几天,三天\n".encode())
    mapping = {"format": "chat", "columns": {"prompt": ["问题"], "response": ["答案"]}}

    answer = client_of(owner).post(f"/v1/files/{file.id}/mapping", {"mapping": mapping}, format="json").json()

    assert (answer["object"], answer["error_count"], len(answer["rows"])) == ("mapping.preview", 0, 2)
    assert [message["content"] for message in answer["rows"][0]["row"]["messages"]] == ["退款吗", "可以"]
    assert get_file(owner.tenant_id, file.id).mapping == file.mapping


def test_a_mapping_becomes_a_version(owner):
    file = make_file(owner, "a,b\n退款吗,可以\n几天,三天\n".encode())
    mapping = {"format": "chat", "columns": {"prompt": ["a"], "response": ["b"]}}

    [mapped] = make_versions(owner, file.dataset_id, {"type": "map", "file_id": file.id, "mapping": mapping})

    assert (mapped.status, mapped.format, mapped.rows) == ("processed", "chat", 2)


def test_overlap_is_found_by_a_task(owner, api, sent_tasks, django_capture_on_commit_callbacks):
    one, other = make_file(owner, labelled_lines(12)), make_file(owner, labelled_lines(3))
    path = f"/v1/files/{other.id}/overlap"
    with django_capture_on_commit_callbacks(execute=True):
        waiting = api(path, **{"with": one.id})
        api(path, **{"with": one.id})

    compare_files(owner.tenant_id, other.id, one.id)

    found = api(path, **{"with": one.id})
    ids = {"tenant_id": owner.tenant_id, "file_id": other.id, "other_id": one.id}
    assert sent_tasks == [("datasets.compare_files", ids)]
    assert (waiting["status"], found["status"], found["exact"]) == ("comparing", "ready", 3)
    assert found["rows"][0] == {"line": 2, "with_line": 2, "kind": "exact"}


def test_repeated_questions_are_found_whatever_the_answer(owner):
    one = make_file(owner, jsonl([{"text": f"Row {n}", "label": "ab"[n % 2]} for n in range(6)]))
    other = make_file(owner, jsonl([{"text": f"ROW  {n}", "label": "ba"[n % 2]} for n in range(4, 9)]))

    assert find_repeated_rows(owner.tenant_id, other.id, one.id) == (2, [1, 2])


def export(owner, client_of, file: File, form: str) -> bytes:
    answer = client_of(owner).get(f"/v1/files/{file.id}/export", {"format": form})
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="train.{form}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    return b"".join(answer.streaming_content)


def test_formulas_leave_as_text(owner, client_of):
    file = make_file(owner, jsonl(FORMULAS))
    assert file.status == "processed", file.report

    rows = list(csv.reader(io.StringIO(export(owner, client_of, file, "csv").decode("utf-8-sig"))))

    assert rows[0] == ["text", "label"]
    assert rows[1:3] == [["'=HYPERLINK(1)", "'+1"], ["'-2+3", "'@SUM(A1)"]]
    assert rows[3][1] == "'＝1+1"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    assert rows[4] == ["plain, with = inside", 'say "hi"']


def test_exports_hold_every_row(owner, client_of):
    file = make_file(owner, b"\n\n" + chat_lines(12))

    lines = export(owner, client_of, file, "jsonl").splitlines()
    (_columns := pq.read_table(io.BytesIO(export(owner, client_of, file, "parquet"))).to_pylist())

    assert len(lines) == len(_columns) == 12
    assert [json.loads(row["messages"]) for row in _columns] == [
        json.loads(line)["messages"] for line in lines
    ]


def test_numbers_stay_numbers(owner, client_of):
    file = make_file(owner, b"text,value\ncold,-3.5\nwarm,21\nhot,40\n")
    assert (file.status, file.format) == ("processed", "regression")

    rows = export(owner, client_of, file, "csv").decode("utf-8-sig").splitlines()
    table = pq.read_table(io.BytesIO(export(owner, client_of, file, "parquet")))

    assert rows[1] == "cold,-3.5"
    assert table.column("value").to_pylist() == [-3.5, 21.0, 40.0]


def test_an_unknown_format_is_refused(owner, client_of):
    file = make_file(owner, labelled_lines(4))

    answer = client_of(owner).get(f"/v1/files/{file.id}/export", {"format": "exe"})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "format")


BAD = b"\n".join([b'{"messages": []}'] * 12)
UNREADABLE = b'{"messages": [}\n' * 3


@pytest.mark.parametrize(
    "query", ["", "?line=3", "?after=2", "?search=x", "?label=x", "?line=9&after=9&limit=1"]
)
@pytest.mark.parametrize(
    ("content", "purpose"),
    [(BAD, "fine-tune"), (UNREADABLE, "fine-tune"), (b"\xff\xfe\x00", "fine-tune"), (b"hi", "user_data")],
)
def test_file_without_valid_rows_has_an_empty_list(owner, client_of, content, purpose, query):
    file = make_file(owner, content, purpose=purpose)

    answer = client_of(owner).get(f"/v1/files/{file.id}/rows{query}")

    assert answer.status_code == 200
    assert answer.json() == {"object": "list", "data": [], "has_more": False, "last_number": None}


@pytest.mark.parametrize("query", ["", "?line=3", "?after=2", "?search=x"])
def test_rows_of_a_file_that_is_still_being_read_are_refused_in_words(owner, client_of, query):
    file = make_file(owner, BAD, validated=False)

    answer = client_of(owner).get(f"/v1/files/{file.id}/rows{query}")

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "file_not_ready")
