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


def refused(owner, client_of, **body):
    body = {"model": "all-minilm-l6-v2", "training_file": "file-x"} | body
    answer = client_of(owner).post("/v1/fine_tuning/jobs", body, format="json")
    assert answer.status_code == 400, answer.content
    return answer.json()["error"]


def test_tuned_model_cannot_be_tuned_further_and_that_is_said(owner, client_of):
    error = refused(owner, client_of, model="ft:all-minilm-l6-v2:acme:x:abcdefgh")

    assert error["param"] == "model"
    assert "not possible yet" in error["message"]
    assert "all-minilm-l6-v2, with a training file" in error["message"]


@pytest.mark.parametrize("method", ["dpo", "reinforcement"])
@pytest.mark.parametrize("is_typed", [True, False])
def test_method_that_is_not_served_is_answered_by_those_that_are(owner, client_of, method, is_typed):
    given = {"type": method if is_typed else "supervised", method: {"hyperparameters": {"beta": 0.1}}}

    error = refused(owner, client_of, method=given)

    assert error["param"] == "method.type"
    assert f"'{method}'" in error["message"]
    assert "supervised and classification" in error["message"]


@pytest.mark.parametrize("suffix", ["模型", "-x", "a/b", "x" * 65, ""])
def test_rule_for_suffixes_is_told(owner, client_of, suffix):
    error = refused(owner, client_of, suffix=suffix)

    assert error["param"] == "suffix"
    assert "up to 64 characters" in error["message"]
