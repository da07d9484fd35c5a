"""Where things are, and how large they may grow."""

import ast
import platform
import subprocess
import sys

import pytest

from tests.architecture.sources import PRODUCT, ROOT, python_files, text, tree

BANNED_NAMES = {"utils", "helpers", "common", "misc"}
MAX_FILE_LINES, MAX_FUNCTION_LINES, MAX_RECIPE_LINES = 400, 50, 80


def test_platform_is_pythons_own():
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert platform.system()
    found = subprocess.run(
        [sys.executable, "-c", "import platform; print(platform.python_version())"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == platform.python_version()


def test_no_file_has_a_banned_name():
    assert [p for p in python_files(*PRODUCT, "tests") if p.stem in BANNED_NAMES] == []


def test_no_file_is_too_long():
    lengths = {str(p): len(text(p).splitlines()) for p in python_files(*PRODUCT, "tests")}

    assert {p: n for p, n in lengths.items() if n > MAX_FILE_LINES} == {}


def test_no_function_is_too_long():
    too_long = []
    for path in python_files(*PRODUCT):
        limit = MAX_RECIPE_LINES if "recipes" in path.parts else MAX_FUNCTION_LINES
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > limit:
                    too_long.append(f"{path}:{node.lineno} {node.name} has {length} lines")

    assert too_long == []


@pytest.mark.parametrize(
    "folder", [p.parent for p in sorted((ROOT / "apps").glob("*/apps.py"))], ids=lambda p: p.name
)
def test_every_app_says_what_it_owns(folder):
    assert (folder / "README.md").is_file()
