"""Labels: what is part of them, and which look the same."""

import unicodedata

_TAGS = range(0xE0020, 0xE0080)  # they spell the flags of some regions
_SELECTORS = range(0xFE00, 0xFE10)  # of a character's look
_MARKS = ".,;:!?。，；：！？、"  # at the end, of somebody who wrote a sentence
_QUOTES = "\"'“”‘’«»「」『』"


def stripped(label: str) -> str:
    """Without white space and invisible characters around it."""
    first, last = 0, len(label)
    while first < last and _is_unseen(label[first]):
        first += 1
    while last > first and _is_unseen(label[last - 1]):
        last -= 1
    return label[first:last]


def unified(label: str) -> str:
    """One spelling for labels that look alike: that differ in case, width, accents' form, white space,
    invisible characters, or in quotes and a full stop around them.
    """
    text = unicodedata.normalize("NFKC", "".join(c for c in label if not _is_invisible(c))).casefold()
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    return text.strip(_QUOTES).rstrip(_MARKS).strip(_QUOTES).strip() or text


def _is_unseen(character: str) -> bool:
    is_format = unicodedata.category(character) == "Cf" and ord(character) not in _TAGS
    return character.isspace() or is_format


def _is_invisible(character: str) -> bool:
    return ord(character) in _SELECTORS or unicodedata.category(character) == "Cf"
