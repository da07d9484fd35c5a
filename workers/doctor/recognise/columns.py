"""Which columns hold what, by their names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kernel.rows import Columns, Mapping, RowFormat
from workers.doctor.finding import Finding, cut
from workers.doctor.readers import names
from workers.doctor.readers.content import note
from workers.doctor.readers.names import Names, first_named, named
from workers.doctor.recognise.statistics import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """`spelling` of the report; `warnings` say what else it could have been.

    `is_chosen`: by a person, who knows what the other columns hold.
    """

    mapping: Mapping
    spelling: str = "columns"
    warnings: tuple[Finding, ...] = ()
    is_chosen: bool = False

    @property
    def used(self) -> frozenset[str]:
        """The columns that it maps."""
        return frozenset(name for columns in self.mapping.columns.values() for name in columns)


Table = dict[str, Column]


def by_names(table: Table) -> Guess | None:
    """The first arrangement whose columns are all there and hold what their names promise."""
    return next((guess for rule in _RULES if (guess := rule(table)) is not None), None)


def _where(table: Table, known: Names, holds: Callable[[Column], bool]) -> Iterator[str]:
    return (name for name in named(table, known) if holds(table[name]))


def _first(table: Table, known: Names, holds: Callable[[Column], bool]) -> str | None:
    return next(_where(table, known, holds), None)


def _is_text(column: Column) -> bool:
    return column.kind == "text"


def _is_said(column: Column) -> bool:
    return column.kind in ("text", "list", "object", "number")


def _is_number(column: Column) -> bool:
    return column.kind == "number"


def _is_flat(column: Column) -> bool:
    return column.kind in ("text", "number", "boolean")


def _is_label(column: Column) -> bool:
    return _is_flat(column) and not column.has_fractions


def _guess(row_format: RowFormat, columns: dict[str, str | None], **more: str) -> Guess | None:
    """A guess when every column was found."""
    if None in columns.values():
        return None
    found: Columns = {role: (name,) for role, name in columns.items() if name is not None}
    return Guess(mapping=Mapping(format=row_format, columns=found), **more)  # type: ignore[arg-type]


def _token_labels(table: Table) -> Guess | None:
    tokens = _first(table, names.TOKENS, lambda column: column.kind == "list")
    tags = _first(table, names.TAGS, lambda column: column.kind == "list")
    return _guess(RowFormat.TOKEN_LABELS, {"tokens": tokens, "labels": tags})


def _entities(table: Table) -> Guess | None:
    text = _first(table, names.TEXT, _is_text)
    marked = _first(table, names.ENTITIES, lambda column: column.kind == "object")
    return _guess(RowFormat.TOKEN_LABELS, {"tokens": text, "labels": marked})


def _triplets(table: Table) -> Guess | None:
    anchor, positive, negative = (
        _first(table, known, _is_text) for known in (names.ANCHOR, names.POSITIVE, names.NEGATIVE)
    )
    return _guess(RowFormat.TRIPLETS, {"anchor": anchor, "positive": positive, "negative": negative})


def _preference(table: Table) -> Guess | None:
    prompt, chosen, rejected = (
        first_named(table, known) for known in (names.PROMPT, names.CHOSEN, names.REJECTED)
    )
    roles = {"input": prompt, "preferred_output": chosen, "non_preferred_output": rejected}
    return _guess(RowFormat.PREFERENCE, roles, spelling="chosen_rejected")


def _grading(table: Table) -> Guess | None:
    prompt, response = _first(table, names.PROMPT, _is_text), _first(table, names.RESPONSE, _is_text)
    score = _first(table, names.SCORE, _is_number)
    return _guess(RowFormat.GRADING, {"prompt": prompt, "response": response, "score": score})


def _question_answer(table: Table) -> Guess | None:
    prompt = _first(table, names.PROMPT, _is_text)
    response = _first(table, names.RESPONSE, lambda column: _is_flat(column) and not column.is_label)
    if prompt is None or response is None:
        return None
    columns: Columns = {"prompt": (prompt,), "response": (response,)}
    context = next((name for name in _where(table, names.CONTEXT, _is_said) if name != prompt), None)
    if context is not None:
        columns["prompt"] = (context, prompt)
    for role, known in (("system", names.SYSTEM), ("history", names.HISTORY), ("tools", names.TOOLS)):
        if found := _first(table, known, lambda column: column.kind != "empty"):
            columns[role] = (found,)
    return Guess(mapping=Mapping(format=RowFormat.CHAT, columns=columns), spelling="question_answer")


def _pairs(table: Table) -> Guess | None:
    anchor, positive = _first(table, names.ANCHOR, _is_text), _first(table, names.POSITIVE, _is_text)
    if anchor is None or positive is None:
        return None
    if label := _first(table, names.LABEL, lambda column: column.kind == "text"):
        columns: Columns = {"text": (anchor, positive), "label": (label,)}
        return Guess(mapping=Mapping(format=RowFormat.CLASSIFICATION, columns=columns))
    columns = {"anchor": (anchor,), "positive": (positive,)}
    if score := _first(table, names.SIMILARITY, _is_number):
        columns["score"] = (score,)
    return Guess(mapping=Mapping(format=RowFormat.PAIRS, columns=columns))


def _ranking(table: Table) -> Guess | None:
    user, item = _first(table, names.USER, _is_flat), _first(table, names.ITEM, _is_flat)
    if user is None or item is None:
        return None
    columns: Columns = {"user": (user,), "item": (item,)}
    if rating := _first(table, names.RATING, _is_number):
        columns["rating"] = (rating,)
    if timestamp := _first(table, names.TIMESTAMP, _is_flat):
        columns["timestamp"] = (timestamp,)
    return Guess(mapping=Mapping(format=RowFormat.RANKING, columns=columns))


def _classification(table: Table) -> Guess | None:
    text = _first(table, names.TEXT, _is_text)
    if text is None:
        return None
    labels = [name for name in names.called_label(table) if _is_label(table[name]) and name != text]
    if not labels:
        return None
    rivals = [name for name in table if table[name].kind == "text" and table[name].is_label and name != text]
    texts = (text, *_supplements(table, text))
    columns: Columns = {"text": texts, "label": (labels[0],)}
    return Guess(
        mapping=Mapping(format=RowFormat.CLASSIFICATION, columns=columns),
        warnings=rival_labels(labels[0], [name for name in (*labels, *rivals) if name not in texts]),
    )


def rival_labels(label: str, candidates: list[str]) -> tuple[Finding, ...]:
    """What else the label could be, each column once."""
    others = dict.fromkeys(name for name in candidates if name != label)
    return tuple(note("ambiguous_columns", 1, name=cut(label), other=cut(other)) for other in others)


def _supplements(table: Table, text: str) -> tuple[str, ...]:
    """Columns without which a question cannot be judged."""
    about = first_named(table, ("contexts", "context", "上下文"))
    return (about,) if about and about != text and names.fold(text) in ("question", "query", "问题") else ()


def _regression(table: Table) -> Guess | None:
    text = _first(table, names.TEXT, _is_text)
    known = names.VALUE + names.LABEL
    value = next((name for name in _where(table, known, _is_number) if name != text), None)
    return _guess(RowFormat.REGRESSION, {"text": text, "value": value})


def _series(table: Table) -> Guess | None:
    at = _first(table, names.TIMESTAMP, lambda column: column.is_time)
    value = _first(table, names.MEASURE, _is_number)
    if at is None or value is None:
        return None
    return _guess(RowFormat.SERIES, {"timestamp": at, "value": value})


_RULES = (
    _token_labels,
    _entities,
    _triplets,
    _preference,
    _grading,
    _question_answer,
    _pairs,
    _ranking,
    _classification,
    _regression,
    _series,
)
