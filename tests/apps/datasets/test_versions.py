"""Versions that operations make: promised by a request, made by a task, whole or not at all."""

from functools import partial

import pytest

from apps.core.objects import store
from apps.core.tenancy import tenant_scope
from apps.datasets.errors import FileHasErrors, FileNotReady, FormatsDiffer, ProjectFull
from apps.datasets.models import File, FileRow
from apps.datasets.selectors import get_file
from apps.datasets.services import create_versions, delete_file, sweep_files, validate_file
from kernel.errors import InvalidRequest, NotFound
from tests.apps.datasets.crashing import dies
from tests.factories.datasets import chat_lines, labelled_lines, make_file, make_versions, plain_rows
from tests.factories.tenants import Owner, make_owner

BROKEN = labelled_lines(12) + b"\nno label,\n"


def rows_in_database(file: File) -> list[tuple[int, int, bytes, bytes | None]]:
    with tenant_scope(file.tenant_id):
        rows = FileRow.objects.for_tenant(file.tenant_id).filter(file_id=file.id).order_by("number")
        return [
            (row.number, row.line, bytes(row.hash), bytes(row.source_hash) if row.source_hash else None)
            for row in rows
        ]


def count_files(owner: Owner) -> int:
    with tenant_scope(owner.tenant_id):
        return File.objects.for_tenant(owner.tenant_id).count()


def sample(file: File, rows: int = 5) -> dict[str, object]:
    return {"type": "sample", "file_id": file.id, "rows": rows, "seed": 7, "is_stratified": False}


def test_a_version_is_promised_at_once_and_made_later(owner, sent_tasks, django_capture_on_commit_callbacks):
    file = make_file(owner, labelled_lines(12), filename="intents.csv")

    with django_capture_on_commit_callbacks(execute=True):
        [promised] = create_versions(
            owner.tenant_id, str(file.dataset_id), sample(file), project_id=owner.project.id
        )

    assert (promised.status, promised.bytes, promised.version) == ("uploaded", 0, 2)
    assert (promised.filename, promised.parents) == ("intents.jsonl", [file.id])
    assert sent_tasks == [("datasets.validate_file", {"tenant_id": owner.tenant_id, "file_id": promised.id})]
    validate_file(owner.tenant_id, promised.id)
    made = get_file(owner.tenant_id, promised.id)
    assert (made.status, made.format, made.rows, made.operation) == (
        "processed",
        "classification",
        5,
        sample(file),
    )
    assert all(row in plain_rows(file) for row in plain_rows(made))
    with store.open(made.object_key) as content:
        assert len(content.read()) == made.bytes > 0
    assert len(made.sha256) == 64


def test_a_split_makes_a_version_for_each_part(owner):
    file = make_file(owner, labelled_lines(40), filename="intents.csv")
    operation = {
        "type": "split",
        "file_id": file.id,
        "parts": [{"name": "train", "percent": 75}, {"name": "valid", "percent": 25}],
        "seed": 1,
        "is_stratified": True,
    }

    train, valid = make_versions(owner, file.dataset_id, operation)

    assert [(each.filename, each.version, each.rows) for each in (train, valid)] == [
        ("intents.train.jsonl", 2, 30),
        ("intents.valid.jsonl", 3, 10),
    ]
    together = plain_rows(train) + plain_rows(valid)
    assert sorted(row["text"] for row in together) == sorted(row["text"] for row in plain_rows(file))
    assert (train.operation["part"], valid.operation["part"]) == ("train", "valid")


def test_a_mended_row_knows_the_row_that_it_was(owner):
    file = make_file(owner, b"text,label\nhello there,Greet\nhow much is it,price\nbye now,greet\n")
    fix = {"type": "fix", "file_id": file.id, "fixes": ["unify_labels"]}

    [mended] = make_versions(owner, file.dataset_id, fix)

    before = {number: digest for number, _, digest, _ in rows_in_database(file)}
    after = rows_in_database(mended)
    assert [row["label"].casefold() for row in plain_rows(mended)] == ["greet", "price", "greet"]
    assert len({row["label"] for row in plain_rows(mended)}) == 2
    changed = [(number, source) for number, _, _, source in after if source]
    assert len(changed) == 1
    assert [source for _, source in changed] == [before[number] for number, _ in changed]


def test_broken_rows_are_dropped_by_a_fix(owner):
    file = make_file(owner, BROKEN)
    assert file.status == "error"

    [mended] = make_versions(
        owner, file.dataset_id, {"type": "fix", "file_id": file.id, "fixes": ["drop_rows"]}
    )

    assert (mended.status, mended.rows) == ("processed", 12)
    assert get_file(owner.tenant_id, file.id).status == "error"


def test_an_operation_that_leaves_nothing_says_so(owner):
    file = make_file(owner, labelled_lines(12))
    where = {"contains": "nowhere in it"}

    [made] = make_versions(owner, file.dataset_id, {"type": "filter", "file_id": file.id, "where": where})

    assert (made.status, made.bytes, made.rows) == ("error", 0, None)
    assert made.status_details == made.report["errors"][0]["message"] != ""


def test_a_source_deleted_meanwhile_ends_the_promise(owner):
    file = make_file(owner, labelled_lines(12))
    [promised] = create_versions(
        owner.tenant_id, str(file.dataset_id), sample(file), project_id=owner.project.id
    )
    delete_file(owner.tenant_id, file.id)

    validate_file(owner.tenant_id, promised.id)

    made = get_file(owner.tenant_id, promised.id)
    assert (made.status, made.report["errors"][0]["code"]) == ("error", "source_deleted")


def test_what_cannot_be_done_is_refused_and_promises_nothing(owner, stranger):
    good, waiting = make_file(owner, labelled_lines(12)), make_file(owner, chat_lines(3), validated=False)
    broken, chat = make_file(owner, BROKEN), make_file(owner, chat_lines(12))
    foreign, other = make_file(stranger, labelled_lines(12)), make_file(owner, b"x", purpose="evals")
    before = count_files(owner)
    merge = {"type": "merge", "file_ids": [good.id, chat.id], "drop_duplicates": False}

    for operation, error, says in (
        (sample(waiting), FileNotReady, "still being read"),
        (sample(broken), FileHasErrors, "has errors"),
        (sample(foreign), NotFound, "No such File object"),
        (sample(other), InvalidRequest, "must have the purpose 'fine-tune'"),
        (merge, FormatsDiffer, "different formats"),
    ):
        with pytest.raises(error, match=says):
            create_versions(owner.tenant_id, str(good.dataset_id), operation, project_id=owner.project.id)

    assert count_files(owner) == before


def test_a_bad_file_is_given_up_after_three_attempts(owner, monkeypatch):
    file = make_file(owner, labelled_lines(12), validated=False)
    from apps.datasets.services import doctor

    def fail(*_: object) -> None:
        raise doctor.DoctorFailed("a bug of ours")

    monkeypatch.setattr(doctor, "run", fail)
    for _ in range(3):
        with pytest.raises(doctor.DoctorFailed):
            validate_file(owner.tenant_id, file.id)
        assert get_file(owner.tenant_id, file.id).status == "uploaded"
    validate_file(owner.tenant_id, file.id)

    given_up = get_file(owner.tenant_id, file.id)
    assert (given_up.status, given_up.report["errors"][0]["code"]) == ("error", "could_not_be_read")
    assert "three times" in str(given_up.status_details)


def test_too_much_to_read_is_the_customers_to_know(owner, monkeypatch):
    file = make_file(owner, labelled_lines(12), validated=False)
    from apps.datasets.services import doctor

    def be_killed(*_: object) -> None:
        raise doctor.TooLargeToRead

    monkeypatch.setattr(doctor, "run", be_killed)
    validate_file(owner.tenant_id, file.id)

    read = get_file(owner.tenant_id, file.id)
    assert (read.status, read.attempts, read.report["errors"][0]["code"]) == ("error", 1, "too_large_to_read")


def test_one_task_reads_a_file_at_a_time(owner):
    from apps.datasets.services.leases import claim_file, release_file

    file = make_file(owner, labelled_lines(12), validated=False)

    assert claim_file(owner.tenant_id, file.id) is not None
    assert claim_file(owner.tenant_id, file.id) is None
    validate_file(owner.tenant_id, file.id)
    assert get_file(owner.tenant_id, file.id).status == "uploaded"
    release_file(owner.tenant_id, file.id)
    validate_file(owner.tenant_id, file.id)
    assert get_file(owner.tenant_id, file.id).status == "processed"


@pytest.mark.django_db(transaction=True)
def test_a_crash_between_any_two_steps_loses_nothing(monkeypatch, sent_tasks):
    owner = make_owner()
    file = make_file(owner, labelled_lines(12))
    wanted, step = None, 0
    while True:
        step += 1
        [promised] = create_versions(
            owner.tenant_id, str(file.dataset_id), sample(file), project_id=owner.project.id
        )
        died, _ = dies(monkeypatch, store, step, partial(validate_file, owner.tenant_id, promised.id))
        with tenant_scope(owner.tenant_id):  # the lease of a task that died runs out
            File.objects.for_tenant(owner.tenant_id).filter(id=promised.id).update(leased_until=None)
        validate_file(owner.tenant_id, promised.id)

        made = get_file(owner.tenant_id, promised.id)
        state = (made.status, made.rows, made.sha256, rows_in_database(made), plain_rows(made))
        wanted = wanted or state
        assert state == wanted
        if not died:
            break

    assert (made.status, made.rows, len(wanted[3])) == ("processed", 5, 5)
    assert step > 8
    assert sweep_files().rung == 0


def test_a_full_project_takes_no_more_versions(owner, settings):
    file = make_file(owner, labelled_lines(12))
    settings.MAX_PROJECT_BYTES = 2 * file.bytes - 1

    with pytest.raises(ProjectFull):
        create_versions(owner.tenant_id, str(file.dataset_id), sample(file), project_id=owner.project.id)

    assert count_files(owner) == 1


HALF = b"review;points\n" + b"".join(
    f"The stay number {n} was noted by us;{'4.5' if n % 2 else '4,5'}\n".encode() for n in range(12)
)


@pytest.mark.parametrize(
    ("content", "mapping", "rows", "code"),
    [
        (HALF, {"format": "regression", "columns": {"text": ["review"], "value": ["points"]}}, 6,
         "invalid_number"),
        (b'{"text": "a longer text to read", "genres": [{"a": 1}]}\n' * 4,
         {"format": "classification", "columns": {"text": ["text"], "label": ["genres"]}}, 0, "invalid_type"),
        (HALF, {"format": "chat", "columns": {"prompt": ["review"], "response": ["points"]}}, 12, None),
    ],
)  # fmt: skip
def test_a_mapped_version_has_the_format_that_was_chosen(owner, content, mapping, rows, code):
    file = make_file(owner, content, filename="half.jsonl")
    [mapped] = make_versions(owner, file.dataset_id, {"type": "map", "file_id": file.id, "mapping": mapping})

    assert (mapped.format, len(plain_rows(mapped)) if rows else 0) == (mapping["format"], rows)
    assert {error["code"] for error in mapped.report["errors"]} == ({code} if code else set())

    if code == "invalid_number":
        operation = {"type": "fix", "file_id": mapped.id, "fixes": ["numbers_from_text"]}
        [fixed] = make_versions(owner, file.dataset_id, operation)
        assert (fixed.format, fixed.status, fixed.rows) == ("regression", "processed", 12)
        assert {row["value"] for row in plain_rows(fixed)} == {4.5}


@pytest.mark.parametrize("kind", ["sample", "filter", "fix"])
def test_every_operation_keeps_what_was_chosen(owner, kind):
    """Rows of one user's purchases look like a series, and labels that are numbers like a regression."""
    mapping = {"format": "classification", "columns": {"text": ["a"], "label": ["b"]}}
    content = "a,b\n" + "".join(f"a sentence about thing {n},{n % 3 + 0.5}\n" for n in range(12))
    file = make_file(owner, content.encode(), filename="in.csv")
    [mapped] = make_versions(owner, file.dataset_id, {"type": "map", "file_id": file.id, "mapping": mapping})
    more = {
        "sample": sample(mapped),
        "filter": {"where": {"contains": "thing"}},
        "fix": {"fixes": ["drop_rows"]},
    }

    operation = {"type": kind, "file_id": mapped.id, **more[kind]}
    [made] = make_versions(owner, file.dataset_id, operation)

    assert (mapped.format, made.format, made.status) == ("classification", "classification", "processed")
    assert all(isinstance(row["label"], str) for row in plain_rows(made))
