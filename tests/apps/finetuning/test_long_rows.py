"""Rows that are longer than a job trains on: judged before money is held, by a rule that the caller chose."""

import json
from typing import Any

import pytest

from apps.catalog.selectors import current_price, get_base, token_counter
from apps.catalog.services import sync_price_book
from apps.core.tenancy import tenant_scope
from apps.datasets.selectors import plain_rows
from apps.finetuning.models import FineTuneJob, JobEvent
from apps.finetuning.services.claim_job import claim_job
from apps.metering.selectors import get_balance
from kernel.money import training_cost
from tests.factories.datasets import make_file

NANO, ENCODER = "finery-nano", "all-minilm-l6-v2"
CHOICES = ("cut_end", "keep_ends", "split", "leave_out")


@pytest.fixture(autouse=True)
def prices(db, sent_tasks):
    sync_price_book()


def chat(*texts: str) -> bytes:
    roles = ("user", "assistant")
    messages = [{"role": roles[place % 2], "content": text} for place, text in enumerate(texts)]
    return json.dumps({"messages": messages}).encode()


def chats(owner, *more: bytes):
    short = [chat(f"Where is parcel {number}?", "On its way.") for number in range(12)]
    return make_file(owner, b"\n".join([*short, *more]))


def texts(owner, *more: tuple[str, str]):
    rows = [(f"where is parcel {n}", "track" if n % 2 else "refund") for n in range(20)]
    lines = [json.dumps({"text": text, "label": label}) for text, label in [*rows, *more]]
    return make_file(owner, "\n".join(lines).encode())


def body(file, *, model=NANO, validation=None, **chosen: Any) -> dict[str, Any]:
    method = "supervised" if model == NANO else "classification"
    fields = {
        "model": model,
        "training_file": file.id,
        "method": {"type": method, method: {"hyperparameters": {"n_epochs": 2, **chosen}}},
    }
    return fields | ({"validation_file": validation.id} if validation else {})


def quote(owner, client_of, *args, **chosen):
    return client_of(owner).post("/v1/fine_tuning/quotes", body(*args, **chosen), format="json")


def create(owner, client_of, *args, **chosen):
    return client_of(owner).post("/v1/fine_tuning/jobs", body(*args, **chosen), format="json")


def long_text(words: int) -> str:
    return "parcel late " * (words // 2)


def _lines(file) -> list[bytes]:
    return [data for _, data in plain_rows(file)]


def test_a_refusal_says_how_many_which_and_what_may_be_chosen(owner, client_of):
    file = chats(owner, *(chat(long_text(600 + 10 * number), "Sorry.") for number in range(8)))
    before = get_balance(owner.tenant_id)

    answers = [ask(owner, client_of, file) for ask in (quote, create)]

    for answer in answers:
        error = answer.json()["error"]
        assert (answer.status_code, error["param"]) == (400, "training_file")
        assert error["code"] == "invalid_training_file"
        assert "8 of its 20 rows have more than the 512 tokens" in error["message"]
        assert "lines 13, 14, 15, 16, 17 and 3 more. The longest is line 20 with " in error["message"]
        assert "Raise `max_length` (up to 1024 for finery-nano)" in error["message"]
        assert all(choice in error["message"] for choice in CHOICES)
    with tenant_scope(owner.tenant_id):
        assert not FineTuneJob.objects.for_tenant(owner.tenant_id).exists()
    assert get_balance(owner.tenant_id) == before


def test_long_rows_of_a_validation_file_are_judged_before_money_too(owner, client_of):
    training, validation = chats(owner), chats(owner, chat(long_text(700), "Sorry."))
    before = get_balance(owner.tenant_id)

    for ask in (quote, create):
        error = ask(owner, client_of, training, validation=validation).json()["error"]
        assert error["param"] == "validation_file"
        assert "invalid validation file" in error["message"]
        assert (
            "1 of its 13 rows has more than the 512 tokens that this job trains on: line 13."
            in error["message"]
        )
    assert get_balance(owner.tenant_id) == before

    found = quote(owner, client_of, training, validation=validation, long_rows="leave_out").json()
    assert (found["training_rows"]["over_length_rows"], found["validation_rows"]["left_out_rows"]) == (0, 1)
    assert found["training_rows"]["tokens"] == found["tokens"]  # a validation row costs nothing


def test_a_longer_length_takes_the_rows_whole(owner, client_of):
    file = chats(owner, chat(long_text(700), "Sorry."))

    found = quote(owner, client_of, file, max_length=1024).json()

    counter = token_counter(NANO)
    lines = [json.loads(line) for line in _lines(file)]
    assert found["tokens"] == sum(counter.count_chat(row["messages"]) for row in lines)
    assert found["hyperparameters"] == {
        "n_epochs": 2,
        "batch_size": get_base(NANO).defaults["supervised"].batch_size,
        "learning_rate_multiplier": 1.0,
        "max_length": 1024,
        "long_rows": "refuse",
    }


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"max_length": 1025}, "reads at most 1024 tokens"),
        ({"max_length": 15}, "between 16 and"),
        ({"max_length": 100.5}, "an integer"),
        ({"long_rows": "truncate"}, "not a valid choice"),
        ({"long_rows": "auto"}, "not a valid choice"),
    ],
)
def test_a_length_that_the_base_cannot_read_is_refused_by_name(owner, client_of, chosen, said):
    answer = quote(owner, client_of, chats(owner), **chosen)

    error = answer.json()["error"]
    assert answer.status_code == 400
    assert said in error["message"]
    assert error["param"].endswith(f"hyperparameters.{next(iter(chosen))}")


@pytest.mark.parametrize(
    ("choice", "shortened", "left_out", "examples"),
    [("cut_end", 2, 1, 14), ("keep_ends", 2, 1, 14), ("split", 0, 2, 16), ("leave_out", 0, 3, 12)],
)
def test_a_chat_quote_says_what_becomes_of_rows(owner, client_of, choice, shortened, left_out, examples):
    """An endless question, a long talk, an endless answer."""
    talk = chat(*(long_text(150) for _ in range(8)))
    file = chats(owner, chat(long_text(700), "Sorry."), talk, chat("Tell me all.", long_text(700)))

    found = quote(owner, client_of, file, long_rows=choice).json()

    rows = found["training_rows"]
    assert (rows["rows"], rows["over_length_rows"]) == (15, 3)
    assert [row["line"] for row in rows["over_length"]] == [13, 14, 15]
    assert (rows["shortened_rows"], rows["left_out_rows"], rows["examples"]) == (
        shortened,
        left_out,
        examples,
    )
    short = sum(token_counter(NANO).count_chat(json.loads(line)["messages"]) for line in _lines(file)[:12])
    assert (rows["tokens"] == short) == (examples == 12)
    assert short <= rows["tokens"] <= short + 512 * (examples - 12)
    assert found["trained_tokens"] == 2 * rows["tokens"]
    assert found["amount_micro_usd"] == training_cost(current_price(NANO), 2 * rows["tokens"])


@pytest.mark.parametrize(
    ("choice", "tokens", "examples"),
    [("cut_end", 256, 1), ("keep_ends", 256, 1), ("split", 604, 3), ("leave_out", 0, 0)],
)
def test_a_classifier_quote_is_exact(owner, client_of, choice, tokens, examples):
    file = texts(owner, (long_text(598), "track"))
    counter = token_counter(ENCODER)
    *short, long = [counter.count_text(json.loads(line)["text"]) for line in _lines(file)]
    assert long == 600

    found = quote(owner, client_of, file, model=ENCODER, long_rows=choice).json()

    rows = found["training_rows"]
    assert rows["tokens"] == sum(short) + tokens
    assert rows["examples"] == 20 + examples
    assert rows["shortened_rows"] == (choice in ("cut_end", "keep_ends"))
    assert rows["left_out_rows"] == (choice == "leave_out")


def test_a_label_whose_rows_are_all_left_out_is_named(owner, client_of):
    file = texts(owner, (long_text(598), "rant"), (long_text(700), "rant"), (long_text(598), "track"))

    error = quote(owner, client_of, file, model=ENCODER, long_rows="leave_out").json()["error"]

    assert error["param"] == "training_file"
    assert "would lose every row of the labels 'rant': all have more than 256 tokens" in error["message"]
    assert quote(owner, client_of, file, model=ENCODER, long_rows="cut_end").status_code == 200


def test_too_few_rows_left_is_said_before_money(owner, client_of):
    file = make_file(owner, b"\n".join(chat(long_text(700), f"Sorry {n}.") for n in range(12)))

    error = quote(owner, client_of, file, long_rows="leave_out").json()["error"]

    assert (error["code"], error["param"]) == ("invalid_n_examples", "training_file")
    assert "0 example(s) of at most 512 tokens" in error["message"]
    validation = make_file(owner, chat(long_text(700), "Sorry."))
    error = quote(owner, client_of, chats(owner), validation=validation, long_rows="leave_out").json()[
        "error"
    ]
    assert error["param"] == "validation_file"


def test_a_job_carries_the_choice_to_its_recipe_and_says_it_in_its_log(owner, client_of):
    file = chats(owner, chat(long_text(700), "Sorry."))

    job = create(owner, client_of, file, max_length=300, long_rows="cut_end").json()

    assert job["method"]["supervised"]["hyperparameters"] == job["hyperparameters"]
    assert (job["hyperparameters"]["max_length"], job["hyperparameters"]["long_rows"]) == (300, "cut_end")
    lease = claim_job("r1")
    assert (lease.spec.max_length, lease.spec.long_rows) == (300, "cut_end")
    with tenant_scope(owner.tenant_id):
        said = JobEvent.objects.for_tenant(owner.tenant_id).filter(job_id=job["id"], level="warn")
        assert said.get(code="long_training_rows").message == (
            "Training file: 1 of 13 rows have more than 300 tokens (`long_rows` is cut_end); "
            "shortened: 1, left out: 0; lines 13."
        )
    [warning] = [each for each in job["finery"]["warnings"] if each["code"] == "long_training_rows"]
    assert warning["param"] == "training_file"
    assert warning["values"] == {"rows": 1, "of": 13, "limit": 300, "shortened": 1, "left_out": 0}


def test_one_truth_of_lengths_for_bases_tokens_and_quotes(owner, client_of):
    file = chats(owner, chat(long_text(700), "Sorry."), chat(long_text(1400), "Sorry."))
    client = client_of(owner)

    [base] = [each for each in client.get("/v1/bases").json()["data"] if each["id"] == NANO]
    tokens = client.get(f"/v1/files/{file.id}/tokens", {"model": NANO}).json()
    found = quote(owner, client_of, file, long_rows="leave_out").json()

    assert (base["context_length"], base["max_length"]) == (1024, {"supervised": 512})
    assert (tokens["context_length"], tokens["max_length"]) == (1024, 512)
    assert found["hyperparameters"]["max_length"] == 512
    assert (tokens["over_length_rows"], tokens["over_context_rows"]) == (2, 1)
    assert tokens["over_length"] == found["training_rows"]["over_length"]
    asked = client.get(f"/v1/files/{file.id}/tokens", {"model": NANO, "max_length": 1024}).json()
    assert (asked["max_length"], asked["over_length_rows"]) == (1024, 1)
    bad = client.get(f"/v1/files/{file.id}/tokens", {"model": NANO, "max_length": "many"})
    assert (bad.status_code, bad.json()["error"]["param"]) == (400, "max_length")
