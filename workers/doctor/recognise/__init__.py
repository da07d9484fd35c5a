"""What the rows of a file are: a spelling that people use, or columns that hold something."""

import re
from dataclasses import dataclass

from kernel.rows import Columns, Mapping, RowFormat
from workers.doctor.finding import Finding, Row, cut, quoted
from workers.doctor.readers.content import DIGEST, FileSource, note, refusal
from workers.doctor.readers.documents import written_out
from workers.doctor.readers.names import LABEL, first_named
from workers.doctor.recognise.columns import Guess, Table, by_names
from workers.doctor.recognise.guesses import by_statistics
from workers.doctor.recognise.mapped import NUMBERS, Marks, check_mapping, converter, is_identity
from workers.doctor.recognise.parts import present
from workers.doctor.recognise.spelling import Convert, Remark, Spelling, nothing
from workers.doctor.recognise.spellings import CHAT, find_spelling, native
from workers.doctor.recognise.statistics import columns_of

_WHOLE = re.compile(r"^(\s*-?\d+)\.0+(?=\s*$)")
_TEXT = Guess(mapping=Mapping(format=RowFormat.TEXT, columns={"text": ("text",)}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """How to take a file's rows. `mapping` of columns only; `is_native`: `convert` leaves usual rows alone.

    `warnings` are about what was recognised; what the reader noticed is in the source's notes. `reads` are
    the fields that `convert` uses (None: all of them), `remark` what it leaves out of those.
    """

    format: RowFormat
    spelling: str
    mapping: Mapping | None
    convert: Convert
    is_native: bool
    warnings: list[Finding]
    reads: frozenset[str] | None = None
    remark: Remark = nothing


def recognise(
    source: FileSource, mapping: Mapping | None, known: RowFormat | None = None
) -> Recognised | Finding:
    """Look at rows from the whole file. A person's mapping goes before everything that they seem to be.

    `known` is the format in whose plain form an operation wrote the rows: they are that, whatever they hold.

    The finding's code is `needs_mapping` when the rows can be read, but not be told from each other.
    """
    sample, unreadable = source.sample()
    if not sample:
        return _without_rows(source, unreadable)
    table = columns_of(sample, source.columns)
    if known is not None and mapping is None and not source.media:
        return _of_format(known)
    return _of_sample(source, sample, table, mapping)


def _of_sample(
    source: FileSource, sample: list[Row], table: Table, mapping: Mapping | None
) -> Recognised | Finding:
    if mapping is not None:
        return check_mapping(mapping, tuple(table), source.media) or _of_columns(
            source, Guess(mapping=mapping, is_chosen=True), table
        )
    if source.syntax == "text":
        return _of_columns(source, _TEXT, table)
    if source.media:
        return _of_columns(source, _media(source, table), table)
    if spelling := find_spelling(sample):
        return of_spelling(spelling)
    guess = by_names(table) or by_statistics(table)
    if isinstance(guess, Finding):
        return guess
    if guess is not None:
        return _of_columns(source, guess, table)
    return _written_out(source) if source.syntax == "json" else needs_mapping(tuple(table))


def needs_mapping(columns: tuple[str, ...]) -> Finding:
    return refusal("needs_mapping", names=quoted(columns[:20]))


def _without_rows(source: FileSource, unreadable: Finding | None) -> Recognised | Finding:
    """Of JSON Lines each line is told what is wrong with it, so reading must go on."""
    if unreadable is not None and source.syntax == "jsonl":
        return of_spelling(CHAT)
    return unreadable or refusal("empty_file")


def _unchanged(row: Row, line: int) -> Row | Finding:
    return row


def of_spelling(spelling: Spelling) -> Recognised:
    return Recognised(
        format=spelling.format,
        spelling=spelling.name,
        mapping=None,
        convert=lambda row, line: spelling.convert(present(row), line),
        is_native=spelling.is_native,
        warnings=[],
        reads=spelling.reads,
        remark=lambda row, line: spelling.remark(present(row), line),
    )


def _of_format(format: RowFormat) -> Recognised:
    spelling = native(format)
    return Recognised(
        format=format,
        spelling="columns" if spelling is None else spelling.name,
        mapping=None,
        convert=_unchanged,
        is_native=True,
        warnings=[],
    )


def _of_columns(source: FileSource, guess: Guess, table: Table) -> Recognised:
    marks = _marks(guess.mapping, table)
    has_text = source.syntax not in ("parquet", "xlsx")  # these have labels as numbers
    is_whole = _has_whole_labels(guess.mapping, table)
    is_native = is_identity(guess.mapping) and not marks and has_text and not is_whole
    convert = _unchanged if is_native else converter(guess.mapping, marks)
    return Recognised(
        format=guess.mapping.format,
        spelling=guess.spelling,
        mapping=guess.mapping,
        convert=_with_whole_labels(convert) if is_whole else convert,
        is_native=is_native,
        warnings=[*guess.warnings, *_said_of_marks(marks)],
        reads=None if guess.is_chosen else guess.used | {DIGEST},
    )


def _has_whole_labels(mapping: Mapping, table: Table) -> bool:
    """True for classes numbered 0.0, 1.0, 2.0: what other files have as 0, 1, 2."""
    columns = [table[name] for name in mapping.columns.get("label", ())[:1] if name in table]
    return any(column.kind == "number" and not column.has_fractions for column in columns)


def _with_whole_labels(convert: Convert) -> Convert:
    def converted(row: Row, line: int) -> Row | Finding:
        made = convert(row, line)
        if isinstance(made, dict) and isinstance(label := made.get("label"), str):
            return {**made, "label": _WHOLE.sub(r"\1", label)}
        return made

    return converted


def _marks(mapping: Mapping, table: Table) -> Marks:
    """Of the columns of numbers that are not all written plainly, the decimal mark."""
    columns = (mapping.columns[role][0] for role in NUMBERS if mapping.columns.get(role))
    found = {name: table[name].mark for name in columns if name in table}
    return {name: mark for name, mark in found.items() if mark is not None}


def _said_of_marks(marks: Marks) -> list[Finding]:
    return [
        note("numbers_read", reason=reason, name=cut(name))
        for name, mark in marks.items()
        for reason in ("comma" if mark == "," else "point",)
    ]


def _media(source: FileSource, table: Table) -> Guess:
    row_format = RowFormat(str(source.media))
    columns: Columns = {str(source.media): (source.media_column,)}
    if label := first_named((name for name in table if name != source.media_column), LABEL):
        columns["label"] = (label,)
    return Guess(mapping=Mapping(format=row_format, columns=columns))


def _written_out(source: FileSource) -> Recognised:
    """Nested objects without a text of their own are pages to read."""
    return Recognised(
        format=RowFormat.TEXT,
        spelling="document",
        mapping=None,
        convert=lambda row, line: {"text": written_out(row)},
        is_native=False,
        warnings=[note("columns_guessed", reason="documents")],
    )
