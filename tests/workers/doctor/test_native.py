"""The quick way through JSON Lines finds and keeps exactly what the slow way does."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.rows import Limits, RowFormat
from workers.doctor.finding import Finding, Row
from workers.doctor.formats import rules
from workers.doctor.judge import Taking, judge_lines, judge_rows
from workers.doctor.keeping import Keeper
from workers.doctor.native import Sound, lane_for
from workers.doctor.native.lines import plain_coding
from workers.doctor.readers import open_source
from workers.doctor.recognise import of_spelling
from workers.doctor.recognise.spellings import CHAT
from workers.doctor.remarks import Remarks

RULES = rules(RowFormat.CHAT)
LIMITS = Limits(lines=60, line_bytes=4096, nesting=12, columns=5)
USER = {"role": "user", "content": "hi"}
ANSWER = {"role": "assistant", "content": "hello"}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}


class Kept:
    """What a pass finds; the work folder's files beside it."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper, self.found = keeper, list[Any]()
        self.quick = 0

    def sound(self, line: int, row: Row | Sound, findings: list[Finding]) -> None:
        self.quick += not isinstance(row, dict)
        self._keeper.keep(line, row)
        self.found.append((line, list(findings)))

    def bad(self, line: int, row: Row | None, findings: list[Finding]) -> None:
        self._keeper.keep_bad(line, row)
        self.found.append((line, list(findings)))

    def note(self, finding: Finding) -> None:
        self.found.append((None, [finding]))


def taking() -> Taking:
    chat = of_spelling(CHAT)
    return Taking(chat.convert, RULES, Remarks(chat))


def both(data: bytes, folder: Path) -> tuple[tuple[Any, ...], tuple[Any, ...], int]:
    """Findings and files of the slow way and of the quick one, and how many rows were quick."""
    path = folder / "rows.jsonl"
    path.write_bytes(data)
    results, quick = [], 0
    for name in ("slow", "quick"):
        work = folder / name
        work.mkdir(exist_ok=True)
        lane = lane_for(RowFormat.CHAT)
        with Keeper(work, RULES, lane) as keeper:
            kept = Kept(keeper)
            if name == "slow":
                source = open_source(path, path.name, LIMITS)
                assert not isinstance(source, Finding)
                judge_rows(source.read(), taking(), kept)
            else:
                coding = plain_coding(path)
                assert lane is not None and coding is not None
                judge_lines(path, coding, lane, taking(), LIMITS, kept)
                quick = kept.quick
        files = [(work / file).read_bytes() for file in ("plain.jsonl", "rows.index", "bad.jsonl")]
        results.append((kept.found, *files, keeper.sample))
    return results[0], results[1], quick


def line(*messages: Any, **extra: Any) -> str:
    return json.dumps({"messages": list(messages), **extra}, ensure_ascii=False)


GOOD = line(USER, ANSWER)
TOOLS = line(USER, CALLING, {"role": "tool", "tool_call_id": "c1", "content": "4"}, ANSWER, tools=[TOOL])
HARD = [
    "",
    " \t",
    " " * 5000,
    GOOD + " " * 5000,
    "\r",
    "[]",
    "{oops",
    "NaN",
    '{"messages": NaN}',
    GOOD + GOOD,
    GOOD + " ",
    GOOD.replace("hi", "\\ud83d"),
    GOOD.replace("hi", "\\ud83d\\ude00 \\u0000 \\u4f60"),
    GOOD.replace("hi", "\x01"),
    GOOD.replace("hi", "9" * 5000),
    GOOD.replace('"hi"', "1" + "0" * 400),
    GOOD.replace('"role": "user"', '"role": "system", "role": "user"'),
    GOOD.replace('"content": "hi"', '"content": 7, "content": "hi"'),
    GOOD.replace('"content": "hi"', '"content": "x", "content": ""'),
    GOOD.replace('"messages"', '"messages": [], "messages"'),
    GOOD.replace('"messages"', '"m\\u0065ssages"'),
    TOOLS.replace('"tools"', '"tools": 1e999, "tools"'),
    TOOLS.replace('"tools"', '"t\\u006fols": 1e999, "tools"'),
    TOOLS.replace('"tools"', '"tools": [], "tools"'),
    TOOLS.replace('\\"a\\": 1', '\\"a\\": NaN'),
    TOOLS.replace('\\"a\\": 1', '\\"a\\": ' + "[" * 70 + "]" * 70),
    TOOLS.replace('\\"a\\": 1', '\\"a\\": \\"\\\\ud800\\"'),
    TOOLS.replace('"c1", "content"', '"c2", "content"'),
    TOOLS.replace('"name": "f", "arg', '"name": "g", "arg'),
    TOOLS.replace('"object"', '"objekt"'),
    TOOLS.replace('{"type": "object"}', '{"type": "object", "x": ' + "[" * 9 + "]" * 9 + "}"),
    line(USER, {**ANSWER, "weight": 0}),
    line(USER, {**ANSWER, "weight": 0}, USER, {**ANSWER, "weight": 1}),
    line(USER, {**ANSWER, "weight": 1}, USER, {**ANSWER, "weight": 0}),
    line(USER, {**ANSWER, "weight": 1.0}),
    line(USER, {**ANSWER, "weight": True}),
    line({**USER, "weight": 1}, ANSWER),
    line({**USER, "tool_call_id": "x"}, ANSWER),
    line({**USER, "tool_calls": [CALL]}, ANSWER),
    line({**USER, "name": "李"}, {**ANSWER, "name": None}),
    line(USER, {**ANSWER, "tool_calls": []}),
    line(USER, {**ANSWER, "tool_calls": None}),
    line(USER, {**ANSWER, "mood": "calm"}),
    line(USER, {**ANSWER, "content": "\u3000\x1c"}),
    line(USER, {**CALLING, "content": " "}, tools=[TOOL]),
    line(USER, CALLING),
    line(USER, {"role": "tool", "content": "4"}, ANSWER),
    line(USER, ANSWER, {"role": "tool", "content": "4"}, ANSWER),
    line(ANSWER, {"role": "tool", "tool_call_id": "c1", "content": "4"}, ANSWER),
    line(USER, ANSWER, a=1),
    line(USER, ANSWER, a=1, b=2, c=3, d=4, e=5),
    line(USER, ANSWER, tools=[]),
    line(USER, ANSWER, tools=None),
    line(*[USER, ANSWER] * 40),
    line({**USER, "content": "长" * 2000}, ANSWER),
]


@pytest.mark.parametrize("hard", HARD)
def test_a_hard_line_is_found_and_kept_alike(hard: str, tmp_path: Path):
    slow, quick, _ = both(
        "\n".join([GOOD, TOOLS, hard, TOOLS, GOOD, hard]).encode("utf-8", "ignore"), tmp_path
    )

    assert quick == slow


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n", b""])
def test_marks_and_line_ends_do_not_matter(end: bytes, tmp_path: Path):
    for data in (
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.encode() + end + TOOLS.encode(),
        b"\n" + GOOD.encode(),
    ):
        slow, quick, _ = both(data + end, tmp_path)
        assert quick == slow


def test_bytes_that_are_no_text_are_found_alike(tmp_path: Path):
    chinese = line({**USER, "content": "什么时候发货？" * 20}, ANSWER).encode()
    broken = GOOD.encode().replace(b"hi", b"\xff\xfe")

    slow, quick, _ = both(b"\n".join([chinese] * 50 + [broken, chinese]), tmp_path)

    assert quick == slow
    assert [findings[0].code for _, findings in quick[0] if findings] == ["not_utf8"]


def test_usual_rows_are_quick_and_other_tools_only_the_first_time(tmp_path: Path):
    other = TOOLS.replace('"object"', '"object", "title": "x"')
    _, _, count = both("\n".join([GOOD] * 5 + [TOOLS] * 4 + [other] * 3).encode(), tmp_path)

    assert count == 5 + 3 + 2


TEXTS = st.sampled_from(["hi", "", " ", "\u3000", "你好，世界", "a\nb", '"', "é\u0301", "\x7f"])
MESSAGES = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant"]), "content": TEXTS},
    optional={
        "name": st.sampled_from(["li", 7]),
        "weight": st.sampled_from([0, 1, 2]),
        "tool_calls": st.sampled_from([[CALL], [{**CALL, "id": "c2"}], []]),
    },
)
ODD_MESSAGES = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "developer", "tool", "function", "human"]), "content": TEXTS},
    optional={"tool_call_id": st.sampled_from(["c1", "c2", None])},
)
ROWS = st.fixed_dictionaries(
    {"messages": st.lists(MESSAGES | ODD_MESSAGES, max_size=5)},
    optional={"tools": st.sampled_from([[TOOL], [], [{}], [TOOL, TOOL]]), "id": st.integers(0, 3)},
)
LINES = st.one_of(
    ROWS.map(lambda row: json.dumps(row, ensure_ascii=False)),
    ROWS.map(json.dumps),
    st.tuples(ROWS, st.integers(0, 60)).map(lambda cut: json.dumps(cut[0])[: -cut[1] - 1]),
    st.sampled_from([GOOD, TOOLS, *HARD]),
)


@settings(max_examples=120, deadline=None)
@given(lines=st.lists(LINES, min_size=2, max_size=70))
def test_any_lines_are_found_and_kept_alike(lines: list[str], tmp_path_factory: pytest.TempPathFactory):
    data = "\n".join([GOOD, GOOD, *lines]).encode("utf-8", "ignore")

    slow, quick, _ = both(data, tmp_path_factory.mktemp("lines"))

    assert quick == slow
