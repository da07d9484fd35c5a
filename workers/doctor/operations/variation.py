"""Small changes to a text that leave its meaning: other words for the same, and slips of the fingers.

Negations, numbers and whatever holds a digit, addresses and names of files are never touched.
"""

import re
from collections.abc import Callable, Sequence
from random import Random

from workers.doctor.operations.words import known_words, similar_characters, synonyms

_SHARE_OF_WORDS = 0.4
_WORDS_PER_SLIP = 8  # Chinese: characters
_ARTICLE = re.compile(r"\b(a|an) $", re.IGNORECASE)
_WORD = re.compile(r"(?<![\w@./'’-])[A-Za-z]{4,30}(?![\w@/'’-]|\.\w)", re.ASCII)
_NEGATIONS = frozenset({"none", "never", "nothing", "nobody", "nowhere", "neither", "cannot", "without"})
_CHINESE = re.compile(rf"(?<![0-9０-９一二三四五六七八九十百千万亿两])[{''.join(similar_characters())}]")
_PARTICLE = re.compile(r"(?<=[\u3400-\u9fff])[的了啊呢呀嘛哦啦](?=[\u3400-\u9fff，。！,.!]|$)")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

_Edit = tuple[int, int, str]  # start, end, what is written there instead


def replace_words(text: str, random: Random) -> str:
    """Some of the words that have a synonym, at least one of them; the same text when none has."""
    edits = [edit for match in known_words().finditer(text) if (edit := _synonym(match, random))]
    if not edits:
        return text
    chosen = [edit for edit in edits if random.random() < _SHARE_OF_WORDS]
    return _apply(text, chosen or [random.choice(edits)])


def slip(text: str, random: Random) -> str:
    """A slip in one word of eight, or one Chinese character of eight; at least one, if there is a place."""
    words = [match for match in _WORD.finditer(text) if match.group().lower() not in _NEGATIONS]
    characters = [*_CHINESE.finditer(text), *_PARTICLE.finditer(text)]
    edits = [_mistype(match, random) for match in _some(words, random)]
    edits += [_miswrite(match, random) for match in _some(characters, random)]
    return _apply(text, edits)


METHODS: dict[str, Callable[[str, Random], str]] = {"synonyms": replace_words, "characters": slip}


def vary(text: str, methods: Sequence[str], random: Random) -> str:
    """By one of the methods, or by the next where that one finds nothing to change."""
    for method in random.sample(list(methods), len(methods)):
        varied = METHODS[method](text, random)
        if varied != text:
            return varied
    return text


def _some(matches: list[re.Match[str]], random: Random) -> list[re.Match[str]]:
    return random.sample(matches, min(len(matches), 1 + len(matches) // _WORDS_PER_SLIP))


def _synonym(match: re.Match[str], random: Random) -> _Edit | None:
    word = match.group()
    other = random.choice(synonyms()[word.lower()])
    article = _ARTICLE.search(match.string, max(0, match.start() - 4), match.start())
    if article and (word[0].lower() in "aeiou") != (other[0] in "aeiou"):
        return None
    if word.isascii() and word.isupper():
        other = other.upper()
    elif word[0].isupper():
        other = other[0].upper() + other[1:]
    return match.start(), match.end(), other


def _mistype(match: re.Match[str], random: Random) -> _Edit:
    """A neighbouring key, two letters swapped, or one left out; the first letter stays."""
    word, at = match.group(), random.randrange(1, len(match.group()) - 1)
    slips = [word[:at] + word[at + 1 :], word[:at] + _neighbour(word[at], random) + word[at + 1 :]]
    if word[at] != word[at + 1]:
        slips.append(word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    return match.start(), match.end(), random.choice(slips)


def _neighbour(letter: str, random: Random) -> str:
    row = next(row for row in _ROWS if letter.lower() in row)
    at = row.index(letter.lower())
    near = random.choice([row[place] for place in (at - 1, at + 1) if 0 <= place < len(row)])
    return near.upper() if letter.isupper() else near


def _miswrite(match: re.Match[str], random: Random) -> _Edit:
    """A character that sounds or looks like it; a particle is left out."""
    written = "" if match.re is _PARTICLE else random.choice(similar_characters()[match.group()])
    return match.start(), match.end(), written


def _apply(text: str, edits: list[_Edit]) -> str:
    parts, at = [], 0
    for start, end, written in sorted(edits):
        if start >= at:  # a particle may have been chosen twice
            parts += [text[at:start], written]
            at = end
    return "".join([*parts, text[at:]])
