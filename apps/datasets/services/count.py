"""How many tokens a file is, for quotes."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from apps.core.objects import store
from apps.core.tenancy import tenant_transaction
from apps.datasets.errors import FileNotReady
from apps.datasets.models import File, FileStatus
from apps.datasets.selectors import get_file, live_files
from kernel.errors import BadTrainingData


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
        BadTrainingData: the base's template refuses a row; names its line.
    """
    file = get_file(tenant_id, file_id)
    if known := file.token_counts.get(counter.key):
        return TokenCount(**known)
    if file.status != FileStatus.PROCESSED:
        raise FileNotReady(f"File {file.id} is not validated.")
    count = _count(file, counter)
    _keep(tenant_id, file_id, counter.key, count)
    return count


def _count(file: File, counter: RowCounter) -> TokenCount:
    rows = tokens = longest = longest_line = 0
    with store.open(file.training_key) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            here = _count_row(json.loads(line), number, counter)
            rows, tokens = rows + 1, tokens + here
            if here > longest:
                longest, longest_line = here, number
    return TokenCount(rows=rows, tokens=tokens, longest_row_tokens=longest, longest_row_line=longest_line)


def _count_row(row: dict[str, Any], line: int, counter: RowCounter) -> int:
    if "text" in row:
        return counter.count_text(row["text"])
    try:
        return counter.count_chat(row["messages"], row.get("tools"))
    except BadTrainingData as error:
        raise BadTrainingData(f"Line {line}: {error.message}", line=line) from error


@tenant_transaction
def _keep(tenant_id: str, file_id: str, key: str, count: TokenCount) -> None:
    file = live_files(tenant_id).select_for_update().filter(id=file_id).first()
    if file is not None:
        file.token_counts[key] = asdict(count)
        file.save(update_fields=["token_counts"])
