"""Which columns hold what, where their names do not say: by what is in them."""

from kernel.rows import Columns, Mapping, RowFormat
from workers.doctor.finding import Finding, quoted
from workers.doctor.readers import names
from workers.doctor.readers.content import note
from workers.doctor.readers.names import first_named, named
from workers.doctor.recognise.columns import Guess, Table
from workers.doctor.recognise.statistics import Column


def by_statistics(table: Table) -> Guess | None:
    """The likeliest reading, with a warning that says which it is and what it could be instead."""
    prose = sorted((column for column in table.values() if column.is_prose), key=_length, reverse=True)
    labels = [column for column in table.values() if column.is_label]
    if prose and labels and len(table) <= 6:
        return _classification(prose, _likeliest(labels))
    if not prose:
        return _series(table)
    if len(prose) == 2 and len(table) <= 3 and not _is_text_table(table):
        return _conversation(table, prose)
    return documents(table)


def documents(table: Table) -> Guess | None:
    """Texts with their titles, and the columns that are left out."""
    prose = [column.name for column in table.values() if column.kind == "text" and not column.is_time]
    title = first_named(prose, names.TITLE)
    bodies = [name for name in named(prose, names.BODY) if name != title][:1]
    if not bodies:
        longest = max((table[name] for name in prose), key=_length, default=None)
        if longest is None:
            return None
        bodies = [longest.name]
    author = names.fold(bodies[0]) in ("authors", "author", "作者") and title is not None
    texts = (title, bodies[0]) if author and title else (bodies[0],)
    columns: Columns = {"text": texts, **({"title": (title,)} if title and title not in bodies else {})}
    used = {name for group in columns.values() for name in group}
    left_out = [name for name in table if name not in used]
    warnings = (_said("documents without labels", columns, left_out),) if left_out else ()
    return Guess(mapping=Mapping(format=RowFormat.TEXT, columns=columns), warnings=warnings)


def _is_text_table(table: Table) -> bool:
    return any(first_named(table, known) for known in (names.BODY, names.TITLE))


def _length(column: Column) -> float:
    return column.mean_length


def _likeliest(labels: list[Column]) -> Column:
    """One that is called a label, or else the text with the fewest values."""
    by_name = {column.name: column for column in labels}
    called = first_named(by_name, names.LABEL)
    if called is not None:
        return by_name[called]
    return min(labels, key=lambda column: (column.kind != "text", column.distinct))


def _classification(prose: list[Column], label: Column) -> Guess:
    columns: Columns = {"text": (prose[0].name,), "label": (label.name,)}
    return Guess(
        mapping=Mapping(format=RowFormat.CLASSIFICATION, columns=columns),
        warnings=(_said("texts and their labels", columns, []),),
    )


def _conversation(table: Table, prose: list[Column]) -> Guess:
    first, second = (column for column in table.values() if column in prose)
    columns: Columns = {"prompt": (first.name,), "response": (second.name,)}
    return Guess(
        mapping=Mapping(format=RowFormat.CHAT, columns=columns),
        spelling="question_answer",
        warnings=(_said("questions and their answers", columns, []),),
    )


def _series(table: Table) -> Guess | None:
    times = [column for column in table.values() if column.is_time]
    numbers = [column for column in table.values() if column.kind == "number" and not column.is_time]
    if not times or not numbers:
        return None
    columns: Columns = {"timestamp": (times[0].name,), "value": (numbers[0].name,)}
    return Guess(
        mapping=Mapping(format=RowFormat.SERIES, columns=columns),
        warnings=(_said("a series of values over time", columns, []),),
    )


def _said(what: str, columns: Columns, left_out: list[str]) -> Finding:
    used = ", ".join(f"{role} ← {quoted(held)}" for role, held in columns.items())
    if not left_out:
        return note("columns_guessed", kind=what, used=used)
    return note("columns_guessed", reason="unused", kind=what, used=used, names=quoted(left_out[:6]))
