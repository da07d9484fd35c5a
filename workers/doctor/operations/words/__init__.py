"""Words and characters that stand for each other, in English and Chinese: one group a line, our own lists.

No negation and no number is among them: what a text says stays as it is.
"""

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """Each word, in lower case, and the others of its group."""
    return _others([line.split(", ") for name in ("en.txt", "zh.txt") for line in _lines(name)])


@cache
def similar_characters() -> dict[str, tuple[str, ...]]:
    """Chinese characters that sound or look alike."""
    return _others([list(line) for line in _lines("zh_characters.txt")])


@cache
def known_words() -> re.Pattern[str]:
    """Finds the longest known words: English ones whole, Chinese ones of two characters or more."""
    words = sorted(synonyms(), key=len, reverse=True)
    english = "|".join(re.escape(word) for word in words if word.isascii())
    chinese = "|".join(word for word in words if not word.isascii() and len(word) > 1)
    return re.compile(rf"(?<![\w@./'’-])(?:{english})(?![\w@/'’-]|\.\w)|{chinese}", re.ASCII | re.IGNORECASE)


def _others(groups: list[list[str]]) -> dict[str, tuple[str, ...]]:
    return {word: tuple(other for other in group if other != word) for group in groups for word in group}


def _lines(name: str) -> list[str]:
    return (_FOLDER / name).read_text(encoding="utf-8").splitlines()
