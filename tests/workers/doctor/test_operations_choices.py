"""Filter, sample, split and merge: rows are chosen, never changed and never lost."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.rows import OperateTask, RowFormat
from tests.workers.doctor.plain_rows import labelled, lay_out, origins, run
from workers.doctor.hashes import input_hash, row_hash
from workers.doctor.operations import operate
from workers.doctor.operations.impossible import Impossible

ROOT = Path(__file__).resolve().parents[3]
SAME = bytes(16)
ROWS = st.lists(
    st.builds(
        lambda text, label: {"text": text, "label": label},
        st.text("ab 中", min_size=1),
        st.sampled_from("xyz"),
    ),
    min_size=1,
    max_size=60,
)
bounded = settings(max_examples=60, deadline=None)


def key(row):
    return row_hash(row)


def many(rows):
    return labelled(*((f"text {number}", "abc"[number % 7 % 3]) for number in range(rows)))


def chosen(operation, *sources):
    """What an operation leaves of lists of rows; an empty result is an empty list."""
    with TemporaryDirectory() as folder:
        paths = [lay_out(Path(folder) / str(n), rows) / "plain.jsonl" for n, rows in enumerate(sources)]
        try:
            return run(Path(folder) / "out", operation, paths)
        except Impossible as error:
            assert str(error) == "No row would be left."
            return []


def split(rows, percents, seed=1, is_stratified=False):
    parts = [{"name": str(number), "percent": percent} for number, percent in enumerate(percents)]
    operation = {"type": "split", "parts": parts, "seed": seed, "is_stratified": is_stratified}
    return [chosen({**operation, "part": part["name"]}, rows) for part in parts]


@bounded
@given(
    ROWS,
    st.sampled_from([(50, 50), (90, 10), (80, 10, 10), (33.3, 33.3, 33.4)]),
    st.integers(0, 99),
    st.booleans(),
)
def test_the_parts_of_a_split_are_the_file(rows, percents, seed, is_stratified):
    parts = split(rows, percents, seed, is_stratified)

    assert Counter(key(row) for part in parts for row in part) == Counter(map(key, rows))
    inputs = [{input_hash(row["text"]) for row in part} for part in parts]
    assert sum(map(len, inputs)) == len(set().union(*inputs))


@bounded
@given(st.integers(1, 80), st.sampled_from([(50, 50), (90, 10), (70, 20, 10)]), st.integers(0, 99))
def test_shares_of_a_split_are_exact_within_a_row(rows, percents, seed):
    parts = split(many(rows), percents, seed, is_stratified=True)

    labels = Counter(row["label"] for row in many(rows))
    for part, percent in zip(parts, percents, strict=True):
        found = Counter(row["label"] for row in part)
        assert all(abs(found[label] - count * percent / 100) < 1 for label, count in labels.items())


def test_many_small_labels_still_fill_a_small_part():
    rows = labelled(*((f"text {number}", str(number // 5)) for number in range(500)))

    train, valid = split(rows, (90, 10), is_stratified=True)

    assert (len(train), len(valid)) == (450, 50)


def test_an_unstratified_split_is_exact():
    assert [len(part) for part in split(many(101), (80, 10, 10))] == [81, 10, 10]


def test_equal_questions_stay_together_whatever_their_label():
    rows = labelled(*((f"Q{number % 10}", "ab"[number % 3 % 2]) for number in range(40)))

    parts = split(rows, (50, 50), is_stratified=True)

    assert not {row["text"] for row in parts[0]} & {row["text"] for row in parts[1]}
    assert all(abs(len(part) - 20) <= 4 for part in parts)  # a question has four rows


def test_nearly_equal_questions_stay_together_too():
    topics = ("parcel", "refund", "password", "invoice", "voucher", "address")
    texts = [f"please tell me what has happened to my {topic} since last week" for topic in topics] * 4
    rows = labelled(*((text + "!" * n + " thanks" * (n % 2), "a") for n, text in enumerate(texts)))

    train, valid = split(rows, (70, 30))

    asked = [{topic for topic in topics for row in part if topic in row["text"]} for part in (train, valid)]
    assert not asked[0] & asked[1]
    assert abs(len(valid) - 7) <= 4  # a question has four rows


def test_a_file_of_one_template_is_split_all_the_same():
    rows = labelled(
        *((f"where is the parcel with the number {n:04} that I sent last week", "a") for n in range(40))
    )

    assert [len(part) for part in split(rows, (80, 20))] == [32, 8]


def test_seeds_differ_and_rows_keep_their_order():
    first, again, other = (split(many(60), (50, 50), seed)[0] for seed in (1, 1, 2))

    assert first == again != other
    assert [row["text"] for row in first] == sorted(
        (row["text"] for row in first), key=lambda text: int(text.split()[1])
    )


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_another_process_makes_the_same_bytes(tmp_path, hash_seed):
    plain = lay_out(tmp_path / "in", many(50)) / "plain.jsonl"
    for kind in (
        {"type": "sample", "rows": 20, "seed": 5, "is_stratified": True},
        {"type": "augment", "percent": 50, "seed": 5, "methods": ["characters", "synonyms"]},
    ):
        run(tmp_path / "here", kind, [plain])
        task = OperateTask(
            operation=kind,
            sources=(str(plain),),
            filenames=("x",),
            formats=(RowFormat.CLASSIFICATION,),
            mappings=(None,),
        )
        script = (
            "import sys, msgspec, pathlib; from kernel.rows import OperateTask; "
            "from workers.doctor.operations import operate; "
            "operate(msgspec.json.decode(sys.argv[1], type=OperateTask), pathlib.Path(sys.argv[2]))"
        )
        (tmp_path / "there").mkdir(exist_ok=True)
        subprocess.run(
            [sys.executable, "-c", script, msgspec.json.encode(task).decode(), str(tmp_path / "there")],
            env={"PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}", "PYTHONHASHSEED": hash_seed},
            check=True,
        )

        assert (tmp_path / "there/output").read_bytes() == (tmp_path / "here/output").read_bytes()


@bounded
@given(ROWS, st.integers(1, 70), st.booleans(), st.integers(0, 99))
def test_a_sample_is_a_part_of_the_file_in_its_shares(rows, wanted, is_stratified, seed):
    found = chosen({"type": "sample", "rows": wanted, "seed": seed, "is_stratified": is_stratified}, rows)

    assert len(found) == min(wanted, len(rows))
    assert Counter(map(key, found)) <= Counter(map(key, rows))
    if is_stratified:
        share = len(found) / len(rows)
        labels, kept = Counter(row["label"] for row in rows), Counter(row["label"] for row in found)
        assert all(abs(kept[label] - count * share) < 1 for label, count in labels.items())


@bounded
@given(ROWS, ROWS)
def test_a_merge_has_every_row_of_both_in_their_order(one, other):
    assert chosen({"type": "merge", "drop_duplicates": False}, one, other) == one + other


@bounded
@given(ROWS, ROWS)
def test_a_merge_without_duplicates_has_each_row_once(one, other):
    found = chosen({"type": "merge", "drop_duplicates": True}, one, other)

    assert list(map(key, found)) == list(dict.fromkeys(map(key, one + other)))


def test_files_of_two_formats_are_not_merged(tmp_path):
    task = OperateTask(
        operation={"type": "merge", "drop_duplicates": False},
        sources=("a", "b"),
        filenames=("a", "b"),
        formats=(RowFormat.TEXT, RowFormat.CHAT),
        mappings=(None, None),
    )

    with pytest.raises(Impossible, match=r"Files of one format can be merged\. These are chat, text\."):
        operate(task, tmp_path)
    assert list(tmp_path.iterdir()) == []


@bounded
@given(ROWS, st.sampled_from(["x", "z"]), st.sampled_from(["a", "中"]), st.integers(0, 5))
def test_a_filter_and_its_opposite_are_the_file(rows, label, part, most):
    for where, opposite in (
        ({"labels": [label]}, {"without_labels": [label]}),
        ({"max_characters": most}, {"min_characters": most + 1}),
    ):
        kept, rest = (chosen({"type": "filter", "where": found}, rows) for found in (where, opposite))
        assert Counter(map(key, kept + rest)) == Counter(map(key, rows))
    kept = chosen({"type": "filter", "where": {"contains": part, "labels": [label]}}, rows)
    assert kept == [row for row in rows if part in row["text"] and row["label"] == label]


def test_a_filter_reads_languages_and_folds_case():
    english, chinese = "Where is the parcel that I ordered two weeks ago", "我的包裹在哪里"
    rows = labelled((english, "a"), (chinese, "a"), ("where is it", "b"))

    assert chosen({"type": "filter", "where": {"languages": ["zh"]}}, rows) == rows[1:2]
    assert chosen({"type": "filter", "where": {"languages": ["en"]}}, rows) == [rows[0], rows[2]]
    assert chosen({"type": "filter", "where": {"contains": "WHERE IS"}}, rows) == [rows[0], rows[2]]


def test_a_chosen_row_is_the_row_that_it_was(tmp_path):
    rows = many(5)
    run(
        tmp_path / "out",
        {"type": "sample", "rows": 5, "seed": 1, "is_stratified": False},
        [lay_out(tmp_path / "in", rows) / "plain.jsonl"],
    )

    assert origins(tmp_path / "out") == [(row_hash(row), SAME) for row in rows]
