"""What holds for every format, whatever somebody puts into a row."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.rows import RowFormat
from workers.doctor.formats import rules

_FIXES = """rename_roles trim_after_answer weights_to_integers functions_to_tools contents_to_text
    arguments_to_json add_call_ids strip_labels unify_labels numbers_from_text"""
_NAMES = """messages tools functions input preferred_output non_preferred_output preferred_completion
    non_preferred_completion text label value prompt response score tokens labels anchor positive negative
    user item rating timestamp title image audio sha256"""
FIXES, NAMES = frozenset(_FIXES.split()), _NAMES.split()
SCALARS = st.sampled_from(
    [
        None,
        True,
        0,
        1,
        -2.5,
        10**30,
        "",
        " ",
        "x",
        "７",
        "1,5",
        "2024-01-02",
        "user",
        "assistant",
        "gpt",
        "{}",
        "B-X",
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "text"]), inner),
    max_leaves=6,
)
FUNCTIONS = st.fixed_dictionaries({"name": SCALARS}, optional={"arguments": VALUES, "parameters": VALUES})
CALLS = st.fixed_dictionaries({"id": SCALARS, "function": FUNCTIONS | SCALARS})
MESSAGES = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["user", "assistant", "system", "tool", "function", "gpt", 7]),
        "content": VALUES,
    },
    optional={
        "weight": SCALARS,
        "name": SCALARS,
        "tool_calls": st.lists(CALLS | SCALARS, max_size=2) | SCALARS,
        "tool_call_id": SCALARS,
        "function_call": FUNCTIONS | SCALARS,
    },
)
ARRAYS = st.lists(MESSAGES | SCALARS, max_size=4)
TOOLS = st.lists(st.fixed_dictionaries({"function": FUNCTIONS | SCALARS}) | FUNCTIONS | SCALARS, max_size=2)
ANYTHING = VALUES | ARRAYS | TOOLS | st.fixed_dictionaries({"messages": ARRAYS}, optional={"tools": TOOLS})
USER, ANSWER = ({"role": role, "content": "x"} for role in ("user", "assistant"))
GOOD: dict[RowFormat, dict[str, Any]] = {
    RowFormat.CHAT: {"messages": [USER, ANSWER], "tools": []},
    RowFormat.PREFERENCE: {
        "input": {"messages": [USER]},
        "preferred_output": [ANSWER],
        "non_preferred_output": [{**ANSWER, "content": "y"}],
    },
    RowFormat.REINFORCEMENT: {"messages": [USER], "answer": "x"},
    RowFormat.CLASSIFICATION: {"text": "x", "label": "a"},
    RowFormat.REGRESSION: {"text": "x", "value": 1},
    RowFormat.GRADING: {"prompt": "x", "response": "y", "score": 1},
    RowFormat.TOKEN_LABELS: {"tokens": ["x"], "labels": ["O"]},
    RowFormat.PAIRS: {"anchor": "x", "positive": "y", "score": 1},
    RowFormat.TRIPLETS: {"anchor": "x", "positive": "y", "negative": "z"},
    RowFormat.RANKING: {"user": "x", "item": 1, "rating": 2, "timestamp": 3},
    RowFormat.TEXT: {"text": "x", "title": "y"},
    RowFormat.SERIES: {"timestamp": "2024-01-02", "value": 1},
    RowFormat.IMAGE: {"image": "x.png", "sha256": "9f", "label": "a"},
    RowFormat.AUDIO: {"audio": "x.wav", "sha256": "9f", "label": "a"},
}


@pytest.mark.parametrize("format", RowFormat)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_row_is_judged_and_a_sound_one_has_a_stable_plain_form(format: RowFormat, data: st.DataObject):
    good = GOOD[format]
    changed = data.draw(st.dictionaries(st.sampled_from([*good] * 5 + NAMES), ANYTHING, max_size=3))
    row = {**good, **changed}
    rules_of_format = rules(format)

    for candidate in (row, rules_of_format.repair(row, FIXES)):
        findings = rules_of_format.check(candidate, 9)
        assert all(finding.line == 9 and finding.message.startswith("Line 9") for finding in findings)
        assert all(finding.fix for finding in findings if finding.is_error)
        if not any(finding.is_error for finding in findings):
            plain = rules_of_format.plain(candidate)
            assert not any(finding.is_error for finding in rules_of_format.check(plain, 1))
            assert rules_of_format.plain(plain) == plain
            assert msgspec.json.decode(msgspec.json.encode(plain)) == plain
            assert isinstance(rules_of_format.input_of(plain), str)
            assert all(isinstance(text, str) for _, text in rules_of_format.texts(plain))


@pytest.mark.parametrize("format", RowFormat)
def test_a_sound_row_stays_as_it_is(format: RowFormat):
    row = GOOD[format]

    assert rules(format).check(row, 1) == []
    assert rules(format).repair(row, FIXES) is row
