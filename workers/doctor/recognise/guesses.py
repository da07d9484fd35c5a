"""Which columns hold what, where their names do not say: by what is in them.

Where two columns could hold the same thing and neither name decides, nothing is guessed: a person is asked.
"""

from kernel.rows import Columns, Mapping, RowFormat
from workers.doctor.finding import Finding, quoted
from workers.doctor.readers import names
from workers.doctor.readers.content import note, refusal
from workers.doctor.readers.names import first_named, named
from workers.doctor.recognise.columns import Guess, Table, rival_labels
from workers.doctor.recognise.statistics import Column


def by_statistics(table: Table) -> Guess | Finding | None:
    """The likeliest reading, with a warning that says which it is and what it could be instead.

    A finding where several are as likely.
    """
    held = [column for column in table.values() if not names.is_key(column.name)]
    prose = sorted((column for column in held if column.is_prose), key=_length, reverse=True)
    labels = [column for column in held if column.is_label]
    numbers = [column for column in held if column.kind == "number" and not column.is_time]
    if not prose:
        return _series(held, numbers)
    if labels and len(table) <= 6:
        return _classification(prose, labels)
    if len(prose) == 1 and numbers and len(table) <= 6 and not first_named(table, names.TITLE):
        return _regression(prose[0], numbers)
    if len(prose) == 2 and len(table) <= 3 and not _is_text_table(table):
        return _conversation(table, prose)
    return documents(table)


def _rivals(role: str, columns: list[Column]) -> Finding:
    listed = quoted(column.name for column in columns[:20])
    return refusal("needs_mapping", reason="rivals", role=role, names=listed)


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


def _likeliest(labels: list[Column]) -> Column | None:
    """One that is called a label, or else the only one."""
    by_name = {column.name: column for column in labels}
    called = next(names.called_label(by_name), None)
    if called is not None:
        return by_name[called]
    return labels[0] if len(labels) == 1 else None


def _classification(prose: list[Column], labels: list[Column]) -> Guess | Finding:
    label = _likeliest(labels)
    if label is None:
        return _rivals("label", labels)
    columns: Columns = {"text": (prose[0].name,), "label": (label.name,)}
    return Guess(
        mapping=Mapping(format=RowFormat.CLASSIFICATION, columns=columns),
        warnings=(
            _said("texts and their labels", columns, []),
            *rival_labels(label.name, [column.name for column in labels]),
        ),
    )


def _regression(prose: Column, numbers: list[Column]) -> Guess | Finding:
    called = first_named((column.name for column in numbers), names.VALUE)
    if called is None and len(numbers) > 1:
        return _rivals("value", numbers)
    columns: Columns = {"text": (prose.name,), "value": (called or numbers[0].name,)}
    return Guess(
        mapping=Mapping(format=RowFormat.REGRESSION, columns=columns),
        warnings=(_said("texts and their numbers", columns, []),),
    )


def _conversation(table: Table, prose: list[Column]) -> Guess:
    first, second = (column for column in table.values() if column in prose)
    columns: Columns = {"prompt": (first.name,), "response": (second.name,)}
    return Guess(
        mapping=Mapping(format=RowFormat.CHAT, columns=columns),
        spelling="question_answer",
        warnings=(_said("questions and their answers", columns, []),),
    )


def _series(held: list[Column], numbers: list[Column]) -> Guess | Finding | None:
    times = [column for column in held if column.is_time]
    if not times or not numbers:
        return None
    if len(numbers) > 1:
        return _rivals("value", numbers)
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
