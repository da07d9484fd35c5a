"""What a file is to a base: how many tokens, which rows are too long, and what of them is trained."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps.catalog.base_files import Base
from apps.catalog.selectors import get_base, token_counter
from apps.catalog.tokenizing import TokenCounter
from apps.core.dispatch import TaskName, send_once
from apps.datasets.selectors import get_file, lines_of, list_rows
from apps.datasets.services import FORMATS, RowCounts, count_file_rows, find_row_counts, require_countable
from kernel.errors import BadTrainingData, FineryError

if TYPE_CHECKING:
    from apps.datasets.models import File

_AT_ONCE_BYTES = 1024**2  # larger files are counted by a task
_RING_AGAIN = 60  # seconds between two bells for the same count
_BINS = 20
_PREVIEWED_ROWS = 3
_PREVIEWED_TOKENS = 2_000  # of a row
_NAMED = 100  # rows that are too long


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTokens:
    """`max_length` is what was asked for or what a job trains on by default, and may be up to the base's
    `context_length`. What becomes of longer rows is the job's choice; without one it is refused.
    """

    context_length: int
    max_length: int
    counts: RowCounts
    over_length_rows: int
    over_length: list[tuple[int, int]]  # line, tokens; the first ones
    over_context_rows: int
    preview: list[tuple[int, list[tuple[str, bool]]]]  # line, (text of a token, whether it is trained)

    def histogram(self) -> list[dict[str, int]]:
        """Rows by tokens, in bins of one width; both ends belong to a bin."""
        low, high = min(self.counts), max(self.counts)
        width = (high - low) // _BINS + 1
        bins = [0] * ((high - low) // width + 1)
        for count in self.counts:
            bins[(count - low) // width] += 1
        return [
            {"from": low + place * width, "to": low + (place + 1) * width - 1, "rows": rows}
            for place, rows in enumerate(bins)
        ]


def read_tokens(
    tenant_id: str, file_id: str, model: str, *, project_id: str, max_length: int | None = None
) -> FileTokens | None:
    """A file under a base's own tokenizer and template; None while a task counts.

    Raises:
        NotFound, ModelNotFound: there is no such file, or base.
        FileNotReady: it is not validated, or not valid.
        InvalidRequest: no base counts rows of its format.
        BadTrainingData: the base's template refuses a row; names its line.
    """
    file = get_file(tenant_id, file_id, project_id=project_id)
    base, counter = get_base(model), token_counter(model)
    counts = find_row_counts(file, counter.key)
    if counts is None and file.bytes > _AT_ONCE_BYTES:
        require_countable(file)
        send_once(
            TaskName.COUNT_TOKENS, seconds=_RING_AGAIN, tenant_id=tenant_id, file_id=file_id, model=model
        )
        return None
    if counts is None:
        counts = count_file_rows(tenant_id, file_id, counter)
    return _described(file, base, counter, counts, max_length)


def count_tokens(tenant_id: str, file_id: str, model: str) -> None:
    """Count a file for whoever asks next; what is wrong with it is told to them."""
    with suppress(FineryError):
        count_file_rows(tenant_id, file_id, token_counter(model))


def _described(
    file: "File", base: Base, counter: TokenCounter, counts: RowCounts, max_length: int | None
) -> FileTokens:
    most = max_length or _default_length(file, base)
    long = [number for number, count in enumerate(counts) if count > most]
    lines = lines_of(file.tenant_id, file.id, long[:_NAMED])
    return FileTokens(
        context_length=base.context_length,
        max_length=most,
        counts=counts,
        over_length_rows=len(long),
        over_length=[(line, counts[number]) for line, number in zip(lines, long, strict=False)],
        over_context_rows=sum(1 for number in long if counts[number] > base.context_length),
        preview=_preview(file, counter),
    )


def _default_length(file: "File", base: Base) -> int:
    """What training takes by default; of a base that does not train on such files, what it can see."""
    lengths = [auto.max_length for method, auto in base.defaults.items() if FORMATS[method] == file.format]
    return lengths[0] if lengths else base.context_length


def _preview(file: "File", counter: TokenCounter) -> list[tuple[int, list[tuple[str, bool]]]]:
    """Of the first rows. A labelled text has no token that is learned: its label is."""
    page = list_rows(file.tenant_id, file, after=-1, line=0, limit=_PREVIEWED_ROWS)
    return [
        (row.line, _masked(row.row, row.line, counter)[:_PREVIEWED_TOKENS])
        for row in page.rows
        if "messages" in row.row
    ]


def _masked(row: dict[str, Any], line: int, counter: TokenCounter) -> list[tuple[str, bool]]:
    try:
        return counter.mask_chat(row["messages"], row.get("tools"))
    except BadTrainingData as error:
        raise BadTrainingData(f"Line {line}: {error.message}", line=line) from error
