"""What a row of a customer's data can be, and what passes between tasks and the doctor's process.

The doctor (`workers.doctor`) reads what somebody uploaded in a process of its own, with limits, and leaves
files in a work folder; `apps.datasets` starts it and keeps what it found. Times are in seconds.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

Severity = Literal["error", "warning"]
Columns = dict[str, tuple[str, ...]]  # role -> the file's columns; several are joined by a blank line


# All that the doctor's process has of an environment, beside PATH: libraries that stay on one thread, an
# allocator that gives back what is freed, and the XML parser that defusedxml guards.
DOCTOR_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "ARROW_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OPENPYXL_LXML": "False",
}


class RowFormat(StrEnum):
    """What a row teaches. In brackets its plain form, the only one that trainers read."""

    CHAT = "chat"  # {messages, tools?}; the last message is the assistant's
    PREFERENCE = "preference"  # {input: {messages, tools?}, preferred_output, non_preferred_output}
    REINFORCEMENT = "reinforcement"  # {messages, ...}: the last message is the user's; other keys for graders
    CLASSIFICATION = "classification"  # {text, label}
    REGRESSION = "regression"  # {text, value}
    GRADING = "grading"  # {prompt, response, score}
    TOKEN_LABELS = "token_labels"  # {tokens, labels}: as many labels as tokens, BIO
    PAIRS = "pairs"  # {anchor, positive, score?}
    TRIPLETS = "triplets"  # {anchor, positive, negative}
    RANKING = "ranking"  # {user, item, rating?, timestamp?}
    TEXT = "text"  # {text, title?}: documents, unlabelled
    SERIES = "series"  # {timestamp, value}
    IMAGE = "image"  # {image, sha256, label?}: a member of the archive, and the digest of its bytes
    AUDIO = "audio"  # {audio, sha256, label?}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Which columns hold what. Roles are the fields of the plain form; of chat: prompt, response, system."""

    format: RowFormat
    columns: Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a file may be. Beyond any of them it is refused, by name and with the line where there is one."""

    lines: int = 1_000_000
    line_bytes: int = 1024 * 1024
    columns: int = 1_000
    cells: int = 20_000_000
    nesting: int = 64
    members: int = 50_000
    unpacked_bytes: int = 2 * 1024**3
    ratio: int = 200  # unpacked to packed bytes
    document_bytes: int = 64 * 1024**2  # a JSON document that is neither an array of objects nor JSON Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTask:
    """Read a file: WORKDIR/report.json, and of its sound rows WORKDIR/plain.jsonl and WORKDIR/rows.index."""

    source: str  # path
    filename: str
    mapping: Mapping | None = None  # None: find out
    format: RowFormat | None = None  # of rows that an operation wrote: they are that, whatever they hold
    limits: Limits = field(default_factory=Limits)
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewTask:
    """Show what the first rows of a file would be under a mapping: WORKDIR/preview.json."""

    source: str  # path
    filename: str
    mapping: Mapping
    rows: int
    limits: Limits = field(default_factory=Limits)
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OperateTask:
    """Make WORKDIR/output (the content of a new file) from files that were read. Deterministic, by its seed.

    `sources` are as uploaded for `fix` and `map`, plain forms (or archives) for the others.
    """

    operation: dict[str, Any]  # docs/contracts.md, "Operations"
    sources: tuple[str, ...]
    filenames: tuple[str, ...]
    formats: tuple[RowFormat, ...]
    mappings: tuple[Mapping | None, ...]
    are_made: tuple[bool, ...] = ()  # by an operation, so in their format's own spelling; empty: none
    limits: Limits = field(default_factory=Limits)
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareTask:
    """Find rows of `other` that are, or nearly are, in `source`: WORKDIR/overlap.json. Both plain forms."""

    source: str
    other: str
    format: RowFormat
    version: int = 1
