"""Whatever the doctor can say, it says in full, and the dashboard says it in both languages."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest

from workers.doctor.finding import Finding, Value
from workers.doctor.report import Report
from workers.doctor.sentences import SENTENCES

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "workers/doctor").rglob("*.py"))
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-CN"])
CODES = {key.partition("/")[0] for key in SENTENCES}
# What makes a finding: the place of its code among the arguments, and the values that it adds itself.
MAKERS: dict[str, tuple[int, set[str]]] = {
    **dict.fromkeys(("refusal", "unreadable", "note", "Impossible", "Broken"), (0, set())),
    **dict.fromkeys(("Problem", "_refused"), (0, {"name"})),
    **dict.fromkeys(("error", "warning"), (2, set())),
    **dict.fromkeys(("at.error", "at.warning"), (1, {"turn"})),
}


class Said(NamedTuple):
    """A place in the sources that makes a finding, with each code that it may have."""

    where: str
    codes: list[str]
    reason: str | None
    values: set[str]

    def sentences(self) -> list[str]:
        """The sentences that it may choose: of a reason that is worked out there, any that it can fill."""
        if self.reason != "*":
            return [code if self.reason is None else f"{code}/{self.reason}" for code in self.codes]
        found = [key for key in SENTENCES if key.startswith(f"{self.codes[0]}/")]
        return [key for key in found if _holes(SENTENCES[key]) <= self.values] or [f"{self.codes[0]}/*"]


def test_every_finding_has_a_sentence_and_the_values_that_it_names() -> None:
    wrong = [
        (said.where, key)
        for said in SAID
        for key in said.sentences()
        if key not in SENTENCES or not _holes(SENTENCES[key]) <= said.values
    ]

    assert len(SAID) > 150
    assert wrong == []


def test_only_makers_pass_a_code_on() -> None:
    """Or the tests here would miss what is said through another function."""
    passing = {
        function.name
        for path in SOURCES
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and (code := _code(node)) and not _texts(code)
    }

    makers = {"refusal", "unreadable", "note", "error", "warning", "_refused"}
    assert passing == {*makers, "__init__", "_broken"}  # of Impossible; of Broken and Problem


def test_every_sentence_is_said_somewhere() -> None:
    assert SENTENCES.keys() - {key for said in SAID for key in said.sentences()} == set()


@LANGUAGES
def test_dashboard_has_words_for_every_code_and_no_others(language: str) -> None:
    assert set(_words(language)["finding"]) == CODES | _codes_of_datasets()


@LANGUAGES
def test_dashboard_names_only_values_that_the_sentence_has(language: str) -> None:
    texts = _words(language)["findingText"]

    assert texts.keys() - SENTENCES.keys() <= _codes_of_datasets()
    for key, text in texts.items():
        holes = set(re.findall(r"\{\{(\w+)\}\}", text))
        assert holes <= (_holes(SENTENCES[key]) - {"line", "param"} if key in SENTENCES else set()), key


@LANGUAGES
def test_what_comes_without_values_has_a_text_that_needs_none(language: str) -> None:
    """Of an operation's failure only the code and the message reach a report."""
    failures = {code for said in SAID if said.where.startswith("operations/") for code in said.codes}
    texts = _words(language)["findingText"]

    assert {"no_rows_left", "source_deleted"} <= failures | _codes_of_datasets()
    assert [code for code in failures | _codes_of_datasets() if "{{" in texts.get(code, "{{")] == []


@LANGUAGES
def test_dashboard_says_more_than_a_title_where_a_finding_has_more_to_say(language: str) -> None:
    more = {key for key, text in SENTENCES.items() if "/" in key or _holes(text) - {"line", "param", "turn"}}

    assert more - _words(language)["findingText"].keys() == set()


def test_values_can_be_stored() -> None:
    finding = Finding(line=1, param=None, code="rare_label", values={"value": "a\0\ud800"})

    assert finding.to_json()["values"] == {"value": "a\ufffd?"}
    assert finding.to_json()["message"] == r"The label 'a\x00\ud800' has only 1 row."


def test_as_many_findings_as_a_report_keeps_fit_it_however_long_their_values() -> None:
    report, values = Report(), dict[str, Value](name="长" * 41, says="长" * 201)
    for line in range(1000):
        for is_error in (True, False):
            report.add(
                Finding(
                    line=line, param="长" * 200, code="invalid_tool_schema", values=values, is_error=is_error
                )
            )

    assert len(json.dumps(report.to_json(), ensure_ascii=False).encode()) < 2 * 1024**2 / 4


def _holes(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def _words(language: str) -> dict[str, dict[str, str]]:
    path = ROOT / f"frontend/src/lib/i18n/locales/{language}.json"
    found: dict[str, dict[str, str]] = json.loads(path.read_text())
    return found


def _codes_of_datasets() -> set[str]:
    """What the control plane says of a file by itself, in whole sentences."""
    found = {
        code
        for path in (ROOT / "apps/datasets/services").glob("*.py")
        for code in re.findall(r'(?:error_report\(|_refuse\(file, )"(\w+)"', path.read_text())
    }
    assert found
    return found


def _said() -> Iterator[Said]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and (codes := _texts(_code(node))):
                reason, values = _values(node)
                yield Said(f"{path.parent.name}/{path.name}:{node.lineno}", codes, reason, values)


def _code(call: ast.Call) -> ast.expr | None:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    place, _ = MAKERS.get(ast.unparse(call.func), (len(call.args), set()))
    return given.get("code") if ast.unparse(call.func) == "Finding" else [*call.args, None][place:][:1][0]


def _texts(node: ast.expr | None) -> list[str]:
    """Of a choice, both; of what is passed on, none: it was made elsewhere."""
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _values(call: ast.Call) -> tuple[str | None, set[str]]:
    """The reason, "*" when it is worked out, and all that a sentence may name."""
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    if isinstance(listed := given.pop("values", None), ast.Dict):
        given |= {_texts(key)[0]: value for key, value in zip(listed.keys, listed.values, strict=True)}
    reason = given.pop("reason", None)
    _, added = MAKERS.get(ast.unparse(call.func), (0, set[str]()))
    return (_texts(reason) or ["*"])[0] if reason else None, {"line", "param", *given, *added}


SAID = list(_said())
