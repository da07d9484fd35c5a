"""What the server says by code has a text in each of the dashboard's languages."""

import ast
import json
from typing import get_args

import pytest

from kernel.contracts import WarningCode
from tests.architecture.sources import ROOT, python_files, tree

LOCALES = ROOT / "frontend" / "src" / "lib" / "i18n" / "locales"


def calls(name):
    for path in python_files("apps"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) == name:
                yield node


def strings(node):
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def audited():
    """The platform's own log, which no customer reads, is written by `record_platform`."""
    return set().union(*(strings(call.args[1]) for call in calls("record") if len(call.args) > 1))


def job_events():
    keywords = (
        keyword for name in ("add_event", "requeue") for call in calls(name) for keyword in call.keywords
    )
    return set().union(*(strings(keyword.value) for keyword in keywords if keyword.arg == "code"))


def text(language, prefix, code):
    found = json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8"))[prefix]
    for part in code.split("."):
        found = found.get(part, {}) if isinstance(found, dict) else {}
    return found


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_each_audited_act_has_a_name(language):
    assert len(audited()) > 30
    assert [code for code in sorted(audited()) if not isinstance(text(language, "event", code), str)] == []


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_each_event_of_a_job_has_a_text(language):
    assert len(job_events()) > 10
    codes = sorted(job_events() - {"no_better_than_baseline", "repeated_validation_rows"})  # said as warnings
    assert [code for code in codes if not isinstance(text(language, "jobEvent", code), str)] == []


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_each_warning_of_a_job_has_a_text(language):
    codes = get_args(WarningCode)
    assert [code for code in codes if not isinstance(text(language, "warning", code), str)] == []
