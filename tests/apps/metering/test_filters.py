"""Filters of usage and costs, in OpenAI's words: each works, or is refused."""

import time

import pytest

from apps.metering import ingest
from tests.apps.metering.test_ingest import event_of, funded, price_of, settle
from tests.factories.tenants import make_admin_key, with_key

__all__ = ["funded"]
KINDS = (
    "moderations", "images", "audio_speeches", "audio_transcriptions", "vector_stores",
    "code_interpreter_sessions", "file_search_calls", "web_search_calls",
)  # fmt: skip


@pytest.fixture
def api(funded):
    for number, key in enumerate(["key_a", "key_a", "key_b"]):
        settle(funded, event_of(funded, f"req_{number}", key_id=key))
    settle(funded, event_of(funded, "req_e", operation="embeddings"))
    ingest.ingest_usage(price_of)
    return with_key(make_admin_key(funded))


def results(api, path, **query):
    params = {"start_time": int(time.time()) - 60, **query}
    answer = api.get(f"/v1/organization/{path}", params)
    assert answer.status_code == 200, answer.content
    return [row for bucket in answer.json()["data"] for row in bucket["results"]]


def test_costs_are_those_of_the_keys_that_are_named(api):
    every = results(api, "costs", group_by="api_key_id")
    by_key = {row["api_key_id"]: row["amount_micro_usd"] for row in every}

    [of_a] = results(api, "costs", **{"api_key_ids[]": "key_a"})
    both = results(api, "costs", api_key_ids="key_a,key_b", group_by="api_key_id")

    assert of_a["amount_micro_usd"] == by_key["key_a"] == 2 * by_key["key_b"]
    assert {row["api_key_id"] for row in both} == {"key_a", "key_b"}
    assert results(api, "costs", **{"api_key_ids[]": "key_other"}) == []


def test_no_call_was_in_a_batch(api):
    assert results(api, "usage/completions", batch="true") == []
    [every], [live] = results(api, "usage/completions"), results(api, "usage/completions", batch="false")
    assert every == live
    assert every["num_model_requests"] == 3
    [grouped] = results(api, "usage/completions", **{"group_by[]": ["batch", "service_tier"]})
    assert (grouped["batch"], grouped["service_tier"]) == (False, "default")
    assert (every["batch"], every["service_tier"]) == (None, None)


def test_embeddings_have_their_own_object(api):
    [found] = results(api, "usage/embeddings", group_by="model")

    assert found == {
        "object": "organization.usage.embeddings.result",
        "input_tokens": 10,
        "num_model_requests": 1,
        "project_id": None,
        "user_id": None,
        "api_key_id": None,
        "model": found["model"],
    }
    refused = api.get("/v1/organization/usage/embeddings?start_time=0&batch=true")
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "batch")


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_use_that_there_are_none_of_are_empty_pages(api, kind):
    start = int(time.time()) // 86_400 * 86_400 - 2 * 86_400

    page = api.get(f"/v1/organization/usage/{kind}?start_time={start}&limit=2&group_by[]=project_id").json()

    assert (page["object"], page["has_more"], len(page["data"])) == ("page", True, 2)
    assert [bucket["results"] for bucket in page["data"]] == [[], []]
    last = api.get(f"/v1/organization/usage/{kind}?start_time={start}&page={page['next_page']}").json()
    assert (last["has_more"], last["next_page"]) == (False, None)


@pytest.mark.parametrize(
    ("kind", "query", "param"),
    [
        ("vector_stores", "models[]=x", "models[]"),
        ("moderations", "group_by[]=batch", "group_by[0]"),
        ("images", "group_by[]=size&sources[]=image.edit", None),
        ("file_search_calls", "models[]=x", "models[]"),
        ("web_search_calls", "context_levels[]=low&group_by[]=context_level", None),
        ("completions", "bucket_width=1d&limit=32", "limit"),
        ("completions", "bucket_width=1m&limit=1440", None),
    ],
)
def test_each_kind_takes_its_own_parameters(api, kind, query, param):
    answer = api.get(f"/v1/organization/usage/{kind}?start_time=0&{query}")

    assert answer.status_code == (400 if param else 200)
    assert param is None or answer.json()["error"]["param"] == param
