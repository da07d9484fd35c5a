"""What a job may train on, and how many tokens it is."""

import pytest

from apps.datasets.errors import FileNotReady
from apps.datasets.models import File
from apps.datasets.services import (
    TrainableFile,
    count_file_tokens,
    require_known_labels,
    require_trainable,
)
from kernel.contracts import Method
from kernel.errors import BadTrainingData, InvalidRequest, NotFound, TooFewExamples
from tests.factories.datasets import chat_lines, labelled_lines, make_file
from tests.factories.tenants import Owner


def require(
    owner: Owner, file: File, *, method: Method = "supervised", param: str = "training_file"
) -> TrainableFile:
    return require_trainable(owner.tenant_id, file.id, method=method, param=param)


def test_good_file_fits_its_method(owner):
    chat = require(owner, make_file(owner, chat_lines(10)))
    labelled = require(owner, make_file(owner, labelled_lines(10)), method="classification")

    assert (chat.rows, chat.labels) == (10, ())
    assert (labelled.rows, labelled.labels) == (10, ("delivery", "refund"))


def test_too_few_examples_are_told_in_openais_words(owner):
    with pytest.raises(TooFewExamples) as refusal:
        require(owner, make_file(owner, chat_lines(7)))

    assert refusal.value.body()["error"] == {
        "message": "Training file has 7 example(s), but must have at least 10 examples",
        "type": "invalid_request_error",
        "param": "training_file",
        "code": "invalid_n_examples",
    }


def test_validation_file_may_be_short(owner):
    assert require(owner, make_file(owner, chat_lines(3)), param="validation_file").rows == 3


@pytest.mark.parametrize(
    ("content", "method", "says"),
    [
        (
            chat_lines(10),
            "classification",
            "is in the fine-tune-chat format, but the specified fine-tuning job is not using 'supervised' as "
            "the training method (provided method=classification).",
        ),
        (
            labelled_lines(10),
            "supervised",
            "is in the fine-tune-classification format, but the specified fine-tuning job is not using "
            "'classification' as the training method (provided method=supervised).",
        ),
    ],
)
def test_other_methods_format_is_refused(owner, content: bytes, method, says: str):
    file = make_file(owner, content)

    with pytest.raises(BadTrainingData) as refusal:
        require(owner, file, method=method)

    assert refusal.value.message == (
        f"The job failed due to an invalid training file. Input file {file.id} {says}"
    )
    assert (refusal.value.code, refusal.value.param) == ("invalid_training_file", "training_file")


def test_bad_line_is_named_at_job_creation(owner):
    file = make_file(owner, chat_lines(10) + b"\n{")

    with pytest.raises(BadTrainingData, match=r"Invalid file format\. Line 11 is not valid JSON") as refusal:
        require(owner, file, param="validation_file")

    assert refusal.value.context == {"line": 11}
    assert refusal.value.param == "validation_file"


def test_unvalidated_missing_and_foreign_files(owner, stranger):
    waiting = make_file(owner, chat_lines(10), validated=False)
    foreign = make_file(stranger, chat_lines(10))
    other = make_file(owner, b"x", purpose="user_data")

    with pytest.raises(FileNotReady):
        require(owner, waiting)
    with pytest.raises(NotFound, match=f"^No such File object: {foreign.id}$") as missing:
        require(owner, foreign)
    with pytest.raises(InvalidRequest, match="must have 'fine-tune'"):
        require(owner, other)
    assert missing.value.param == "training_file"


def test_validation_labels_must_be_learned(owner):
    training = require(owner, make_file(owner, labelled_lines(10)), method="classification")
    strange = require(
        owner,
        make_file(owner, labelled_lines(4, labels=("refund", "spam"))),
        method="classification",
        param="validation_file",
    )

    require_known_labels(training, training)
    with pytest.raises(BadTrainingData, match="Its labels 'spam' are not in the training file"):
        require_known_labels(training, strange)


class WordCounter:
    """Counts words; refuses a forbidden one."""

    key = "words@1"

    def __init__(self) -> None:
        self.calls = 0

    def count_chat(self, messages, tools=None) -> int:
        return sum(self.count_text(message["content"]) for message in messages)

    def count_text(self, text: str) -> int:
        self.calls += 1
        if "forbidden" in text:
            raise BadTrainingData("The template refuses it.")
        return len(text.split())


def test_tokens_are_counted_once_per_base(owner):
    file = make_file(owner, labelled_lines(9) + b"\n\nthe longest row of all,refund\n")
    counter = WordCounter()

    first = count_file_tokens(owner.tenant_id, file.id, counter)
    again = count_file_tokens(owner.tenant_id, file.id, counter)

    assert (first.rows, first.tokens, first.longest_row_tokens, first.longest_row_line) == (10, 32, 5, 12)
    assert again == first
    assert counter.calls == 10


def test_row_that_the_template_refuses_is_named(owner):
    file = make_file(owner, chat_lines(2) + b"\n" + chat_lines(1, answer="forbidden"))

    with pytest.raises(BadTrainingData, match=r"^Line 3: The template refuses it\.$") as refusal:
        count_file_tokens(owner.tenant_id, file.id, WordCounter())

    assert refusal.value.context == {"line": 3}


def test_file_with_errors_has_no_count(owner):
    file = make_file(owner, b"{")

    with pytest.raises(FileNotReady):
        count_file_tokens(owner.tenant_id, file.id, WordCounter())


def test_a_format_that_no_method_takes_says_what_fits(owner):
    file = make_file(owner, b"text,value\ncold,-3.5\nwarm,21\nhot,40.5\n")

    with pytest.raises(BadTrainingData) as refusal:
        require(owner, file)

    assert refusal.value.message == (
        f"The job failed due to an invalid training file. Input file {file.id} is in the "
        "fine-tune-regression format, which no training method here takes yet: 'supervised' takes chat; "
        "'classification' takes classification."
    )
