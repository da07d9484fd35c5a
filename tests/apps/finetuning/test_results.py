"""What a job says of its model: warnings before money, the result, and the files at its end."""

import json
from dataclasses import replace
from typing import Any

import pytest

from apps.core.objects import store
from apps.finetuning import selectors
from apps.finetuning.errors import UploadIncomplete
from apps.finetuning.services.claim_job import claim_job
from apps.finetuning.services.end_job import fail_job, succeed_job
from apps.finetuning.services.results import result_links
from apps.metering.selectors import get_balance
from kernel.contracts import RESULT_FILES, Baseline, TrainFailure, TrainReport, TrainResult
from tests.factories.finetuning import GOOD_PARITY, make_file, make_job, upload_adapter

START = 5_000_000
BODY = {"model": "all-minilm-l6-v2", "method": {"type": "classification"}}
WORDS = ["alder", "birch", "cedar", "daisy", "elder", "fern", "grape", "hazel", "iris", "juniper"]
RESULT = TrainResult(
    metric="accuracy",
    value=0.9,
    interval=(0.84, 0.94),
    rows=120,
    baselines=(Baseline(name="base", value=0.4), Baseline(name="ngrams", value=0.8)),
    best_baseline="ngrams",
    verdict="better",
    source="training_file",
    repeated_rows=0,
)


@pytest.fixture(autouse=True)
def quiet(sent_tasks):
    return sent_tasks


def table(rows) -> str:
    return "text,label\n" + "".join(f"{text},{label}\n" for text, label in rows)


def english(count: int, label: str = "a") -> list[tuple[str, str]]:
    """Sentences of which no two are alike."""
    text = "the {} tree of {} stands {} metres from the {} house {}"
    return [
        (text.format(WORDS[n % 10], label, WORDS[n // 10 % 10], WORDS[n % 7], n), label) for n in range(count)
    ]


def quote(owner, client_of, content: str, **changes) -> dict[str, Any]:
    body = BODY | {"training_file": make_file(owner, content)} | changes
    answer = client_of(owner).post("/v1/fine_tuning/quotes", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return {each["code"]: each for each in answer.json()["warnings"]}


def end(owner, lease, **report):
    succeed_job(
        owner.tenant_id,
        lease.spec.job_id,
        fencing_token=lease.fencing_token,
        report=TrainReport(steps=4, trained_tokens=200, train_loss=0.25, **report),
        adapter_name=upload_adapter(owner, lease, 4),
        parity=GOOD_PARITY,
    )


def body_of(owner, client_of, job) -> dict[str, Any]:
    body: dict[str, Any] = client_of(owner).get(f"/v1/fine_tuning/jobs/{job.id}").json()
    return body


def warned(owner, client_of, job) -> list[str]:
    events = client_of(owner).get(f"/v1/fine_tuning/jobs/{job.id}/events?limit=100").json()["data"]
    return [event["message"] for event in events if event["level"] == "warn"]


def test_a_sound_file_has_no_warning(owner, client_of):
    make_job(owner)  # the price book

    assert quote(owner, client_of, table(english(40, "a") + english(40, "b"))) == {}


def test_a_base_that_does_not_know_the_language_is_named_before_money_is_held(owner, client_of):
    make_job(owner)
    titles = [
        "公司业绩大幅增长创下新高",
        "股价暴跌投资者损失惨重",
        "董事会批准新的分红方案",
        "监管部门展开调查",
    ]
    rows = [(f"{titles[n % 4]}第{n}期{titles[n // 4 % 4]}", "ab"[n % 2]) for n in range(80)]

    found = quote(owner, client_of, table(rows))

    assert set(found) >= {"unknown_tokens", "language_not_of_base"}
    assert found["unknown_tokens"]["param"] == "model"
    assert found["unknown_tokens"]["values"]["share"] > 0.3
    assert found["language_not_of_base"]["values"] == {
        "model": "all-minilm-l6-v2",
        "language": "zh",
        "share": 1.0,
    }
    assert "Choose" in found["unknown_tokens"]["message"]


def test_chats_in_a_language_that_the_base_was_not_made_for_are_warned_of(owner, client_of):
    make_job(owner)
    lines = [
        json.dumps(
            {
                "messages": [
                    {"role": "user", "content": f"请问第{n}号订单的包裹现在到哪里了，什么时候能够送到"},
                    {"role": "assistant", "content": f"您好，第{n}号订单已经发货，预计明天下午送达"},
                ]
            },
            ensure_ascii=False,
        )
        for n in range(60)
    ]
    file = make_file(owner, "\n".join(lines), "chats.jsonl")

    chosen = {"model": "finery-nano", "method": {"type": "supervised"}, "training_file": file}

    found = quote(owner, client_of, table(english(10)), **chosen)

    assert found["language_not_of_base"]["values"]["language"] == "zh"


def test_few_rows_labels_with_few_and_with_one_are_named(owner, client_of):
    make_job(owner)

    rows = [*english(20, "many"), *english(3, "few"), ("alone", "single")]

    found = quote(owner, client_of, table(rows))

    assert found["few_rows"]["values"] == {"rows": 24}
    assert found["few_rows_per_label"]["values"] == {"labels": 1, "label": "few", "rows": 3}
    assert found["single_row_labels"]["values"] == {"labels": 1, "label": "single"}
    assert "no_held_out_rows" not in found


@pytest.mark.parametrize(
    "rows",
    [
        [(text, str(n // 3)) for n, (text, _) in enumerate(english(30))],
        [("where is my parcel", "a")] * 10 + [("where is my refund", "b")] * 10,
    ],
)
def test_a_file_of_which_nothing_can_be_held_out_is_warned_of(rows, owner, client_of):
    make_job(owner)

    assert "no_held_out_rows" in quote(owner, client_of, table(rows))


def test_rows_of_the_validation_file_that_are_trained_on_are_counted(owner, client_of):
    make_job(owner)
    training = english(60, "a") + english(60, "b")
    some = make_file(owner, table([training[0], ("quite another thing", "b")]))
    all_of_them = make_file(owner, table([training[0], training[-1]]))

    found = quote(owner, client_of, table(training), validation_file=some)
    nothing_left = quote(owner, client_of, table(training), validation_file=all_of_them)

    assert found["repeated_validation_rows"]["values"] == {"rows": 1}
    assert "no_held_out_rows" not in found
    assert set(nothing_left) == {"repeated_validation_rows", "no_held_out_rows"}


def test_a_new_job_carries_its_warnings_and_says_them(owner, client_of):
    job = make_job(owner)

    warnings = body_of(owner, client_of, job)["finery"]["warnings"]
    assert "few_rows" in [each["code"] for each in warnings]
    assert sorted(warned(owner, client_of, job)) == sorted(each["message"] for each in warnings)


def test_the_result_is_in_the_jobs_object(owner, client_of):
    job = make_job(owner, training_file=make_file(owner, table(english(60, "a") + english(60, "b"))))

    end(owner, claim_job("r1"), result=RESULT, metrics={"heldout_accuracy": 0.9})

    body = body_of(owner, client_of, job)
    assert body["finery"]["result"] == {
        "metric": "accuracy",
        "value": 0.9,
        "interval": [0.84, 0.94],
        "rows": 120,
        "baselines": [{"name": "base", "value": 0.4}, {"name": "ngrams", "value": 0.8}],
        "best_baseline": "ngrams",
        "verdict": "better",
        "source": "training_file",
        "repeated_rows": 0,
        "value_with_repeats": None,
    }
    assert body["finery"]["warnings"] == []


@pytest.mark.parametrize(
    ("verdict", "code"), [("no_better", "no_better_than_baseline"), ("worse", "worse_than_baseline")]
)
def test_a_model_that_is_not_better_than_what_is_cheap_says_so_in_words(verdict, code, owner, client_of):
    job = make_job(owner, training_file=make_file(owner, table(english(60, "a") + english(60, "b"))))

    end(owner, claim_job("r1"), result=replace(RESULT, value=0.7, verdict=verdict))

    body = body_of(owner, client_of, job)
    [warning] = body["finery"]["warnings"]
    assert body["status"] == "succeeded"
    assert (warning["code"], warning["values"]) == (
        code,
        {"rows": 120, "value": 0.7, "baseline": "ngrams", "best": 0.8},
    )
    assert "right on 70.0%, a linear model of character n-grams on 80.0%" in warning["message"]
    assert warned(owner, client_of, job) == [warning["message"]]


def test_a_result_of_few_rows_or_of_none_is_called_that(owner, client_of):
    content = table(english(60, "a") + english(60, "b"))
    few = make_job(owner, training_file=make_file(owner, content))
    end(owner, claim_job("r1"), result=replace(RESULT, rows=12))
    none = make_job(owner, training_file=make_file(owner, content))
    end(owner, claim_job("r1"), result=None)

    codes = [
        [each["code"] for each in body_of(owner, client_of, job)["finery"]["warnings"]] for job in (few, none)
    ]
    assert codes == [["few_held_out_rows"], ["no_held_out_rows"]]


def test_what_the_recipe_wrote_becomes_the_customers_files(owner, client_of):
    job = make_job(owner)
    lease = claim_job("r1")
    links = result_links(owner.tenant_id, job.id, fencing_token=lease.fencing_token, names=list(RESULT_FILES))
    assert set(links) == set(RESULT_FILES)
    for name in RESULT_FILES:
        store.save(f"checkpoints/{job.id}/{name}", [name.encode()])

    end(owner, lease, result=RESULT, result_files=RESULT_FILES)

    body = body_of(owner, client_of, job)
    files = body["finery"]["result_files"]
    assert [each["filename"] for each in files] == ["step_metrics.csv", *RESULT_FILES]
    assert body["result_files"] == [each["id"] for each in files]
    api = client_of(owner)
    for each in files[1:]:
        assert api.get(f"/v1/files/{each['id']}").json()["purpose"] == "fine-tune-results"
        content = api.get(f"/v1/files/{each['id']}/content")
        assert b"".join(content.streaming_content) == each["filename"].encode()


def test_a_result_file_that_is_missing_or_unknown_ends_nothing(owner):
    job = make_job(owner)
    lease = claim_job("r1")

    for names in (("predictions.csv",), ("../../secret",)):
        with pytest.raises(UploadIncomplete):
            end(owner, lease, result_files=names)
    with pytest.raises(UploadIncomplete):
        result_links(owner.tenant_id, job.id, fencing_token=lease.fencing_token, names=["parity.json"])

    assert selectors.get_job(owner.tenant_id, job.id).status == "running"


def test_a_run_that_diverged_fails_at_once_and_costs_nothing(owner, client_of):
    job = make_job(owner)
    lease = claim_job("r1")
    failure = TrainFailure(
        blame="customer", code="training_diverged", message="Training diverged at step 7: ...", param="x"
    )

    fail_job(owner.tenant_id, job.id, fencing_token=lease.fencing_token, failure=failure)

    body = body_of(owner, client_of, job)
    assert (body["status"], body["error"]["code"], body["finery"]["cost_micro_usd"]) == (
        "failed",
        "training_diverged",
        0,
    )
    assert body["finery"]["attempts"] == 1
    assert claim_job("r1") is None
    assert get_balance(owner.tenant_id) == (START, 0)


@pytest.mark.parametrize(
    ("multiplier", "status"), [(0.01, 200), (10, 200), (0.001, 400), (10.5, 400), (100, 400)]
)
def test_multipliers_that_ruin_a_model_are_refused(multiplier, status, owner, client_of):
    make_job(owner)
    chosen = {"hyperparameters": {"learning_rate_multiplier": multiplier}}
    body = BODY | chosen | {"training_file": make_file(owner)}

    answer = client_of(owner).post("/v1/fine_tuning/quotes", body, content_type="application/json")

    assert answer.status_code == status
