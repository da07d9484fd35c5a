"""Files mended as a new file."""

import json

import pytest

from kernel.rows import Mapping, RowFormat
from tests.workers.doctor.plain_rows import origins, read_rows, run
from workers.doctor.hashes import row_hash
from workers.doctor.operations.impossible import Impossible

SAME = bytes(16)
EN = "How long does it take until the money is back on my credit card after a return"


def write(tmp_path, rows, name="in.jsonl"):
    path = tmp_path / name
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def fix(tmp_path, rows, *fixes):
    return run(tmp_path / "out", {"type": "fix", "fixes": list(fixes)}, [write(tmp_path, rows)])


def text(number, label="a"):
    return {"text": f"{EN} {number}", "label": label}


def test_bad_rows_stay_until_they_are_to_go(tmp_path):
    rows = [text(1), {"text": "no label"}, "{broken", text(2, "b")]

    kept = fix(tmp_path, rows, "strip_labels")
    dropped = fix(tmp_path, rows, "drop_rows")

    assert kept[:2] == rows[:2]
    assert list(kept[2]) == ["unreadable"]
    assert kept[3] == rows[3]
    assert dropped == [rows[0], rows[3]]
    assert origins(tmp_path / "out") == [(row_hash(row), SAME) for row in dropped]


def test_a_mended_row_says_what_it_came_from(tmp_path):
    rows = [text(1), {"text": "call 13800138000", "label": "b"}]

    found = fix(tmp_path, rows, "redact_sensitive")

    assert found == [rows[0], {"text": "call [phone]", "label": "b"}]
    assert origins(tmp_path / "out") == [
        (row_hash(rows[0]), SAME),
        (row_hash(found[1]), row_hash(rows[1])),
    ]


def test_spellings_of_a_label_become_the_most_frequent(tmp_path):
    rows = [text(1, "Refund"), text(2, "refund"), text(3, "Refund"), text(4, "Other")]

    found = fix(tmp_path, rows, "unify_labels")

    assert [row["label"] for row in found] == ["Refund", "Refund", "Refund", "Other"]


def test_rows_that_mending_made_equal_are_duplicates(tmp_path):
    rows = [text(1, "Refund"), text(1, "refund"), text(2, "Refund"), text(2, "b")]

    found = fix(tmp_path, rows, "unify_labels", "drop_duplicates")

    assert found == [text(1, "Refund"), text(2, "Refund"), text(2, "b")]


def test_near_duplicates_go_only_when_asked(tmp_path):
    rows = [text(""), text("!"), text(""), text("please", "b")]

    assert fix(tmp_path, rows, "drop_duplicates") == [rows[0], rows[1], rows[3]]
    assert fix(tmp_path, rows, "drop_near_duplicates") == [rows[0], rows[2], rows[3]]
    assert fix(tmp_path, rows, "drop_duplicates", "drop_near_duplicates") == [rows[0], rows[3]]


def test_a_chat_is_redacted_where_somebody_wrote(tmp_path):
    call = {"name": "ring", "arguments": '{"to": 13800138000, "note": "ann@mail.example"}'}
    messages = [
        {"role": "user", "content": "ring 13800138000", "name": "13900139000"},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": "c1", "type": "function", "function": call}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "ok"},
        {"role": "assistant", "content": "done"},
    ]
    tools = [
        {"type": "function", "function": {"name": "ring", "parameters": {"type": "object", "properties": {}}}}
    ]

    (found,) = fix(tmp_path, [{"messages": messages, "tools": tools}], "redact_sensitive")

    assert found["messages"][0] == {"role": "user", "content": "ring [phone]", "name": "13900139000"}
    arguments = found["messages"][1]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(arguments) == {"to": "[phone]", "note": "[email]"}
    assert found["tools"] == tools


def test_redacted_tokens_stay_as_many_as_their_labels(tmp_path):
    row = {"tokens": ["Call", "(415)", "555-2671", "Ann"], "labels": ["O", "O", "O", "B-PER"]}

    (found,) = fix(tmp_path, [row], "redact_sensitive")

    assert found == {"tokens": ["Call", "[phone]", "[phone]", "Ann"], "labels": row["labels"]}


def test_nothing_left_is_said(tmp_path):
    with pytest.raises(Impossible, match="No row would be left"):
        fix(tmp_path, [{"messages": []}, {"messages": "x"}], "drop_rows")


def test_an_unreadable_file_is_said(tmp_path):
    path = tmp_path / "in.bin"
    path.write_bytes(bytes(range(256)) * 4)

    with pytest.raises(Impossible):
        run(tmp_path / "out", {"type": "fix", "fixes": ["drop_rows"]}, [path])


def test_columns_are_mapped_and_what_does_not_fit_stays(tmp_path):
    path = write(tmp_path, ["a,b,c", "Hello there,Hi,x", "Bye,,y", "How are you,Fine,z"], "in.csv")
    operation = {
        "type": "map",
        "mapping": {"format": "chat", "columns": {"prompt": ["a"], "response": ["b"]}},
    }
    before = Mapping(format=RowFormat.PAIRS, columns={"anchor": ("a",), "positive": ("b",)})

    found = run(tmp_path / "out", operation, [path], RowFormat.PAIRS, before)

    assert [[message["content"] for message in row["messages"]] for row in found] == [
        ["Hello there", "Hi"],
        ["Bye", ""],
        ["How are you", "Fine"],
    ]
    assert origins(tmp_path / "out")[0][1] == row_hash({"anchor": "Hello there", "positive": "Hi"})


def test_an_unknown_column_is_said(tmp_path):
    path = write(tmp_path, ["a,b", "x,y"], "in.csv")
    operation = {
        "type": "map",
        "mapping": {"format": "pairs", "columns": {"anchor": ["a"], "positive": ["q"]}},
    }

    with pytest.raises(Impossible, match="no column 'q'"):
        run(tmp_path / "out", operation, [path])


HUMAN = {"messages": [{"role": "human", "content": "x"}, {"role": "gpt", "content": "y"}]}


def test_leaving_out_bad_rows_keeps_those_that_another_fix_makes_sound(tmp_path):
    sound = {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}
    rows = [sound, HUMAN, {"messages": []}, "{broken"]

    report, _ = read_rows(
        tmp_path, "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    )
    dropped = fix(tmp_path, rows, "drop_rows")
    both = fix(tmp_path, rows, "drop_rows", "rename_roles")

    assert {one["code"]: one["rows"] for one in report["fixes"]} == {"rename_roles": 1, "drop_rows": 2}
    assert dropped == [sound, HUMAN]
    assert both == [sound, sound]


@pytest.mark.parametrize("bad", ["{broken", '{"a": NaN}', "[1, 2]", "7", '{"messages": "x"}'])
def test_a_file_with_one_bad_line_can_be_mended(tmp_path, bad):
    sound = {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}

    report, _ = read_rows(tmp_path, "\n".join([json.dumps(sound), bad, json.dumps(sound)]))

    assert {one["code"]: one["rows"] for one in report["fixes"]} == {"drop_rows": 1, "drop_duplicates": 1}
    assert report["errors"][0]["fix"] == "drop_rows"


def test_a_row_with_an_unmendable_fault_beside_a_mendable_one_goes(tmp_path):
    rows = [HUMAN, {"messages": [{"role": "human", "content": "x"}, {"role": "gpt", "content": {"a": 1}}]}]

    report, _ = read_rows(tmp_path, rows)
    left = fix(tmp_path, rows, "drop_rows", "rename_roles")

    assert {one["code"]: one["rows"] for one in report["fixes"]} == {"rename_roles": 2, "drop_rows": 1}
    assert len(left) == 1


@pytest.mark.parametrize(
    "others",
    [
        ("bad\u200b", "\ufeffgood"),
        ("bad\u00a0", "good\u2060"),
        ("ba\u00add", "go\u200bod"),
        ("ｂａｄ", "ＧＯＯＤ"),
        ("Bad", "good."),
        ("“bad”", "good。"),
    ],
)
def test_labels_that_look_the_same_are_one_class_or_become_one(tmp_path, others):
    labels = ["bad", "good"] * 4 + list(others)
    table = "text,label\n" + "".join(
        f"the stay number {n} was so,{label}\n" for n, label in enumerate(labels)
    )
    report, rows = read_rows(tmp_path, table, "rows.csv")
    offered = {one["code"] for one in report["fixes"]}

    found = run(tmp_path / "out", {"type": "fix", "fixes": ["unify_labels"]}, [tmp_path / "rows.csv"])

    assert {row["label"] for row in found} == {"bad", "good"}
    assert "unify_labels" in offered or {row["label"] for row in rows} == {"bad", "good"}


@pytest.mark.parametrize("labels", [("é", "e\u0301"), ("Straße", "STRASSE"), ("❤", "❤\ufe0f")])
def test_one_letter_written_in_two_ways_is_a_variant(tmp_path, labels):
    table = "text,label\n" + "".join(f"the stay number {n} was so,{labels[n % 2]}\n" for n in range(9))

    report, _ = read_rows(tmp_path, table + "another one,other\n" * 3, "rows.csv")

    assert "label_variants" in {warning["code"] for warning in report["warnings"]}
