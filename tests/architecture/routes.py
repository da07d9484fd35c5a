"""Every path that the control plane answers."""

import re

from tests.resolver import routed_views

_PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
_SAMPLES = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000000"}
_CAUGHT = {"/", "/jobs/one", "/v1/nothing", "/staff/nothing"}  # by the catch-alls


def all_paths() -> list[str]:
    """One path for each route; a parameter is filled with a value that names nothing."""
    return sorted(_CAUGHT | {_PARAMETER.sub(_sample, template) for template, _ in routed_views()})


def _sample(parameter: re.Match[str]) -> str:
    return _SAMPLES.get(parameter[1] or "str", "x1")
