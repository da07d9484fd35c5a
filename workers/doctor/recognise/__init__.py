"""What the rows of a file are: a spelling that people use, or columns that hold something."""

from dataclasses import dataclass

from kernel.rows import Columns, Mapping, RowFormat
from workers.doctor.finding import Finding, Row, quoted
from workers.doctor.readers.content import FileSource, note, refusal
from workers.doctor.readers.documents import written_out
from workers.doctor.readers.names import LABEL, first_named
from workers.doctor.recognise.columns import Guess, Table, by_names
from workers.doctor.recognise.guesses import by_statistics
from workers.doctor.recognise.mapped import check_mapping, converter, is_identity
from workers.doctor.recognise.spelling import Convert, Spelling
from workers.doctor.recognise.spellings import CHAT, find_spelling
from workers.doctor.recognise.statistics import columns_of

_TEXT = Guess(mapping=Mapping(format=RowFormat.TEXT, columns={"text": ("text",)}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """How to take a file's rows. `mapping` of columns only; `is_native`: `convert` changes nothing.

    `warnings` are about what was recognised; what the reader noticed is in the source's notes.
    """

    format: RowFormat
    spelling: str
    mapping: Mapping | None
    convert: Convert
    is_native: bool
    warnings: list[Finding]


def recognise(source: FileSource, mapping: Mapping | None) -> Recognised | Finding:
    """Look at rows from the whole file. A person's mapping goes before everything that they seem to be.

    The finding's code is `needs_mapping` when the rows can be read, but not be told from each other.
    """
    sample, unreadable = source.sample()
    if not sample:
        return _without_rows(source, unreadable)
    table = columns_of(sample, source.columns)
    if mapping is not None:
        return check_mapping(mapping, tuple(table), source.media) or _of_columns(
            source, Guess(mapping=mapping)
        )
    if source.syntax == "text":
        return _of_columns(source, _TEXT)
    if source.media:
        return _of_columns(source, _media(source, table))
    if spelling := find_spelling(sample):
        return _of_spelling(source, spelling)
    guess = by_names(table) or by_statistics(table)
    if guess is not None:
        return _of_columns(source, guess)
    return _written_out(source) if source.syntax == "json" else needs_mapping(tuple(table))


def needs_mapping(columns: tuple[str, ...]) -> Finding:
    return refusal("needs_mapping", names=quoted(columns[:20]))


def _without_rows(source: FileSource, unreadable: Finding | None) -> Recognised | Finding:
    """Of JSON Lines each line is told what is wrong with it, so reading must go on."""
    if unreadable is not None and source.syntax == "jsonl":
        return _of_spelling(source, CHAT)
    return unreadable or refusal("empty_file")


def _unchanged(row: Row, line: int) -> Row | Finding:
    return row


def _of_spelling(source: FileSource, spelling: Spelling) -> Recognised:
    return Recognised(
        format=spelling.format,
        spelling=spelling.name,
        mapping=None,
        convert=spelling.convert or _unchanged,
        is_native=spelling.convert is None,
        warnings=[],
    )


def _of_columns(source: FileSource, guess: Guess) -> Recognised:
    is_native = is_identity(guess.mapping) and source.syntax not in ("parquet", "xlsx")  # labels as numbers
    return Recognised(
        format=guess.mapping.format,
        spelling=guess.spelling,
        mapping=guess.mapping,
        convert=_unchanged if is_native else converter(guess.mapping),
        is_native=is_native,
        warnings=list(guess.warnings),
    )


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
