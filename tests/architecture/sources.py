"""The project's own Python files, for the rules that read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("platform", "apps", "workers")


def python_files(*tops: str) -> Iterator[Path]:
    """Every module below the given top folders but migrations, as paths relative to the root."""
    for top in tops:
        for path in sorted((ROOT / top).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT)


def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")
