"""Where a table's columns are named, if they are, and what they are then called."""

from collections import Counter
from dataclasses import dataclass

from workers.doctor.finding import Finding, quoted
from workers.doctor.readers.content import note
from workers.doctor.readers.names import LABEL, OFTEN_VALUES, RESPONSE, TEXT, fold, is_known

Record = tuple[int, list[str]]  # line, fields

_MAX_NAME_CHARACTERS = 64
_SENTENCE_ENDS = ("。", "！", "？", "!", ".")
_MOST_COLUMNS = 5_000  # beyond any table that is read
_MOST_ABOVE = 10  # records above the names
_SENTENCE_WORDS, _SENTENCE_WIDTH = 4, 16
# Names that are hardly ever values too, as "price" or "question" may be.
_STRONG = frozenset(map(fold, (*TEXT, *LABEL, *RESPONSE))) - frozenset(map(fold, OFTEN_VALUES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`names` are as in the file, trimmed, each one once. Without a written header they are numbered.

    `records` come before the first row: titles, the names, and names in another language. `written` are the
    names' own cells; `notes` say what was assumed.
    """

    names: tuple[str, ...]
    is_written: bool
    records: int = 0
    written: tuple[str, ...] = ()
    notes: tuple[Finding, ...] = ()

    def is_again(self, fields: list[str]) -> bool:
        """True for the names once more, where files were joined."""
        return len(self.written) > 1 and tuple(field.strip() for field in fields) == self.written


def read_header(records: list[Record]) -> Header:
    """Look at the first records; there is at least one."""
    if len(records[0][1]) > _MOST_COLUMNS:
        return Header(names=tuple(records[0][1]), is_written=False)
    table = [[field.strip() for field in fields] for _, fields in records]
    above = _titles(table)
    first, rest = _without_blank_end(table[above], table[above + 1 :]), table[above + 1 :]
    if not _names_columns(first, rest):
        names = unique([""] * max(len(first), _width(table)))
        return Header(
            names=names, is_written=False, notes=(note("no_header", records[0][0], columns=len(names)),)
        )
    is_doubled = len(rest) > 1 and _is_second(rest[0], first, rest[1:])
    return Header(
        names=unique(first),
        is_written=True,
        records=above + 1 + is_doubled,
        written=tuple(first),
        notes=tuple(_notes(records, above, is_doubled, _is_assumed(first, rest))),
    )


def unique(names: list[str]) -> tuple[str, ...]:
    """Give a number to names that are blank or repeated."""
    kept: dict[str, None] = {}
    again: Counter[str] = Counter()
    for place, name in enumerate(names, start=1):
        base = free = name or f"column_{place}"
        while free in kept:
            again[base] += 1
            free = f"{base}_{again[base] + 1}"
        kept[free] = None
    return tuple(kept)


def _notes(records: list[Record], above: int, is_doubled: bool, is_assumed: bool) -> list[Finding]:
    found = []
    line, fields = records[above]
    for title, cells in records[:above]:
        found.append(note("line_above_header", title, names=quoted(filter(None, cells)), other=line))
    if is_doubled:
        double, cells = records[above + 1]
        found.append(note("second_header", double, names=quoted(cells[:10])))
    if is_assumed:
        found.append(note("header_assumed", line, names=quoted(fields[:10])))
    return found


def _width(table: list[list[str]]) -> int:
    """How many columns most records fill, blank ones at their end left out."""
    widths = Counter(len(_without_blank_end(fields, [])) for fields in table)
    return max(widths, key=lambda width: (widths[width], width))


def _titles(table: list[list[str]]) -> int:
    """How many records stand above the names: each fills one column, or half of those that have names."""
    width = _width(table)
    above = 0
    while above < min(_MOST_ABOVE, len(table) - 2) and 2 * _filled(table[above]) <= width > 1:
        above += 1
    names = table[above]
    if above and _filled(names) > 1 and _names_columns(names, table[above + 1 :]):
        return above
    return 0


def _filled(fields: list[str]) -> int:
    return sum(field != "" for field in fields)


def _without_blank_end(fields: list[str], rest: list[list[str]]) -> list[str]:
    """Without columns that no record has anything in."""
    end = len(fields)
    while (
        end > 1
        and not fields[end - 1]
        and not any(record[end - 1 : end] not in ([], [""]) for record in rest)
    ):
        end -= 1
    return fields[:end]


def _names_columns(first: list[str], rest: list[list[str]]) -> bool:
    names = [name for name in first if name]
    known = [name for name in names if is_known(name)]
    if len(known) > 1 and len(known) == len(names):
        return True
    if any(_recurs(name, place, rest) for place, name in enumerate(first) if name):
        return 2 * len(known) > len(names) > 2
    is_value = any(
        not is_known(name) and _is_like_values(name, place, rest) for place, name in enumerate(first) if name
    )
    if known:
        return not is_value or any(fold(name) in _STRONG for name in known)
    if is_value or not names or len(set(names)) < len(names):
        return False
    return all(_is_name(name) for name in names)


def _is_assumed(first: list[str], rest: list[list[str]]) -> bool:
    """True when hardly anything shows that these are names, but that they are short and differ."""
    known = [name for name in first if is_known(name)]
    if len(known) > 1 or any(fold(name) in _STRONG for name in known):
        return any(
            not is_known(name) and _is_like_values(name, place, rest) for place, name in enumerate(first)
        )
    return len(first) > 1 and not any(_is_number_column(place, rest) for place in range(len(first)))


def _is_second(second: list[str], first: list[str], rest: list[list[str]]) -> bool:
    """True for the same names in another language."""
    names = [name for name in second if name]
    return (
        second != first
        and len(names) > 1
        and all(is_known(name) for name in names)
        and not any(_recurs(name, place, rest) for place, name in enumerate(second) if name)
    )


def _is_name(text: str) -> bool:
    if len(text) > _MAX_NAME_CHARACTERS or "\n" in text or text.endswith(_SENTENCE_ENDS):
        return False
    return not text.replace(".", "").replace("-", "").isdigit()


def _recurs(name: str, place: int, rest: list[list[str]]) -> bool:
    """True when the same word stands further down in the column, as a label does."""
    return any(place < len(record) and record[place] == name for record in rest)


def _is_like_values(name: str, place: int, rest: list[list[str]]) -> bool:
    """True for a sentence above sentences."""
    below = [_breadth(record[place]) for record in rest if place < len(record) and record[place]]
    is_sentence = len(name.split()) >= _SENTENCE_WORDS or _wide(name) * 2 >= _SENTENCE_WIDTH
    return bool(below) and is_sentence and _breadth(name) >= 0.4 * sum(below) / len(below)


def _wide(text: str) -> int:
    return sum(character >= "\u2e80" for character in text)


def _breadth(text: str) -> int:
    """A wide character says as much as two narrow ones."""
    return len(text) + _wide(text)


def _is_number_column(place: int, rest: list[list[str]]) -> bool:
    values = [record[place] for record in rest if place < len(record) and record[place]]
    return bool(values) and all(value.lstrip("-+").replace(".", "", 1).isdigit() for value in values)
