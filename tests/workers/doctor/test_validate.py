"""What a file leaves in the work folder: the report, plain.jsonl, rows.index, bad.jsonl."""

import json
from pathlib import Path
from typing import Any

import pytest

from kernel.rows import Limits, Mapping, ReadTask, RowFormat
from workers.doctor.hashes import input_hash, row_hash
from workers.doctor.index import read_index
from workers.doctor.read import read
from workers.doctor.report import MAX_FINDINGS

USER = {"role": "user", "content": "hi"}
ANSWER = {"role": "assistant", "content": "hello"}


def chat(*messages: Any, **extra: Any) -> str:
    return json.dumps({"messages": list(messages), **extra}, ensure_ascii=False)


GOOD = chat(USER, ANSWER)


@pytest.fixture
def report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Read a file in this process; returns its report."""

    def run(data: str | bytes, name: str = "rows.jsonl", **options: Any) -> dict[str, Any]:
        (tmp_path / name).write_bytes(data.encode() if isinstance(data, str) else data)
        read(ReadTask(source=str(tmp_path / name), filename=name, **options), tmp_path)
        capsys.readouterr()
        found: dict[str, Any] = json.loads((tmp_path / "report.json").read_bytes())
        return found

    return run


def plain(folder: Path) -> list[Any]:
    """plain.jsonl by lines; None for a blank one."""
    lines = (folder / "plain.jsonl").read_text().split("\n")[:-1]
    return [json.loads(line) if line else None for line in lines]


def test_a_chat_file_is_kept_by_its_lines(report: Any, tmp_path: Path):
    found = report(f"\n{GOOD}\n{{oops\n{chat({**USER, 'content': '你好'}, ANSWER, USER)}\r\n")

    row = {"messages": [{**USER, "content": "你好"}, ANSWER]}
    assert (found["format"], found["rows"], found["syntax"], found["encoding"]) == (
        "chat",
        3,
        "jsonl",
        "utf-8",
    )
    assert (found["spelling"], found["mapping"], found["error_count"]) == ("openai", None, 1)
    assert plain(tmp_path) == [None, json.loads(GOOD), None, row]
    assert found["sample"] == [json.loads(GOOD), row]
    entries = list(read_index(tmp_path / "rows.index"))
    lines = (tmp_path / "plain.jsonl").read_bytes()
    assert [entry.line for entry in entries] == [2, 4]
    assert [json.loads(lines[entry.offset :].split(b"\n")[0]) for entry in entries] == found["sample"]
    assert [entry.hash for entry in entries] == [row_hash(kept) for kept in found["sample"]]
    assert entries[1].input_hash == input_hash("user: 你好")
    bad = [json.loads(line) for line in (tmp_path / "bad.jsonl").read_text().splitlines()]
    assert bad == [{"line": 3, "row": None}]


def test_a_table_is_kept_by_its_lines(report: Any, tmp_path: Path):
    found = report('Utterance,INTENT\n"one\ntwo", a \n\n再见,b\n,b\n', "rows.csv")

    mapping = {"format": "classification", "columns": {"text": ["Utterance"], "label": ["INTENT"]}}
    assert plain(tmp_path) == [
        None,
        {"text": "one\ntwo", "label": "a"},
        None,
        None,
        {"text": "再见", "label": "b"},
    ]
    assert (found["mapping"], found["rows"]) == (mapping, 3)
    assert [(e["line"], e["param"], e["code"]) for e in found["errors"]] == [(6, "Utterance", "blank_text")]
    assert found["labels"] == [{"label": "a", "rows": 1}, {"label": "b", "rows": 1}]
    assert found["columns"][0] == {
        "name": "Utterance",
        "kind": "text",
        "distinct": 2,
        "examples": ["one\ntwo", "再见"],
    }


def test_a_mapping_is_followed(report: Any, tmp_path: Path):
    mapping = Mapping(format=RowFormat.REGRESSION, columns={"text": ("b",), "value": ("a",)})

    found = report("a,b,c\n1,x,u\n2.5,y,v\nz,w,t\n", "rows.csv", mapping=mapping)

    assert plain(tmp_path)[1:] == [{"text": "x", "value": 1}, {"text": "y", "value": 2.5}]
    assert [(e["line"], e["param"], e["code"]) for e in found["errors"]] == [(4, "a", "invalid_number")]


def test_the_same_row_has_one_hash_however_it_is_written():
    assert row_hash({"a": "é", "b": [1]}) == row_hash({"b": [1], "a": "\u00e9"})
    assert row_hash({"a": 1}) != row_hash({"a": 2})
    assert input_hash("Hello  World\n") == input_hash("hello world")
    assert input_hash("ＡＢＣ　你好") == input_hash("abc 你好")
    assert input_hash("你好") != input_hash("您好")
    assert len(row_hash({})) == len(input_hash("")) == 16


def test_advice_puts_errors_first_and_counts_rows_once(report: Any):
    human = chat({"role": "human", "content": "x"}, {"role": "gpt", "content": "y"})

    found = report("\n".join([GOOD, chat(USER, ANSWER, USER), *[human] * 7, "{", chat()]))

    lines = {"severity": "error", "param": "messages[0].role", "fix": "rename_roles"}
    assert found["advice"][0] == {**lines, "code": "unknown_role", "rows": 7, "lines": [3, 4, 5, 6, 7]}
    assert [advice["code"] for advice in found["advice"][:3]] == [
        "unknown_role",
        "invalid_json",
        "empty_messages",
    ]
    assert {advice["severity"] for advice in found["advice"][3:]} == {"warning"}
    assert (found["error_count"], found["rows"]) == (16, 11)
    fixes = {fix["code"]: (fix["rows"], fix["loses_rows"]) for fix in found["fixes"]}
    assert fixes["rename_roles"] == (7, False)
    assert fixes["trim_after_answer"] == (1, False)
    assert fixes["drop_rows"] == (2, True)  # the line that is no JSON, and the one without messages


def test_only_the_first_findings_are_listed_and_all_are_counted(report: Any, tmp_path: Path):
    data = "\n".join([GOOD, *["{"] * 1500, *[chat(ANSWER)] * 150])

    found = report(data)

    assert (len(found["errors"]), found["error_count"], found["errors_truncated"]) == (
        MAX_FINDINGS,
        1500,
        True,
    )
    assert len(found["warnings"]) == MAX_FINDINGS
    assert found["warning_count"] >= 150
    assert found["advice"][0]["rows"] == 1500
    assert len((tmp_path / "bad.jsonl").read_bytes().splitlines()) == 1000


def test_bad_rows_and_samples_are_clipped(report: Any, tmp_path: Path):
    found = report(
        "\n".join(
            [chat({**USER, "content": "\0" + "y" * 5000}, ANSWER), chat({**USER, "x": ["z" * 999] * 999})]
        )
    )

    assert found["sample"][0]["messages"][0]["content"] == "�" + "y" * 1999 + "…"
    [bad] = (tmp_path / "bad.jsonl").read_bytes().splitlines()
    assert len(bad) < 17_000
    assert len(json.loads(bad)["row"]["messages"][0]["x"]) == 20
    assert (tmp_path / "report.json").stat().st_size < 2_000_000


def test_rows_and_labels_have_a_cap(report: Any, tmp_path: Path):
    rows = report(f"{GOOD}\n" * 5, limits=Limits(lines=4))
    labels = report("text,label\n" + "".join(f"x{i},l{i % 1002}\n" for i in range(2500)), "rows.csv")

    assert [(e["line"], e["code"]) for e in rows["errors"]] == [(None, "too_many_rows")]
    assert rows["rows"] == 4
    assert {e["code"] for e in labels["errors"]} == {"too_many_labels"}
    assert [e["line"] for e in labels["errors"]] == [1002, 1003, 2004, 2005]
    assert (len(labels["labels"]), len(list(read_index(tmp_path / "rows.index")))) == (1000, 2496)


def test_one_label_is_an_error_and_a_rare_one_a_warning(report: Any):
    one = report("text,label\nx,a\ny,a\n", "rows.csv")
    rare = report("text,label\nx,a\ny,a\nz,b\n", "rows.csv")

    assert [(e["line"], e["code"]) for e in one["errors"]] == [(None, "too_few_labels")]
    assert rare["error_count"] == 0
    assert ("rare_label", "The label 'b' has only 1 row.") in [
        (warning["code"], warning["message"]) for warning in rare["warnings"]
    ]


def test_tools_are_warned_of_once(report: Any):
    tools = [{"type": "function", "function": {"name": "f"}}]

    found = report("\n".join([GOOD, *[chat(USER, ANSWER, tools=tools)] * 3]))

    assert [w["line"] for w in found["warnings"] if w["code"] == "tools_need_template"] == [2]


def test_a_series_out_of_order_is_warned_of_once(report: Any):
    found = report("timestamp,value\n2024-01-02,1\n2024-01-01,2\n2024-01-03,3\n2024-01-01,4\n", "rows.csv")

    assert found["format"] == "series"
    assert [w["line"] for w in found["warnings"] if w["code"] == "unordered_rows"] == [3]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "rows.jsonl", "empty_file"),
        (b"\n \n\n", "rows.jsonl", "empty_file"),
        (b"text,label\n", "rows.csv", "empty_file"),
        (b"%PDF-1.7\n", "rows.jsonl", "unsupported_format"),
    ],
)
def test_a_file_that_is_none_gets_a_report(data: bytes, name: str, code: str, report: Any, tmp_path: Path):
    found = report(data, name)

    assert [(e["line"], e["code"]) for e in found["errors"]] == [(None, code)]
    assert (found["error_count"], found["rows"], found["examined"]) == (1, 0, {"rows": 0, "of": 0})
    assert (tmp_path / "plain.jsonl").read_bytes() == (tmp_path / "rows.index").read_bytes() == b""


def test_columns_are_described_when_nobody_knows_them(report: Any):
    found = report("a,b\n1,2\n3,4\n", "rows.csv")

    assert [e["code"] for e in found["errors"]] == ["needs_mapping"]
    assert found["columns"] == [
        {"name": "a", "kind": "number", "distinct": 2, "examples": ["1", "3"]},
        {"name": "b", "kind": "number", "distinct": 2, "examples": ["2", "4"]},
    ]
