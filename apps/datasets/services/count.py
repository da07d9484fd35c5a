"""How many tokens each row of a file is, counted once by content: what another version counted is known."""

from array import array
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, TypeAlias

import msgspec
from django.db import connection
from django.db.models import Q

from apps.core.objects import store
from apps.core.tenancy import tenant_transaction
from apps.datasets.errors import FileNotReady, NotCounted
from apps.datasets.models import File, FileStatus, row_counts_key
from apps.datasets.selectors import get_file, live_files, plain_rows
from kernel.errors import BadTrainingData
from kernel.rows import RowFormat

COUNTABLE = {RowFormat.CHAT, RowFormat.CLASSIFICATION}
RowCounts: TypeAlias = Sequence[int]  # of each row, in order
_DONORS = 5  # other files that are asked for counts of the same rows
_SAME_ROWS = """
    SELECT mine.number, min(theirs.number) FROM datasets_filerow mine
    JOIN datasets_filerow theirs ON theirs.tenant_id = mine.tenant_id AND theirs.hash = mine.hash
    WHERE mine.tenant_id = %s AND mine.file_id = %s AND theirs.file_id = %s
    GROUP BY mine.number
"""


class RowCounter(Protocol):
    """Counts as one base's trainer does: catalog.selectors.token_counter(base_id) makes one."""

    key: str  # changes when the counts would

    def count_chat(self, messages: Sequence[Any], tools: Sequence[Any] | None = None) -> int: ...

    def count_text(self, text: str) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCount:
    """Whole rows, nothing cut. `longest_row_line` is 1-based."""

    rows: int
    tokens: int
    longest_row_tokens: int
    longest_row_line: int


def count_file_tokens(tenant_id: str, file_id: str, counter: RowCounter) -> TokenCount:
    """Count a valid file once per base; later calls read the row.

    Raises:
        NotFound: there is no such file.
        FileNotReady: it is not validated, or not valid.
        NotCounted: no base counts rows of its format.
        BadTrainingData: the base's template refuses a row; names its line.
    """
    file = get_file(tenant_id, file_id)
    if known := file.token_counts.get(counter.key):
        return _known(known)
    return _count_and_keep(file, counter)[0]


def count_file_rows(tenant_id: str, file_id: str, counter: RowCounter) -> RowCounts:
    """As `count_file_tokens`, the tokens of each row in order."""
    file = get_file(tenant_id, file_id)
    kept = find_row_counts(file, counter.key)
    return _count_and_keep(file, counter)[1] if kept is None else kept


def _count_and_keep(file: File, counter: RowCounter) -> tuple[TokenCount, RowCounts]:
    require_countable(file)
    try:
        count, counts = _count(file, counter)
    except BadTrainingData as error:
        refusal = {"refusal": error.message, "line": error.context["line"]}
        _keep(file.tenant_id, file.id, counter.key, refusal)
        raise
    key = row_counts_key(file.tenant_id, file.id, counter.key)
    store.save(key, [array("I", counts).tobytes()])  # before the row that says it is there
    if not _keep(file.tenant_id, file.id, counter.key, asdict(count)):
        store.delete(key)  # the file was deleted meanwhile
    return count, counts


def require_countable(file: File) -> None:
    """Raises FileNotReady, NotCounted."""
    if file.status != FileStatus.PROCESSED:
        raise FileNotReady(f"File {file.id} is not validated.")
    if file.format not in COUNTABLE:
        message = f"Rows in the {file.format} format have no token counts: no base trains on them yet."
        raise NotCounted(message, param="id")


def find_row_counts(file: File, counter_key: str) -> RowCounts | None:
    """Tokens of each row, once counted. Raises BadTrainingData, as the counting did."""
    known = file.token_counts.get(counter_key)
    if not known:
        return None
    _known(known)
    packed = store.open_if_there(row_counts_key(file.tenant_id, file.id, counter_key))
    if packed is None:  # counted by an earlier release
        return None
    with packed:
        return array("I", packed.read())


def _known(said: dict[str, Any]) -> TokenCount:
    if "refusal" in said:
        raise BadTrainingData(said["refusal"], line=said["line"])
    return TokenCount(**said)


def _count(file: File, counter: RowCounter) -> tuple[TokenCount, RowCounts]:
    known, counts = _inherited(file, counter.key), array("I")
    longest = longest_line = 0
    for line, data in plain_rows(file):
        here = known.get(len(counts)) or _count_row(msgspec.json.decode(data), line, counter)
        counts.append(here)
        if here > longest:
            longest, longest_line = here, line
    count = TokenCount(
        rows=len(counts), tokens=sum(counts), longest_row_tokens=longest, longest_row_line=longest_line
    )
    return count, counts


def _count_row(row: dict[str, Any], line: int, counter: RowCounter) -> int:
    if "text" in row:
        return counter.count_text(row["text"])
    try:
        return counter.count_chat(row["messages"], row.get("tools"))
    except BadTrainingData as error:
        raise BadTrainingData(f"Line {line}: {error.message}", line=line) from error


def _inherited(file: File, counter_key: str) -> dict[int, int]:
    """Row number -> tokens, of rows that a counted version, or a file of the same bytes, has too."""
    known: dict[int, int] = {}
    for donor in _donors(file.tenant_id, file, counter_key):
        counts = find_row_counts(donor, counter_key)
        if counts is not None:
            known |= {mine: counts[theirs] for mine, theirs in _same_rows(file.tenant_id, file, donor)}
    return known


@tenant_transaction
def _donors(tenant_id: str, file: File, counter_key: str) -> list[File]:
    is_kin = Q(id__in=file.parents) | Q(parents__contains=[file.id]) | Q(sha256=file.sha256)
    if file.dataset_id:
        is_kin |= Q(dataset_id=file.dataset_id)
    counted = live_files(tenant_id).filter(is_kin, **{f"token_counts__{counter_key}__rows__gt": 0})
    return list(counted.exclude(id=file.id).defer("report").order_by("-id")[:_DONORS])


@tenant_transaction
def _same_rows(tenant_id: str, file: File, donor: File) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_SAME_ROWS, [tenant_id, file.id, donor.id])
        return list(cursor.fetchall())


@tenant_transaction
def _keep(tenant_id: str, file_id: str, key: str, said: dict[str, Any]) -> bool:
    file = live_files(tenant_id).select_for_update().filter(id=file_id).first()
    if file is None:
        return False
    file.token_counts[key] = said
    file.save(update_fields=["token_counts"])
    return True
