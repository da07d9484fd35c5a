"""A file under a base's own template: counts, rows that are too long, what is trained."""

import json
from typing import Any

import pytest

from apps.catalog.selectors import token_counter
from apps.core.objects import store
from apps.datasets.models import FileStatus
from apps.datasets.selectors import get_file
from apps.datasets.services import count_file_tokens, delete_file
from apps.finetuning.services.tokens import count_tokens, read_tokens
from kernel.errors import BadTrainingData
from tests.factories.datasets import chat_lines, labelled_lines, make_file, make_versions, plain_rows

NANO, ENCODER = "finery-nano", "all-minilm-l6-v2"


def ask(owner, client_of, file, model: str = NANO) -> Any:
    return client_of(owner).get(f"/v1/files/{file.id}/tokens", {"model": model})


def chat(*turns: tuple[str, str]) -> bytes:
    return json.dumps({"messages": [{"role": role, "content": text} for role, text in turns]}).encode()


class Counting:
    """A counter that says how often it was asked."""

    def __init__(self, base_id: str) -> None:
        self._inner = token_counter(base_id)
        self.key = self._inner.key
        self.calls = 0

    def count_chat(self, messages, tools=None) -> int:
        self.calls += 1
        return self._inner.count_chat(messages, tools)

    def count_text(self, text: str) -> int:
        self.calls += 1
        return self._inner.count_text(text)


def test_every_row_is_counted_and_shown_with_its_mask(owner, client_of):
    file = make_file(owner, chat_lines(12))

    body = ask(owner, client_of, file).json()

    counter = token_counter(NANO)
    counts = [counter.count_chat(row["messages"]) for row in plain_rows(file)]
    assert (body["object"], body["status"], body["model"]) == ("file.tokens", "ready", NANO)
    assert (body["rows"], body["tokens"], body["max_length"]) == (12, sum(counts), 512)
    assert (body["over_length_rows"], body["over_length"]) == (0, [])
    assert sum(each["rows"] for each in body["histogram"]) == 12
    assert all(
        sum(each["from"] <= count <= each["to"] for each in body["histogram"]) == 1 for count in counts
    )
    assert [row["line"] for row in body["preview"]] == [1, 2, 3]
    trained = "".join(token["text"] for token in body["preview"][0]["tokens"] if token["is_trained"])
    assert "Your order is on its way." in trained
    assert "Where is order" not in trained


def test_rows_beyond_what_a_base_trains_on_are_loud(owner, client_of):
    long = chat(("user", "tell me"), ("assistant", "word " * 2000))
    file = make_file(owner, chat_lines(10) + b"\n\n" + long)

    body = ask(owner, client_of, file).json()

    assert (body["rows"], body["over_length_rows"]) == (11, 1)
    [row] = body["over_length"]
    assert row["line"] == 12
    assert row["tokens"] > body["max_length"]


def test_labelled_texts_have_counts_and_no_mask(owner, client_of):
    file = make_file(owner, labelled_lines(12))

    body = ask(owner, client_of, file, ENCODER).json()

    assert (body["rows"], body["preview"]) == (12, [])
    assert body["tokens"] > 12


def test_a_large_file_is_counted_by_a_task(
    owner, client_of, monkeypatch, sent_tasks, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("apps.finetuning.services.tokens._AT_ONCE_BYTES", 10)
    file = make_file(owner, chat_lines(12))
    with django_capture_on_commit_callbacks(execute=True):
        waiting = [ask(owner, client_of, file).json()["status"] for _ in range(2)]

    count_tokens(owner.tenant_id, file.id, NANO)

    ids = {"tenant_id": owner.tenant_id, "file_id": file.id, "model": NANO}
    assert (waiting, sent_tasks) == (["counting"] * 2, [("finetuning.count_tokens", ids)])
    assert ask(owner, client_of, file).json()["status"] == "ready"


def test_what_a_task_could_not_count_is_told_to_who_asks(owner, client_of, monkeypatch, sent_tasks):
    monkeypatch.setattr("apps.finetuning.services.tokens._AT_ONCE_BYTES", 10)
    file = make_file(owner, chat_lines(12))

    count_tokens(owner.tenant_id, file.id, ENCODER)  # takes no chats

    answer = ask(owner, client_of, file, ENCODER)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("Line 1: ")


def test_rows_that_another_version_has_are_not_counted_again(owner):
    file = make_file(owner, chat_lines(40))
    where = {"type": "sample", "file_id": file.id, "rows": 20, "seed": 3, "is_stratified": False}
    [part] = make_versions(owner, file.dataset_id, where)
    copy = make_file(owner, chat_lines(40))
    more = make_file(owner, chat_lines(40) + b"\n" + chat(("user", "new"), ("assistant", "row")))
    first = Counting(NANO)

    whole = count_file_tokens(owner.tenant_id, file.id, first)
    of_part, of_copy, of_more = Counting(NANO), Counting(NANO), Counting(NANO)
    count_file_tokens(owner.tenant_id, part.id, of_part)
    same = count_file_tokens(owner.tenant_id, copy.id, of_copy)
    count_file_tokens(owner.tenant_id, more.id, of_more)

    assert (first.calls, of_part.calls, of_copy.calls) == (40, 0, 0)
    assert of_more.calls == 41  # neither a version of it, nor the same bytes
    assert same == whole
    counter = token_counter(NANO)
    counts = [counter.count_chat(row["messages"]) for row in plain_rows(part)]
    found = read_tokens(owner.tenant_id, part.id, NANO, project_id=owner.project.id)
    assert found is not None
    assert list(found.counts) == counts


def test_counts_go_with_their_file(owner, django_capture_on_commit_callbacks):
    file = make_file(owner, chat_lines(12))
    count_file_tokens(owner.tenant_id, file.id, token_counter(NANO))
    folder = f"files/{owner.tenant_id}"
    assert [name for name in store.names_in(folder) if name.startswith(file.id)] == [
        file.id,
        f"{file.id}.derived",
        f"{file.id}.jsonl",
    ]

    with django_capture_on_commit_callbacks(execute=True):
        delete_file(owner.tenant_id, file.id)

    assert list(store.objects_in(folder)) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"{", "is not validated"), (b"text,value\na,1\nb,2\nc,3.5\n", "have no token counts")],
)
def test_what_cannot_be_counted_says_why(owner, client_of, content: bytes, says: str):
    file = make_file(owner, content)

    answer = ask(owner, client_of, file)

    assert answer.status_code == 400
    assert says in answer.json()["error"]["message"]


def test_an_unknown_base_is_not_found(owner, client_of):
    file = make_file(owner, chat_lines(3))

    assert ask(owner, client_of, file, "no-such-base").status_code == 404


def test_a_refused_row_is_remembered(owner):
    file = make_file(owner, chat_lines(3))
    assert file.status == FileStatus.PROCESSED
    counter = Counting(ENCODER)

    for _ in range(2):
        with pytest.raises(BadTrainingData, match=r"^Line 1: "):
            count_file_tokens(owner.tenant_id, file.id, counter)

    assert counter.calls == 1
    assert list(get_file(owner.tenant_id, file.id).token_counts) == [counter.key]
