"""Refusals of data, in the words of the dashboard."""

import json

import pytest

from apps.datasets import errors
from kernel.errors import FineryError
from tests.architecture.sources import ROOT

OURS = [error for error in vars(errors).values() if getattr(error, "__module__", "") == errors.__name__]


@pytest.mark.parametrize("error", OURS)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_each_refusal_is_said_in_both_languages(error: type[FineryError], language: str) -> None:
    texts = json.loads((ROOT / f"frontend/src/lib/i18n/locales/{language}.json").read_text())

    assert texts["problem"].get(error.code)
