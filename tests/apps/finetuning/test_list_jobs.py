"""The list of jobs, filtered by metadata as OpenAI's clients ask."""

import pytest

from tests.factories.finetuning import make_file, make_job

PAIRS = {
    "plain": None,
    "empty": {},
    "a": {"team": "search", "run": "1"},
    "b": {"team": "search", "run": "2", "note": ""},
    "c": {"team": "Search", "a[b]": "x"},
}


@pytest.fixture
def listed(owner, client_of, sent_tasks):
    """The names of the jobs that a query finds."""
    file_id = make_file(owner)
    names = {
        make_job(owner, training_file=file_id, metadata=pairs, seed=number).id: name
        for number, (name, pairs) in enumerate(PAIRS.items())
    }

    def ask(**query):
        answer = client_of(owner).get("/v1/fine_tuning/jobs", query)
        assert answer.status_code == 200, answer.content
        return {names[job["id"]] for job in answer.json()["data"]}

    return ask


def test_jobs_are_found_by_their_metadata(listed):
    assert listed() == set(PAIRS)
    assert listed(**{"metadata[team]": "search"}) == {"a", "b"}
    assert listed(**{"metadata[team]": "search", "metadata[run]": "2"}) == {"b"}
    assert listed(**{"metadata[note]": ""}) == {"b"}
    assert listed(**{"metadata[team]": "nobody"}) == set()
    assert listed(**{"metadata[missing]": "x"}) == set()


def test_jobs_without_metadata_are_found(listed):
    assert listed(metadata="null") == {"plain", "empty"}


def test_filter_and_page_go_together(listed):
    assert listed(**{"metadata[team]": "search", "limit": 1}) == {"b"}


@pytest.mark.parametrize("query", ["metadata=x", "metadata[a]=1&metadata[a]=2", "metadata[]=x"])
def test_filter_that_cannot_be_read_is_refused(owner, client_of, query):
    answer = client_of(owner).get(f"/v1/fine_tuning/jobs?{query}")

    assert answer.status_code == 400
    assert answer.json()["error"]["param"].startswith("metadata")
