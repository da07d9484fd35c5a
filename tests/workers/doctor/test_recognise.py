"""What rows are taken for, and what becomes of them."""

from typing import Any

import pytest

from kernel.rows import Mapping
from kernel.rows import RowFormat as F
from workers.doctor.finding import Finding, Row
from workers.doctor.readers.content import FileSource
from workers.doctor.recognise import Recognised, recognise
from workers.doctor.source import Syntax


def _source(rows: list[Row], syntax: Syntax = "jsonl", columns: tuple[str, ...] = ()) -> FileSource:
    return FileSource(syntax=syntax, columns=columns, read=lambda: iter(enumerate(rows, start=1)))


def _recognised(rows: list[Row], mapping: Mapping | None = None, syntax: Syntax = "jsonl") -> Recognised:
    found = recognise(_source(rows, syntax), mapping)
    assert isinstance(found, Recognised), found
    return found


def _table(names: str, *rows: str) -> list[Row]:
    return [dict(zip(names.split("|"), row.split("|"), strict=True)) for row in rows]


_USER, _BOT = {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}
_HUMAN, _GPT = {"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}
_CHAT = {"messages": [_USER, _BOT]}
_BETTER = {
    "input": {"messages": [_USER]},
    "preferred_output": [_BOT],
    "non_preferred_output": [{"role": "assistant", "content": "b"}],
}


@pytest.mark.parametrize(
    ("row", "row_format", "spelling", "converted"),
    [
        ({**_CHAT, "id": 1}, F.CHAT, "openai", {**_CHAT, "id": 1}),
        ({"messages": [_USER], "reference": "a"}, F.REINFORCEMENT, "openai",
         {"messages": [_USER], "reference": "a"}),
        ({"messages": [_USER]}, F.CHAT, "openai", {"messages": [_USER]}),
        ({"prompt": "q", "completion": "a"}, F.CHAT, "prompt_completion", _CHAT),
        ({"prompt": [_USER], "completion": [_BOT]}, F.CHAT, "prompt_completion", _CHAT),
        ({"instruction": "q", "input": "", "output": "a"}, F.CHAT, "alpaca", _CHAT),
        ({"instruction": "做", "input": "此", "output": "好", "system": "s", "history": [["1", "2"]]}, F.CHAT,
         "alpaca", {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "1"},
                                 {"role": "assistant", "content": "2"}, {"role": "user", "content": "做\n此"},
                                 {"role": "assistant", "content": "好"}]}),
        ({"instruction": "q", "instances": [{"input": "", "output": "a"}, {"output": "b"}]}, F.CHAT,
         "self_instruct", _CHAT),
        ({"conversations": [_HUMAN, _GPT]}, F.CHAT, "sharegpt", _CHAT),
        ({"conversations": [_USER, _BOT]}, F.CHAT, "sharegpt", _CHAT),
        ({"question": "q", "answer": "a"}, F.CHAT, "question_answer", _CHAT),
        ({"问题": "q", "答案": "a"}, F.CHAT, "question_answer", _CHAT),
        (_BETTER, F.PREFERENCE, "openai", _BETTER),
        ({"conversations": [_HUMAN], "chosen": _GPT, "rejected": {"from": "gpt", "value": "b"}}, F.PREFERENCE,
         "sharegpt", _BETTER),
        ({"conversations": [_HUMAN], "chosen": "a", "rejected": "b"}, F.PREFERENCE, "sharegpt", _BETTER),
        ({"prompt": "q", "chosen": "a", "rejected": "b"}, F.PREFERENCE, "chosen_rejected", _BETTER),
        ({"chosen": [_USER, _BOT], "rejected": [_USER, {"role": "assistant", "content": "b"}]}, F.PREFERENCE,
         "chosen_rejected", _BETTER),
        ({"messages": [_USER, _BOT], "label": False}, F.GRADING, "kto",
         {"prompt": "q", "response": "a", "score": 0}),
        ({"prompt": "q", "completion": "a", "label": True}, F.GRADING, "kto",
         {"prompt": "q", "response": "a", "score": 1}),
    ],
)  # fmt: skip
def test_spellings_are_known_by_their_fields(row: Row, row_format: F, spelling: str, converted: Row) -> None:
    found = _recognised([row] * 3)

    assert (found.format, found.spelling) == (row_format, spelling)
    assert found.convert(row, 1) == converted
    assert found.is_native is (converted is row or spelling == "openai")


def test_tool_calls_of_sharegpt_get_ids_that_their_answers_have() -> None:
    row = {
        "conversations": [
            _HUMAN,
            {"from": "function_call", "value": '[{"name": "f", "arguments": {"x": 1}}, {"name": "g"}]'},
            {"from": "observation", "value": "1"},
            {"from": "observation", "value": "2"},
            _GPT,
        ],
        "tools": '[{"name": "f", "parameters": {}}]',
    }

    chat = _recognised([row]).convert(row, 1)

    assert isinstance(chat, dict)
    assert chat["tools"] == [{"type": "function", "function": {"name": "f", "parameters": {}}}]
    calls = chat["messages"][1]["tool_calls"]
    assert [(call["id"], call["function"]) for call in calls] == [
        ("call_1_0", {"name": "f", "arguments": '{"x": 1}'}),
        ("call_1_1", {"name": "g", "arguments": "{}"}),
    ]
    assert [message.get("tool_call_id") for message in chat["messages"][2:4]] == ["call_1_0", "call_1_1"]


def test_broken_function_call_is_told_with_its_path() -> None:
    row = {"conversations": [_HUMAN, {"from": "function_call", "value": "{f("}]}

    finding = _recognised([row]).convert(row, 7)

    assert isinstance(finding, Finding)
    assert (finding.line, finding.param, finding.code) == (7, "conversations[1].value", "invalid_tool_calls")


_ROWS: list[tuple[list[Row], F, dict[str, tuple[str, ...]]]] = [
    (_table("text|category", "one|a", "two|b"), F.CLASSIFICATION,
     {"text": ("text",), "label": ("category",)}),
    (_table("内容|类别", "很好|正", "很差|负"), F.CLASSIFICATION, {"text": ("内容",), "label": ("类别",)}),
    (_table("Review Text|Sentiment|text", "a|b|c", "d|e|f"), F.CLASSIFICATION,
     {"text": ("text",), "label": ("Sentiment",)}),
    (_table("text|score", "one|0.5", "two|0.7"), F.REGRESSION, {"text": ("text",), "value": ("score",)}),
    (_table("text|label", "one|0.51", "two|0.72"), F.REGRESSION, {"text": ("text",), "value": ("label",)}),
    (_table("prompt|response|score", "q|a|1", "r|b|0"), F.GRADING,
     {"prompt": ("prompt",), "response": ("response",), "score": ("score",)}),
    (_table("问题|答案|评分", "q|a|1", "r|b|0"), F.GRADING,
     {"prompt": ("问题",), "response": ("答案",), "score": ("评分",)}),
    (_table("tokens|ner_tags", '["a", "b"]|["O", "B-X"]', "['c']|['O']"), F.TOKEN_LABELS,
     {"tokens": ("tokens",), "labels": ("ner_tags",)}),
    (_table("Title|Decisions", "Li Na won|{'Li Na': 'good'}"), F.TOKEN_LABELS,
     {"tokens": ("Title",), "labels": ("Decisions",)}),
    (_table("anchor|positive|negative", "a|b|c"), F.TRIPLETS,
     {"anchor": ("anchor",), "positive": ("positive",), "negative": ("negative",)}),
    (_table("sentence1|sentence2|score", "a|b|0.5", "c|d|1"), F.PAIRS,
     {"anchor": ("sentence1",), "positive": ("sentence2",), "score": ("score",)}),
    (_table("question|context|id", "a|b|1", "c|d|2"), F.PAIRS,
     {"anchor": ("question",), "positive": ("context",)}),
    (_table("premise|hypothesis|label", "a|b|entails", "c|d|denies"), F.CLASSIFICATION,
     {"text": ("premise", "hypothesis"), "label": ("label",)}),
    (_table("userId|movieId|rating|timestamp", "1|2|3.5|964982703", "1|3|4|964981247"), F.RANKING,
     {"user": ("userId",), "item": ("movieId",), "rating": ("rating",), "timestamp": ("timestamp",)}),
    (_table("用户|商品|评分", "u1|i1|5", "u2|i2|4"), F.RANKING,
     {"user": ("用户",), "item": ("商品",), "rating": ("评分",)}),
    (_table("timestamp|value", "2026-01-01 00:00:00|1", "2026-01-01 00:05:00|2"), F.SERIES,
     {"timestamp": ("timestamp",), "value": ("value",)}),
    (_table("日期|销量", "2026/1/1|10", "2026/1/2|12"), F.SERIES,
     {"timestamp": ("日期",), "value": ("销量",)}),
    (_table("book_id|authors|title", "1|Jane Austen|Emma", "2|Lu Xun|Call to Arms"), F.TEXT,
     {"text": ("title", "authors"), "title": ("title",)}),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "row_format", "columns"), _ROWS)
def test_columns_are_known_by_their_names(
    rows: list[Row], row_format: F, columns: dict[str, tuple[str, ...]]
) -> None:
    found = _recognised(rows, syntax="csv")

    assert found.mapping == Mapping(format=row_format, columns=columns)


def test_columns_without_known_names_are_guessed_by_what_they_hold_and_it_is_said() -> None:
    rows = [{"c1": f"a longer sentence, number {n}", "c2": "yn"[n % 2]} for n in range(20)]

    found = _recognised(rows, syntax="csv")

    assert found.mapping == Mapping(format=F.CLASSIFICATION, columns={"text": ("c1",), "label": ("c2",)})
    assert [(warning.code, warning.is_error) for warning in found.warnings] == [("columns_guessed", False)]
    assert "text ← 'c1', label ← 'c2'" in found.warnings[0].message


def test_second_column_that_could_be_the_label_is_told() -> None:
    found = _recognised(_table("utterance|category|intent", "a|b|c", "d|e|f"), syntax="csv")

    assert found.mapping is not None
    assert found.mapping.columns["label"] == ("intent",)
    assert [warning.message for warning in found.warnings] == [
        "The label is read from 'intent'; 'category' is not used."
    ]


def test_rows_that_could_be_anything_need_a_mapping() -> None:
    found = recognise(_source(_table("x|y", "1|2", "3|4"), "csv"), None)

    assert isinstance(found, Finding)
    assert found.code == "needs_mapping"
    assert "'x', 'y'" in found.message


def test_mapping_goes_before_what_rows_seem_to_be() -> None:
    rows = _table("text|label|more", "one|a|two", "three|b|four")
    mapping = Mapping(format=F.CHAT, columns={"prompt": ("text", "more"), "response": ("label",)})

    found = _recognised(rows, mapping, "csv")

    assert found.convert(rows[0], 1) == {
        "messages": [{"role": "user", "content": "one\n\ntwo"}, {"role": "assistant", "content": "a"}]
    }
    assert (found.mapping, found.is_native) == (mapping, False)


@pytest.mark.parametrize(
    ("columns", "code", "named"),
    [
        ({"text": ("text",)}, "missing_role", "label"),
        ({"text": ("text",), "label": ()}, "missing_role", "label"),
        ({"text": ("text",), "label": ("lable",)}, "unknown_column", "'lable'"),
        ({"text": ("text",), "label": ("label",), "weight": ("text",)}, "unknown_role", "'weight'"),
    ],
)
def test_mapping_that_can_not_be_is_told(columns: Any, code: str, named: str) -> None:
    found = recognise(
        _source(_table("text|label", "a|b"), "csv"), Mapping(format=F.CLASSIFICATION, columns=columns)
    )

    assert isinstance(found, Finding)
    assert (found.code, found.line) == (code, None)
    assert named in found.message


@pytest.mark.parametrize("media", [None, "audio"])
def test_only_an_archive_of_pictures_can_be_mapped_to_pictures(media: str | None) -> None:
    rows: list[Row] = [{"file": "a.png", "sha256": "9f"}]
    source = FileSource(syntax="csv", media=media, read=lambda: iter(enumerate(rows, start=1)))

    found = recognise(source, Mapping(format=F.IMAGE, columns={"image": ("file",)}))

    assert isinstance(found, Finding)
    assert (found.code, found.line) == ("unsupported_format", None)


@pytest.mark.parametrize("mapping", [None, Mapping(format=F.IMAGE, columns={"image": ("file",)})])
def test_a_members_digest_goes_with_its_row(mapping: Mapping | None) -> None:
    rows: list[Row] = [{"file": "a.png", "note": "n", "sha256": "9f"}]
    source = FileSource(
        syntax="zip", media="image", media_column="file", read=lambda: iter(enumerate(rows, start=1))
    )

    found = recognise(source, mapping)

    assert isinstance(found, Recognised)
    assert found.convert(rows[0], 1) == {"image": "a.png", "sha256": "9f"}
    assert found.mapping == Mapping(format=F.IMAGE, columns={"image": ("file",)})


@pytest.mark.parametrize(
    ("text", "marked", "tokens", "labels"),
    [
        ("Li Na beat Na", "{'Li Na': 'good', 'Na': 'bad'}", "Li|Na|beat|Na", "B-good|I-good|O|B-bad"),
        ("上海很大", '{"上海": "地名"}', "上|海|很|大", "B-地名|I-地名|O|O"),
        ("Rs 10.4", "{'Rs': 'x'}", "Rs|10|.|4", "B-x|O|O|O"),
    ],
)
def test_marked_names_become_labels_of_tokens(text: str, marked: str, tokens: str, labels: str) -> None:
    rows = [{"text": text, "entities": marked}]

    found = _recognised(rows, syntax="csv").convert(rows[0], 1)

    assert found == {"tokens": tokens.split("|"), "labels": labels.split("|")}


def test_name_that_does_not_stand_in_the_text_is_told() -> None:
    rows = [{"text": "nothing here", "entities": "{'Li Na': 'good'}"}]

    found = _recognised(rows, syntax="csv").convert(rows[0], 4)

    assert isinstance(found, Finding)
    assert (found.line, found.param, found.code) == (4, "entities", "entity_not_found")


def test_labels_that_are_numbers_in_a_workbook_are_read_as_their_digits() -> None:
    rows: list[Row] = [{"text": "one", "label": 1}, {"text": "two", "label": 2.0}]
    found = _recognised(rows, syntax="xlsx")

    assert [found.convert(row, 1) for row in rows] == [
        {"text": "one", "label": "1"},
        {"text": "two", "label": "2"},
    ]


def test_row_that_lacks_a_column_is_told() -> None:
    rows: list[Row] = [{"utterance": "a", "intent": "b"}, {"utterance": "c"}]

    found = _recognised(rows).convert(rows[1], 2)

    assert isinstance(found, Finding)
    assert (found.line, found.param, found.code) == (2, "intent", "missing_field")


def test_lines_that_can_not_be_read_are_left_to_be_told_one_by_one() -> None:
    broken = Finding(line=1, param=None, code="not_an_object")
    lines = FileSource(syntax="jsonl", read=lambda: iter([(1, broken)]))
    table = FileSource(syntax="csv", read=lambda: iter([(1, broken)]))

    assert isinstance(recognise(lines, None), Recognised)
    assert recognise(table, None) is broken
