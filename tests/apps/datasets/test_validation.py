"""Good, bad and hostile files, without a database."""

import io
import json
import random
from typing import Any

import pytest

from apps.datasets.validation.report import MAX_FINDINGS, Report
from apps.datasets.validation.validate import validate


def check(data: bytes | str, **options: int) -> Report:
    return validate(io.BytesIO(data.encode() if isinstance(data, str) else data), **options)


def chat(*messages: dict[str, Any], **extra: Any) -> str:
    return json.dumps({"messages": list(messages), **extra}, ensure_ascii=False)


USER = {"role": "user", "content": "hi"}
ANSWER = {"role": "assistant", "content": "hello"}
GOOD = chat(USER, ANSWER)
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {}}}


def test_chat_file_is_recognised_by_its_content():
    report = check(f"{GOOD}\n\n{GOOD}\r\n{chat({'role': 'system', 'content': '你好'}, USER, ANSWER)}")

    assert (report.format, report.rows, report.errors) == ("chat", 3, [])
    assert [(w.line, w.code) for w in report.warnings] == [(3, "duplicate_row")]
    assert report.to_json()["sample"][0] == json.loads(GOOD)


@pytest.mark.parametrize(
    ("row", "line", "param", "code", "says"),
    [
        ("{oops", 2, None, "invalid_json", "Line 2 is not valid JSON"),
        ('{"messages": NaN}', 2, None, "invalid_json", "NaN is not JSON"),
        ('{"messages": "\\ud800"}', 2, None, "invalid_json", "surrogate"),
        ('{"messages": ' + "[" * 100_000, 2, None, "invalid_json", "nested too deeply"),
        ("9" * 5000, 2, None, "invalid_json", "Line 2 is not valid JSON"),
        ("[1, 2]", 2, None, "not_an_object", "Line 2 is not a JSON object"),
        ('{"message": []}', 2, "messages", "missing_messages", "'messages' is missing"),
        ('{"messages": {}}', 2, "messages", "invalid_messages", "must be an array"),
        ('{"messages": []}', 2, "messages", "empty_messages", "'messages' is empty"),
        ('{"messages": ["hi"]}', 2, "messages[0]", "invalid_message", "must be an object"),
        (
            chat(USER, {"content": "x"}),
            2,
            "messages[1].role",
            "missing_role",
            "Line 2, message 2: 'role' is missing",
        ),
        (
            chat({"role": "human", "content": "x"}, ANSWER),
            2,
            "messages[0].role",
            "unknown_role",
            "'human' is not one of",
        ),
        (chat({"role": ["user"], "content": "x"}), 2, "messages[0].role", "unknown_role", "not one of"),
        (
            chat(USER, {"role": "assistant"}),
            2,
            "messages[1].content",
            "missing_content",
            "'content' is missing",
        ),
        (
            chat({"role": "user", "content": None}, ANSWER),
            2,
            "messages[0].content",
            "invalid_content",
            "must be a string",
        ),
        (
            chat({"role": "user", "content": [{"type": "text", "text": "x"}, {"type": "image_url"}]}, ANSWER),
            2,
            "messages[0].content[1]",
            "invalid_content",
            "only text parts",
        ),
        (
            chat(USER, {"role": "assistant", "content": " "}),
            2,
            "messages[1].content",
            "blank_content",
            "blank",
        ),
        (chat(USER), 2, "messages", "missing_assistant", "no assistant message"),
        (chat(USER, {**ANSWER, "weight": 2}), 2, "messages[1].weight", "invalid_weight", "0 or 1, not '2'"),
        (chat(USER, {**ANSWER, "weight": True}), 2, "messages[1].weight", "invalid_weight", "0 or 1"),
        (
            chat({**USER, "weight": 1}, ANSWER),
            2,
            "messages[0].weight",
            "invalid_weight",
            "assistant messages only",
        ),
        (chat(USER, {**ANSWER, "weight": 0}), 2, "messages", "nothing_to_train", "weight 0"),
        (
            chat(USER, {"role": "tool", "content": "4"}, ANSWER),
            2,
            "messages[1].tool_call_id",
            "missing_tool_call_id",
            "tool_call_id",
        ),
        (
            chat(USER, {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": {}}}]}),
            2,
            "messages[1].tool_calls[0]",
            "invalid_tool_calls",
            "written as a string",
        ),
        (chat(USER, ANSWER, functions=[{}]), 2, "functions", "invalid_tools", "'functions' as 'tools'"),
        (chat(USER, ANSWER, tools={}), 2, "tools", "invalid_tools", "must be an array"),
        (chat(USER, ANSWER, tools=[{"name": "f"}]), 2, "tools[0]", "invalid_tools", "tool 1"),
    ],
)
def test_bad_chat_row_is_named(row: str, line: int, param: str | None, code: str, says: str):
    report = check(f"{GOOD}\n{row}\n{GOOD}\n")

    assert [(e.line, e.param, e.code) for e in report.errors] == [(line, param, code)]
    assert says in report.errors[0].message
    assert report.rows == 3


def test_tool_calls_without_content_are_fine():
    calling = {"role": "assistant", "content": None, "tool_calls": [CALL]}
    answered = {"role": "tool", "tool_call_id": "c1", "content": "4"}

    report = check(chat(USER, calling, answered, ANSWER, tools=[TOOL]))

    assert report.errors == []
    assert [w.code for w in report.warnings] == ["tools_need_template"]


def test_odd_turns_are_warnings():
    report = check(
        "\n".join([chat(USER, ANSWER, USER), chat(ANSWER), chat(USER, {**USER, "role": "system"}, ANSWER)])
    )

    assert report.is_valid
    assert [(w.line, w.param, w.code) for w in report.warnings] == [
        (1, "messages[2].role", "last_message_not_assistant"),
        (2, "messages", "no_user_message"),
        (3, "messages[1].role", "system_not_first"),
    ]


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        ("text,label\nhello,a\n\nbye,b\n", 2),
        ("\ufeffText,LABEL\r\nhello,a\r\nbye,b\r\n", 2),
        ('id\tSentence\tIntent\n1\t"two\nlines"\ta\n2\tx\tb\n', 2),
        ('label,utterance\na,"he said ""no"", twice"\nb,再见\n', 2),
        ('{"text": "x", "label": "a"}\n{"text": "y", "label": " b "}\n', 2),
        ('{"Utterance": "x", "Category": "a"}\n{"Utterance": "y", "Category": "b"}\n', 2),
    ],
)
def test_classification_file_is_recognised(data: str, rows: int):
    report = check(data)

    assert (report.format, report.rows, report.errors) == ("classification", rows, [])
    assert report.labels == {"a": 1, "b": 1}


@pytest.mark.parametrize(
    ("rows", "line", "param", "code"),
    [
        ("x,a,b", 3, None, "wrong_column_count"),
        ("x", 3, None, "wrong_column_count"),
        (" ,a", 3, "text", "blank_text"),
        ("x, ", 3, "label", "blank_label"),
        ("x," + "l" * 201, 3, "label", "invalid_label"),
        ("x,a\x07b", 3, "label", "invalid_label"),
        ('"x"y,a', 3, None, "invalid_csv"),
        ('"never closed,a\nx,b', 3, None, "invalid_csv"),
        ('"' + "never closed\n" * 100_000, 3, None, "invalid_csv"),
        ('"two\nlines",a\ny,', 5, "label", "blank_label"),
    ],
)
def test_bad_table_row_is_named(rows: str, line: int, param: str | None, code: str):
    report = check(f"text,label\ngood,a\n{rows}\n")

    assert [(e.line, e.param, e.code) for e in report.errors] == [(line, param, code)]
    assert f"Line {line}" in report.errors[0].message


@pytest.mark.parametrize(
    ("row", "param", "code"),
    [
        ('{"text": "x"}', "label", "missing_field"),
        ('{"text": "x", "label": 1}', "label", "invalid_type"),
        ('{"text": null, "label": "a"}', "text", "invalid_type"),
    ],
)
def test_bad_object_row_is_named(row: str, param: str, code: str):
    report = check('{"text": "x", "label": "a"}\n' + row)

    assert [(e.line, e.param, e.code) for e in report.errors] == [(2, param, code)]


def test_one_label_is_an_error_and_a_rare_one_a_warning():
    one = check("text,label\nx,a\ny,a\n")
    rare = check("text,label\nx,a\ny,a\nz,b\n")

    assert [(e.line, e.code) for e in one.errors] == [(None, "too_few_labels")]
    assert [(w.code, w.message) for w in rare.warnings] == [("rare_label", "The label 'b' has only 1 row.")]
    assert rare.to_json()["labels"] == [{"label": "a", "rows": 2}, {"label": "b", "rows": 1}]


def test_repeats_are_told_from_contradictions():
    report = check("text,label\nx,a\nx,a\nx,b\ny,b\n")

    assert [(w.line, w.code) for w in report.warnings] == [(3, "duplicate_row"), (4, "conflicting_labels")]


def test_second_label_column_is_pointed_out():
    report = check("utterance,category,intent\nx,A,a\ny,B,b\n")

    assert set(report.labels) == {"a", "b"}
    assert "ambiguous_columns" in [w.code for w in report.warnings]


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (b"", "empty_file", "no rows"),
        (b"\n \n\n", "empty_file", "no rows"),
        (b"text,label\n", "empty_file", "no rows"),
        (b"%PDF-1.7\n", "unsupported_format", "PDF"),
        (b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml", "unsupported_format", "XLSX"),
        (b"PK\x03\x04....word/document.xml", "unsupported_format", "Word"),
        (b"PK\x03\x04....train.jsonl", "unsupported_format", "ZIP"),
        (b"PAR1\x15\x04", "unsupported_format", "Parquet"),
        (b"\x89PNG\r\n\x1a\n", "unsupported_format", "PNG"),
        (b"\xff\xd8\xff\xe0", "unsupported_format", "JPEG"),
        (b"\x1f\x8b\x08", "unsupported_format", "gzip"),
        (b"\x7fELF\0\0", "unsupported_format", "binary"),
        ("text,label\n".encode("utf-16"), "unsupported_format", "UTF-16"),
        (b"<!DOCTYPE html><html>", "unsupported_format", "HTML"),
        (b'[{"messages": []}]', "json_array", "one object a line"),
        (b'{\n  "messages": []\n}', "json_over_lines", "on one line"),
        (b'{"prompt": "x", "completion": "y"}', "unsupported_format", "prompt/completion pairs"),
        (b'{"input": {}, "preferred_output": []}', "unsupported_format", "preference pairs"),
        (
            b'{"question": "x", "answer": "y"}',
            "unsupported_format",
            "Unexpected file format, expected either prompt/completion pairs or chat messages.",
        ),
        (b"just some prose", "unsupported_format", "Unexpected file format"),
        (b"text;label\nx;a\n", "unsupported_format", "commas or tabs"),
        (b"text,score\nx,1\n", "missing_columns", "names no label column"),
        (b"hello there,greeting\nbye,farewell\n", "missing_columns", "names no text column"),
        ("text,label\n退款,退货\n".encode("gb18030"), "not_utf8", "GB18030"),
        ("text,label\ncafé,né\n".encode("latin-1"), "not_utf8", "Line 2 is not UTF-8 text. Save"),
    ],
)
def test_other_files_are_refused_with_a_reason(data: bytes, code: str, says: str):
    report = check(data)

    assert [e.code for e in report.errors] == [code]
    assert says in report.errors[0].message


def test_chinese_classification_needs_no_ascii():
    report = check("text,label\n我要退款,退款\n什么时候发货,物流\n")

    assert report.is_valid
    assert report.labels == {"退款": 1, "物流": 1}


def test_too_long_line_is_skipped_and_named():
    report = check(f'{GOOD}\n{{"messages": "{"x" * 3_000_000}"}}\n{chat(ANSWER, USER, ANSWER)}\n')

    assert [(e.line, e.code) for e in report.errors] == [(2, "line_too_long")]
    assert report.rows == 3


def test_only_the_first_errors_are_kept():
    report = check(GOOD + "\n{" * 150)

    assert (len(report.errors), report.errors_truncated, report.rows) == (MAX_FINDINGS, True, 151)


def test_left_out_warnings_are_counted():
    warnings = check((GOOD + "\n") * 111).to_json()["warnings"]

    assert len(warnings) == MAX_FINDINGS + 1
    assert warnings[-1]["message"] == "10 more warnings are not listed."


def test_rows_and_labels_have_a_cap():
    rows = check("text,label\n" + "x,a\ny,b\n" * 10, max_rows=19)
    labels = check("text,label\n" + "".join(f"x{i},l{i}\n" for i in range(1002)))

    assert [e.code for e in rows.errors] == ["too_many_rows"]
    assert [e.line for e in labels.errors] == [1002, 1003]


def test_report_can_be_stored():
    report = check(chat(USER, {"role": "assistant", "content": "\x00" + "y" * 5000})).to_json()

    sample = report["sample"][0]["messages"][1]["content"]
    assert len(sample) == 2001
    assert "\0" not in json.dumps(report, ensure_ascii=False)


def test_random_bytes_never_crash_it():
    random.seed(7)
    pieces = [
        b'{"messages":',
        b"[",
        b"]",
        b"}",
        b'"',
        b"\n",
        b",",
        b"text,label\n",
        b"\\ud800",
        b"\xff",
        b"\0",
        b"\r",
        b"{}",
    ]

    for _ in range(500):
        data = b"".join(random.choices(pieces, k=random.randint(1, 60)))
        json.dumps(check(data).to_json(), allow_nan=False).encode()
