"""Rows of a file that are longer than a job trains on: how many, which, and what becomes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from django.core.cache import cache

from apps.catalog.selectors import get_base, token_counter
from apps.catalog.tokenizing import TokenCounter
from apps.datasets.selectors import lines_of, plain_rows
from apps.datasets.services import MIN_EXAMPLES, RowCounts, TrainableFile, count_file_rows
from apps.finetuning.services.requests import Resolved
from kernel.contracts import JobWarning, WarningCode
from kernel.errors import BadTrainingData, TooFewExamples
from kernel.lengths import fit_chat, fit_ids

if TYPE_CHECKING:
    from apps.datasets.models import File

_NAMED = 5  # lines in a message
_REMEMBERED_SECONDS = 24 * 3600


class LongRow(NamedTuple):
    line: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedRows:
    """A file as a job reads it. `tokens` and `examples` are what one epoch trains on, exactly, if no row is
    held out; `shortened_rows` lack a part of what they say.
    """

    rows: int
    over_length_rows: int
    shortened_rows: int
    left_out_rows: int
    examples: int
    tokens: int
    over_length: list[LongRow]  # the first ones
    longest: LongRow | None


class _Fit(NamedTuple):
    """What became of one row."""

    lengths: list[int]  # tokens of each example that it makes
    is_whole: bool


class _RowTokens:
    """kernel.lengths.ChatTokens of one row."""

    def __init__(self, counter: TokenCounter, tools: Sequence[Any] | None) -> None:
        self._counter, self._tools = counter, tools

    def count(self, messages: Sequence[Mapping[str, Any]]) -> int:
        return self._counter.count_chat(messages, self._tools)

    def starts(self, text: str) -> list[int]:
        return self._counter.starts(text)


def fit_rows(found: TrainableFile, model: str, resolved: Resolved, param: str) -> FittedRows:
    """Judge a job's file by its length. `param` is training_file or validation_file.

    Raises:
        BadTrainingData: rows are too long and nothing was chosen for them, or a label loses all its rows;
            or the base's template refuses a row.
        TooFewExamples: too few rows are left.
    """
    file, counter = found.file, token_counter(model)
    counts = count_file_rows(file.tenant_id, file.id, counter)
    long = [number for number, count in enumerate(counts) if count > resolved.max_length]
    if long and resolved.long_rows == "refuse":
        raise _too_long(file, counts, long, model, resolved, param)
    fitted = _fitted(file, counts, long, counter, resolved)
    left = fitted.rows - fitted.left_out_rows
    least = MIN_EXAMPLES if param == "training_file" else 1
    if left < least:
        raise TooFewExamples(
            f"{_name(param)} has {left} example(s) of at most {resolved.max_length} tokens after "
            f"`long_rows` {resolved.long_rows}, but must have at least {least}.",
            param=param,
        )
    if fitted.left_out_rows and found.labels and param == "training_file":
        _require_labels(file, counts, resolved, param)
    return fitted


def _too_long(
    file: "File", counts: RowCounts, long: list[int], model: str, resolved: Resolved, param: str
) -> BadTrainingData:
    rows, longest = _named(file, counts, long)
    lines = ", ".join(str(row.line) for row in rows)
    more = f" and {len(long) - len(rows)} more" if len(long) > len(rows) else ""
    context = get_base(model).context_length
    raising = (
        f"Raise `max_length` (up to {context} for {model}) or set" if longest.tokens <= context else "Set"
    )
    has, line = ("have", "lines") if len(long) > 1 else ("has", "line")
    return BadTrainingData(
        f"The job failed due to an invalid {param.replace('_', ' ')}. {len(long)} of its {len(counts)} rows "
        f"{has} more than the {resolved.max_length} tokens that this job trains on: {line} {lines}{more}. "
        f"The longest is line {longest.line} with {longest.tokens} tokens. Nothing is cut unless you choose "
        f"it. {raising} `long_rows` to cut_end, keep_ends, split or leave_out.",
        param=param,
        line=rows[0].line,
    )


def _named(file: "File", counts: RowCounts, long: list[int]) -> tuple[list[LongRow], LongRow]:
    longest = max(long, key=counts.__getitem__)
    first = lines_of(file.tenant_id, file.id, long[:_NAMED])
    [line] = lines_of(file.tenant_id, file.id, [longest])
    rows = [LongRow(line, counts[number]) for line, number in zip(first, long, strict=False)]
    return rows, LongRow(line, counts[longest])


def _fitted(
    file: "File", counts: RowCounts, long: list[int], counter: TokenCounter, resolved: Resolved
) -> FittedRows:
    fits = _fits(file, counts, long, counter, resolved) if long else []
    rows, longest = _named(file, counts, long) if long else ([], None)
    lengths = [tokens for fit in fits for tokens in fit.lengths]
    return FittedRows(
        rows=len(counts),
        over_length_rows=len(long),
        shortened_rows=sum(1 for fit in fits if fit.lengths and not fit.is_whole),
        left_out_rows=sum(1 for fit in fits if not fit.lengths),
        examples=len(counts) - len(long) + len(lengths),
        tokens=sum(counts) - sum(counts[number] for number in long) + sum(lengths),
        over_length=rows,
        longest=longest,
    )


def _fits(
    file: "File", counts: RowCounts, long: list[int], counter: TokenCounter, resolved: Resolved
) -> list[_Fit]:
    """What becomes of each row that is too long. Chats are read for it, so it is remembered."""
    if resolved.long_rows == "leave_out":
        return [_Fit([], is_whole=False)] * len(long)
    if file.format == "classification":
        around = counter.count_text("")
        return [_fit_text(counts[number], around, resolved) for number in long]
    key = f"fit:{file.id}:{counter.key}:{resolved.max_length}:{resolved.long_rows}"
    kept = cache.get(key)
    if kept is None:
        wanted, kept = set(long), []
        for number, (_, data) in enumerate(plain_rows(file)):
            if number in wanted:
                kept.append(_fit_chat(msgspec.json.decode(data), counter, resolved))
        cache.set(key, kept, _REMEMBERED_SECONDS)
    return [_Fit(*fit) for fit in kept]


def _fit_text(count: int, around: int, resolved: Resolved) -> _Fit:
    """By number alone: which tokens they are does not matter."""
    windows = fit_ids(
        list(range(count)),
        prefix=around,
        suffix=0,
        max_length=resolved.max_length,
        long_rows=resolved.long_rows,
    )
    return _Fit([len(window) for window in windows], is_whole=resolved.long_rows == "split")


def _fit_chat(row: dict[str, Any], counter: TokenCounter, resolved: Resolved) -> _Fit:
    tokens = _RowTokens(counter, row.get("tools"))
    fitted = fit_chat(
        row["messages"], max_length=resolved.max_length, long_rows=resolved.long_rows, tokens=tokens
    )
    return _Fit([tokens.count(piece) for piece in fitted.pieces], fitted.is_whole)


def _require_labels(file: "File", counts: RowCounts, resolved: Resolved, param: str) -> None:
    """Raises BadTrainingData for labels whose rows are all left out: nothing would be learned of them."""
    left: set[str] = set()
    lost: dict[str, int] = {}
    for count, (_, data) in zip(counts, plain_rows(file), strict=True):
        label = msgspec.json.decode(data)["label"]
        if count > resolved.max_length:
            lost[label] = lost.get(label, 0) + 1
        else:
            left.add(label)
    gone = sorted(set(lost) - left)
    if gone:
        shown = ", ".join(repr(label) for label in gone[:_NAMED])
        more = f" and {len(gone) - _NAMED} more" if len(gone) > _NAMED else ""
        raise BadTrainingData(
            f"{_name(param)} would lose every row of the labels {shown}{more}: all have more than "
            f"{resolved.max_length} tokens. Cut or split them instead.",
            param=param,
        )


def warn_of_lengths(
    resolved: Resolved, training: FittedRows, validation: FittedRows | None
) -> tuple[JobWarning, ...]:
    """What becomes of rows that are too long, for the quote and the job's log."""
    found = [_warning(resolved, training, "training_file", "long_training_rows")]
    if validation:
        found.append(_warning(resolved, validation, "validation_file", "long_validation_rows"))
    return tuple(each for each in found if each)


def _warning(resolved: Resolved, fitted: FittedRows, param: str, code: WarningCode) -> JobWarning | None:
    if not fitted.over_length_rows:
        return None
    lines = ", ".join(str(row.line) for row in fitted.over_length)
    more = ", ..." if fitted.over_length_rows > len(fitted.over_length) else ""
    return JobWarning(
        code=code,
        message=f"{_name(param)}: {fitted.over_length_rows} of {fitted.rows} rows have more than "
        f"{resolved.max_length} tokens (`long_rows` is {resolved.long_rows}); shortened: "
        f"{fitted.shortened_rows}, left out: {fitted.left_out_rows}; lines {lines}{more}.",
        param=param,
        values={
            "rows": fitted.over_length_rows,
            "of": fitted.rows,
            "limit": resolved.max_length,
            "shortened": fitted.shortened_rows,
            "left_out": fitted.left_out_rows,
        },
    )


def _name(param: str) -> str:
    return param.replace("_", " ").capitalize()
